package dev.sheaf.query.internal.tensor;

import java.util.Arrays;

/**
 * A run of elements of one lane in a heap array, from {@link #offset} on. The array of the lane is
 * set, the other three are null. Not for use by several threads at once.
 */
public final class Tile {
  /** The Java type of the elements. */
  public final Lane lane;

  /** The elements when the lane is {@link Lane#INT}. */
  public int[] ints;

  /** The elements when the lane is {@link Lane#LONG}. */
  public long[] longs;

  /** The elements when the lane is {@link Lane#FLOAT}. */
  public float[] floats;

  /** The elements when the lane is {@link Lane#DOUBLE}. */
  public double[] doubles;

  /** The position of the first element in the array. */
  public int offset;

  private Tile(Lane lane) {
    this.lane = lane;
  }

  /** Returns a tile of {@code length} zeros. */
  public static Tile allocate(Lane lane, int length) {
    Tile tile = new Tile(lane);
    switch (lane) {
      case INT -> tile.ints = new int[length];
      case LONG -> tile.longs = new long[length];
      case FLOAT -> tile.floats = new float[length];
      case DOUBLE -> tile.doubles = new double[length];
    }
    return tile;
  }

  /** Returns a tile without an array, to be pointed at another by {@link #alias}. */
  public static Tile pointer(Lane lane) {
    return new Tile(lane);
  }

  /** Makes this tile show the elements of {@code other} from {@code from} on. */
  public void alias(Tile other, int from) {
    ints = other.ints;
    longs = other.longs;
    floats = other.floats;
    doubles = other.doubles;
    offset = other.offset + from;
  }

  /** Sets {@code n} elements from {@code to} on to element {@code from} of {@code source}. */
  public void fill(int to, Tile source, int from, int n) {
    int start = offset + to;
    int end = start + n;
    int at = source.offset + from;
    switch (lane) {
      case INT -> Arrays.fill(ints, start, end, source.ints[at]);
      case LONG -> Arrays.fill(longs, start, end, source.longs[at]);
      case FLOAT -> Arrays.fill(floats, start, end, source.floats[at]);
      case DOUBLE -> Arrays.fill(doubles, start, end, source.doubles[at]);
    }
  }

  /** Copies {@code n} elements of {@code source}, {@code stride} apart, to {@code to} and on. */
  public void copy(int to, Tile source, int from, int stride, int n) {
    int start = offset + to;
    int at = source.offset + from;
    if (stride == 1) {
      System.arraycopy(source.array(), at, array(), start, n);
      return;
    }
    if (stride == 0 && n > 0) {
      fill(to, source, from, n);
      return;
    }
    switch (lane) {
      case INT -> {
        for (int i = 0; i < n; i++) {
          ints[start + i] = source.ints[at + i * stride];
        }
      }
      case LONG -> {
        for (int i = 0; i < n; i++) {
          longs[start + i] = source.longs[at + i * stride];
        }
      }
      case FLOAT -> {
        for (int i = 0; i < n; i++) {
          floats[start + i] = source.floats[at + i * stride];
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < n; i++) {
          doubles[start + i] = source.doubles[at + i * stride];
        }
      }
    }
  }

  private Object array() {
    return switch (lane) {
      case INT -> ints;
      case LONG -> longs;
      case FLOAT -> floats;
      case DOUBLE -> doubles;
    };
  }
}

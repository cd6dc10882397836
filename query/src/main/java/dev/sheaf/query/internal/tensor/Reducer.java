package dev.sheaf.query.internal.tensor;

import dev.sheaf.format.DType;
import java.util.Arrays;

/**
 * Makes one element of a run that arrives in pieces; every piece but the last is a multiple of
 * {@link LaneOrder#LANES} long. Not for use by several threads at once.
 */
public abstract class Reducer {
  /** For the kinds below. */
  Reducer() {}

  /** Begins a run. */
  public abstract void reset();

  /** Takes the next {@code n} elements, from {@code from} on. */
  public abstract void accept(Tile tile, int from, int n);

  /** Ends the run and writes its result to element {@code to} of {@code target}. */
  public abstract void finish(Tile target, int to);

  /**
   * Returns a reducer of elements of {@code dtype}.
   *
   * @throws IllegalArgumentException for a sum or product of a dtype other than int64, uint64,
   *     float32 and float64
   */
  public static Reducer of(Reduction reduction, DType dtype, Kernels kernels) {
    Lane lane = Lane.of(dtype);
    return switch (reduction) {
      case SUM, PROD -> {
        boolean sum = reduction == Reduction.SUM;
        if (dtype == DType.FLOAT32) {
          yield new Floats(kernels, sum);
        } else if (lane == Lane.DOUBLE) {
          yield new Doubles(kernels, sum);
        } else if (lane == Lane.LONG) {
          yield new Longs(sum);
        }
        throw new IllegalArgumentException(reduction + " of " + dtype.id());
      }
      case MIN, MAX -> new Extreme(lane, dtype, reduction == Reduction.MIN, kernels);
      case ANY, ALL -> new Truth(reduction == Reduction.ANY);
    };
  }

  /** Returns a reducer to the int64 position of the first least or greatest element. */
  public static Reducer position(boolean least, DType dtype) {
    return new Position(Lane.of(dtype), dtype, least);
  }

  private static final class Floats extends Reducer {
    private final Kernels kernels;
    private final boolean sum;
    private final float[] partial = new float[LaneOrder.LANES];

    Floats(Kernels kernels, boolean sum) {
      this.kernels = kernels;
      this.sum = sum;
    }

    @Override
    public void reset() {
      Arrays.fill(partial, sum ? 0 : 1);
    }

    @Override
    public void accept(Tile tile, int from, int n) {
      if (sum) {
        kernels.sum(tile.floats, tile.offset + from, n, partial);
      } else {
        kernels.product(tile.floats, tile.offset + from, n, partial);
      }
    }

    @Override
    public void finish(Tile target, int to) {
      target.floats[target.offset + to] = sum ? LaneOrder.sum(partial) : LaneOrder.product(partial);
    }
  }

  private static final class Doubles extends Reducer {
    private final Kernels kernels;
    private final boolean sum;
    private final double[] partial = new double[LaneOrder.LANES];

    Doubles(Kernels kernels, boolean sum) {
      this.kernels = kernels;
      this.sum = sum;
    }

    @Override
    public void reset() {
      Arrays.fill(partial, sum ? 0 : 1);
    }

    @Override
    public void accept(Tile tile, int from, int n) {
      if (sum) {
        kernels.sum(tile.doubles, tile.offset + from, n, partial);
      } else {
        kernels.product(tile.doubles, tile.offset + from, n, partial);
      }
    }

    @Override
    public void finish(Tile target, int to) {
      target.doubles[target.offset + to] =
          sum ? LaneOrder.sum(partial) : LaneOrder.product(partial);
    }
  }

  /** Integers wrap, so any order gives the same. */
  private static final class Longs extends Reducer {
    private final boolean sum;
    private long result;

    Longs(boolean sum) {
      this.sum = sum;
    }

    @Override
    public void reset() {
      result = sum ? 0 : 1;
    }

    @Override
    public void accept(Tile tile, int from, int n) {
      int at = tile.offset + from;
      long value = result;
      if (sum) {
        for (int i = 0; i < n; i++) {
          value += tile.longs[at + i];
        }
      } else {
        for (int i = 0; i < n; i++) {
          value *= tile.longs[at + i];
        }
      }
      result = value;
    }

    @Override
    public void finish(Tile target, int to) {
      target.longs[target.offset + to] = result;
    }
  }

  /** Math.min and Math.max order NaN and the zeros totally, so any order gives the same. */
  private static final class Extreme extends Reducer {
    private final Lane lane;
    private final boolean least;
    private final Kernels kernels;
    private final int intFlip;
    private final long longFlip;
    private long integer;
    private float single;
    private double twice;

    Extreme(Lane lane, DType dtype, boolean least, Kernels kernels) {
      this.lane = lane;
      this.least = least;
      this.kernels = kernels;
      intFlip = dtype == DType.UINT32 ? Integer.MIN_VALUE : 0;
      longFlip = dtype == DType.UINT64 ? Long.MIN_VALUE : 0;
    }

    @Override
    public void reset() {
      integer = least ? Long.MAX_VALUE : Long.MIN_VALUE;
      single = least ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
      twice = least ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }

    @Override
    public void accept(Tile tile, int from, int n) {
      int at = tile.offset + from;
      switch (lane) {
        case INT -> {
          int best = tile.ints[at] ^ intFlip;
          for (int i = 1; i < n; i++) {
            int value = tile.ints[at + i] ^ intFlip;
            best = least ? Math.min(best, value) : Math.max(best, value);
          }
          integer = least ? Math.min(integer, best) : Math.max(integer, best);
        }
        case LONG -> {
          for (int i = 0; i < n; i++) {
            long value = tile.longs[at + i] ^ longFlip;
            integer = least ? Math.min(integer, value) : Math.max(integer, value);
          }
        }
        case FLOAT ->
            single =
                least
                    ? kernels.least(single, tile.floats, at, n)
                    : kernels.greatest(single, tile.floats, at, n);
        case DOUBLE ->
            twice =
                least
                    ? kernels.least(twice, tile.doubles, at, n)
                    : kernels.greatest(twice, tile.doubles, at, n);
      }
    }

    @Override
    public void finish(Tile target, int to) {
      int at = target.offset + to;
      switch (lane) {
        case INT -> target.ints[at] = (int) integer ^ intFlip;
        case LONG -> target.longs[at] = integer ^ longFlip;
        case FLOAT -> target.floats[at] = single;
        case DOUBLE -> target.doubles[at] = twice;
      }
    }
  }

  private static final class Truth extends Reducer {
    private final boolean any;
    private boolean result;

    Truth(boolean any) {
      this.any = any;
    }

    @Override
    public void reset() {
      result = !any;
    }

    @Override
    public void accept(Tile tile, int from, int n) {
      int at = tile.offset + from;
      for (int i = 0; i < n && result != any; i++) {
        if ((tile.ints[at + i] != 0) == any) {
          result = any;
        }
      }
    }

    @Override
    public void finish(Tile target, int to) {
      target.ints[target.offset + to] = result ? 1 : 0;
    }
  }

  /** The first of equal elements wins; the first NaN wins over all; -0.0 equals 0.0. */
  private static final class Position extends Reducer {
    private final Lane lane;
    private final DType dtype;
    private final boolean least;
    private long seen;
    private long best;
    private long bestInteger;
    private double bestFloat;

    Position(Lane lane, DType dtype, boolean least) {
      this.lane = lane;
      this.dtype = dtype;
      this.least = least;
    }

    @Override
    public void reset() {
      seen = 0;
      best = -1;
    }

    @Override
    public void accept(Tile tile, int from, int n) {
      int at = tile.offset + from;
      for (int i = 0; i < n; i++, seen++) {
        switch (lane) {
          case INT -> {
            int value = tile.ints[at + i];
            integer(dtype == DType.UINT32 ? value & 0xffffffffL : value);
          }
          case LONG -> integer(tile.longs[at + i] ^ (dtype == DType.UINT64 ? Long.MIN_VALUE : 0));
          case FLOAT -> real(tile.floats[at + i]);
          case DOUBLE -> real(tile.doubles[at + i]);
        }
      }
    }

    private void integer(long value) {
      if (best < 0 || (least ? value < bestInteger : value > bestInteger)) {
        best = seen;
        bestInteger = value;
      }
    }

    private void real(double value) {
      if (best < 0
          || (!Double.isNaN(bestFloat)
              && (Double.isNaN(value) || (least ? value < bestFloat : value > bestFloat)))) {
        best = seen;
        bestFloat = value;
      }
    }

    @Override
    public void finish(Tile target, int to) {
      target.longs[target.offset + to] = best;
    }
  }
}

package dev.sheaf.query.internal.tensor.block;

import dev.sheaf.format.DType;
import dev.sheaf.query.internal.tensor.Tile;
import java.util.PriorityQueue;

/** The order of top-k: by value, NaN last, the earlier position first among equals. */
public final class Ranking {
  private final DType dtype;
  private final boolean greatest;

  /** Creates an order of elements of a dtype, the greatest or the least first. */
  public Ranking(DType dtype, boolean greatest) {
    this.dtype = dtype;
    this.greatest = greatest;
  }

  /** Returns the positions of the k first of {@code n} elements. */
  public int[] best(Tile tile, int from, int n, int k) {
    if (k == 0) {
      return new int[0];
    }
    // The worst of those kept is at the head.
    PriorityQueue<Integer> kept =
        new PriorityQueue<>(k, (a, b) -> order(tile, from + b, from + a, b, a));
    for (int i = 0; i < n; i++) {
      if (kept.size() < k) {
        kept.add(i);
      } else if (order(tile, from + i, from + kept.peek(), i, kept.peek()) < 0) {
        kept.poll();
        kept.add(i);
      }
    }
    int[] best = new int[kept.size()];
    for (int i = best.length - 1; i >= 0; i--) {
      best[i] = kept.remove();
    }
    return best;
  }

  private int order(Tile tile, int a, int b, int first, int second) {
    int at = tile.offset;
    int order =
        switch (tile.lane) {
          case INT ->
              sign(
                  dtype == DType.UINT32
                      ? Integer.compareUnsigned(tile.ints[at + a], tile.ints[at + b])
                      : Integer.compare(tile.ints[at + a], tile.ints[at + b]));
          case LONG ->
              sign(
                  dtype == DType.UINT64
                      ? Long.compareUnsigned(tile.longs[at + a], tile.longs[at + b])
                      : Long.compare(tile.longs[at + a], tile.longs[at + b]));
          case FLOAT -> real(tile.floats[at + a], tile.floats[at + b]);
          case DOUBLE -> real(tile.doubles[at + a], tile.doubles[at + b]);
        };
    return order != 0 ? order : Integer.compare(first, second);
  }

  private int sign(int ascending) {
    return greatest ? -ascending : ascending;
  }

  private int real(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }
    return a == b ? 0 : sign(a < b ? -1 : 1);
  }
}

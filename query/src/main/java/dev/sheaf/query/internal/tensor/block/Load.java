package dev.sheaf.query.internal.tensor.block;

import dev.sheaf.query.internal.tensor.Tile;
import java.util.Arrays;

/** Reads the elements of one slot in the order of a loop nest, a tile at a time. */
public final class Load {
  private final Slot slot;
  private final long start;
  private final long[] dims;
  private final long[] strides;
  private final long inner;

  /**
   * Creates a load.
   *
   * @param slot the source
   * @param start the element of the first position, within a row
   * @param loops the lengths of the loops, without that over rows
   * @param steps the elements from one position of each loop to the next
   */
  public Load(Slot slot, long start, long[] loops, long[] steps) {
    this.slot = slot;
    this.start = start;
    long all = 1;
    long[] lengths = new long[loops.length];
    long[] distances = new long[loops.length];
    int rank = 0;
    // Neighbouring loops that walk evenly are one loop.
    for (int i = loops.length - 1; i >= 0; i--) {
      all *= loops[i];
      if (loops[i] == 1) {
        continue;
      }
      if (rank > 0 && steps[i] == distances[rank - 1] * lengths[rank - 1]) {
        lengths[rank - 1] *= loops[i];
      } else {
        lengths[rank] = loops[i];
        distances[rank++] = steps[i];
      }
    }
    inner = all;
    dims = Arrays.copyOf(lengths, rank);
    strides = Arrays.copyOf(distances, rank);
  }

  /** Points {@code shown} at elements [from, from + n), in place or copied to {@code own}. */
  public void show(long from, Tile shown, Tile own, int n) {
    if (isEven() && stride() == 1 && slot.tile != null) {
      shown.alias(slot.tile, (int) (slot.base + start + from));
    } else {
      shown.alias(own, 0);
      read(from, own, n);
    }
  }

  private boolean isEven() {
    return dims.length == 0 || (dims.length == 1 && slot.rowStride == inner * strides[0]);
  }

  private long stride() {
    return dims.length == 0 ? slot.rowStride : strides[0];
  }

  /** Copies elements [from, from + n) of the nest, rows outermost. */
  public void read(long from, Tile target, int n) {
    if (inner == 0) {
      return;
    }
    if (isEven()) {
      slot.storage.read(slot.base + start + from * stride(), stride(), target, 0, n);
      return;
    }
    int done = 0;
    while (done < n) {
      long row = (from + done) / inner;
      long position = (from + done) % inner;
      int length = (int) Math.min(n - done, inner - position);
      row(slot.base + start + row * slot.rowStride, position, target, done, length);
      done += length;
    }
  }

  private void row(long base, long position, Tile target, int to, int n) {
    long run = dims[0];
    int done = 0;
    while (done < n) {
      long at = position + done;
      long first = at % run;
      long rest = at / run;
      long element = base + first * strides[0];
      for (int i = 1; i < dims.length; i++) {
        element += rest % dims[i] * strides[i];
        rest /= dims[i];
      }
      int length = (int) Math.min(n - done, run - first);
      slot.storage.read(element, strides[0], target, to + done, length);
      done += length;
    }
  }
}

package dev.sheaf.format.internal.engine;

import java.util.Arrays;

/**
 * Some samples of a batch that lie in one segment.
 *
 * @param segment the segment
 * @param firstSlot the first slot
 * @param slots the slots, or null when they are {@code firstSlot, firstSlot + 1, …}
 * @param size the number of samples
 */
record Stretch(SegmentView segment, int firstSlot, int[] slots, int size) {
  int slot(int row) {
    return slots == null ? firstSlot + row : slots[row];
  }

  /** Tells whether the next stretch goes on where this one ends. */
  boolean isFollowedBy(Stretch next) {
    return slots == null
        && next.slots == null
        && segment == next.segment
        && firstSlot + size == next.firstSlot;
  }

  /** Returns both as one. */
  Stretch and(Stretch next) {
    return new Stretch(segment, firstSlot, null, size + next.size);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Stretch stretch
        && segment == stretch.segment
        && firstSlot == stretch.firstSlot
        && size == stretch.size
        && Arrays.equals(slots, stretch.slots);
  }

  @Override
  public int hashCode() {
    return 31 * firstSlot + size;
  }

  @Override
  public String toString() {
    return segment.reader().key() + " from slot " + firstSlot + ", " + size + " samples";
  }
}

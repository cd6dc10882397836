package dev.sheaf.format.internal.engine;

import java.util.Arrays;

/** Some samples of a batch that lie in one segment. Immutable. */
final class Stretch {
  private final SegmentView segment;
  private final int firstSlot;
  private final int[] slots;
  private final int size;

  /**
   * Creates a stretch.
   *
   * @param slots the slots, not copied; null when they are {@code firstSlot, firstSlot + 1, …}
   */
  Stretch(SegmentView segment, int firstSlot, int[] slots, int size) {
    this.segment = segment;
    this.firstSlot = firstSlot;
    this.slots = slots;
    this.size = size;
  }

  SegmentView segment() {
    return segment;
  }

  int firstSlot() {
    return firstSlot;
  }

  /** Returns the slots, or null when they follow each other. */
  int[] slots() {
    return slots;
  }

  int size() {
    return size;
  }

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

package dev.sheaf.format.internal.order;

import java.util.Objects;

/**
 * Where a sample is stored: a segment and the slot within it.
 *
 * @param segment the segment
 * @param slot the slot, {@code 0..65535}; the sample's ordinal is {@code segment.first() + slot}
 */
public record Position(SegmentKey segment, int slot) {
  /**
   * Checks the slot.
   *
   * @throws IllegalArgumentException if {@code slot} is outside {@code 0..65535}
   */
  public Position {
    Objects.requireNonNull(segment, "segment");
    if (slot < 0 || slot >= OrderDescriptor.MAX_SLOTS) {
      throw new IllegalArgumentException("slot=" + slot + " is outside 0..65535");
    }
  }
}

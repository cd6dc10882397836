package dev.sheaf.format.internal.order;

/**
 * The body of an EXPLICIT leaf: the segment dictionary, then one segment and slot for each place,
 * then which places are dead.
 *
 * <pre>
 *   +------------------------+
 *   | run u64   | first u64  |                 segment count times
 *   +-------------+----------+
 *   | segment u16 |                            count times
 *   +-------------+
 *   | slot u16    |                            count times
 *   +-------------+
 *   | dead bits   | ceil(count / 8) bytes, only with FLAG_DEAD; bit i of byte j is place 8 j + i
 *   +-------------+
 * </pre>
 *
 * <p>Spec: docs/format-spec.md#order-explicit.
 */
final class ExplicitDescriptor {
  static final int SEGMENT_LENGTH = 2;
  static final int SLOT_LENGTH = 2;
  static final int MAX_ENTRIES = 65_536;

  /** The dead bits are there, and at least one is set. */
  static final int FLAG_DEAD = 1;

  /** A full block of runs is explicit when it has at most this many slots. */
  static final int MAX_BLOCK_SLOTS = 4 * RunsDescriptor.MAX_ENTRIES;

  private ExplicitDescriptor() {}

  /** Returns the length of the whole blob in bytes. */
  static int length(int segments, int entries, int flags) {
    int dead = (flags & FLAG_DEAD) == 0 ? 0 : deadLength(entries);
    return deadOffset(segments, entries) + dead + OrderDescriptor.CRC_LENGTH;
  }

  static int segmentOffset(int segments) {
    return OrderDescriptor.HEADER_LENGTH + segments * OrderDescriptor.SEGMENT_LENGTH;
  }

  static int slotOffset(int segments, int entries) {
    return segmentOffset(segments) + entries * SEGMENT_LENGTH;
  }

  static int deadOffset(int segments, int entries) {
    return slotOffset(segments, entries) + entries * SLOT_LENGTH;
  }

  static int deadLength(int entries) {
    return (entries + 7) / 8;
  }
}

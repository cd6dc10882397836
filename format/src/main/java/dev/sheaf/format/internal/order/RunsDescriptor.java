package dev.sheaf.format.internal.order;

/**
 * The body of a RUNS leaf: the segment dictionary, then runs of consecutive slots.
 *
 * <pre>
 *   +------------------------+
 *   | run u64   | first u64  |   segment count times
 *   +------------------------+----------------------------------+
 *   | segment u32 | first slot u32 | slot count u32 | live u32   |   count times
 *   +-------------------------------------------------------------+
 * </pre>
 *
 * <p>Spec: docs/format-spec.md#order-runs.
 */
final class RunsDescriptor {
  static final int ENTRY_LENGTH = 16;
  static final int SEGMENT_OFFSET = 0;
  static final int FIRST_SLOT_OFFSET = 4;
  static final int SLOT_COUNT_OFFSET = 8;
  static final int LIVE_OFFSET = 12;

  /** The runs of a block; a RUNS leaf is one block. */
  static final int MAX_ENTRIES = 512;

  private RunsDescriptor() {}

  /** Returns the length of the whole blob in bytes. */
  static int length(int segments, int entries) {
    return entryOffset(segments, entries) + OrderDescriptor.CRC_LENGTH;
  }

  static int entryOffset(int segments, int entry) {
    return OrderDescriptor.HEADER_LENGTH
        + segments * OrderDescriptor.SEGMENT_LENGTH
        + entry * ENTRY_LENGTH;
  }
}

package dev.sheaf.format.internal.order;

/**
 * The layout that all blobs of an order share: a header, a body by kind, and a checksum.
 *
 * <pre>
 *   0        4       5      6       7       8       12              16      24
 *   +--------+-------+------+-------+-------+-------+---------------+-------+------+-------+
 *   | "SHOR" |version| kind | level | flags | count | segment count | live  | body | CRC   |
 *   +--------+-------+------+-------+-------+-------+---------------+-------+------+-------+
 *      4        1       1      1       1       4           4            8             4
 * </pre>
 *
 * <p>Integers are little-endian and unsigned. Spec: docs/format-spec.md#order-header.
 */
final class OrderDescriptor {
  /** The bytes {@code S H O R}, read as a little-endian integer. */
  static final int MAGIC = 0x524f4853;

  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = 4;
  static final int KIND_OFFSET = 5;
  static final int LEVEL_OFFSET = 6;
  static final int FLAGS_OFFSET = 7;
  static final int COUNT_OFFSET = 8;
  static final int SEGMENT_COUNT_OFFSET = 12;
  static final int LIVE_OFFSET = 16;
  static final int HEADER_LENGTH = 24;
  static final int CRC_LENGTH = 4;

  static final int VERSION = 1;
  static final int KIND_COUNTS = 1;
  static final int KIND_RUNS = 2;
  static final int KIND_EXPLICIT = 3;

  /** A dictionary entry: run u64, first u64; entries ascend strictly, unsigned. */
  static final int SEGMENT_LENGTH = 16;

  static final int SEGMENT_RUN_OFFSET = 0;
  static final int SEGMENT_FIRST_OFFSET = 8;

  /** The most slots a segment can have. */
  static final int MAX_SLOTS = 65_536;

  private OrderDescriptor() {}
}

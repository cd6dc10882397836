package dev.sheaf.format.internal.order;

/**
 * The body of a COUNTS blob: the live count of each child, in order.
 *
 * <pre>
 *   +------------+------------+-----
 *   | live u64   | live u64   | ...     count times
 *   +------------+------------+-----
 * </pre>
 *
 * <p>Spec: docs/format-spec.md#order-counts.
 */
final class CountsDescriptor {
  static final int LIVE_LENGTH = 8;

  /** The base-two logarithm of {@link #MAX_CHILDREN}. */
  static final int CHILD_BITS = 10;

  static final int MAX_CHILDREN = 1 << CHILD_BITS;
  static final int MIN_LEVEL = 1;

  /** Three levels hold 2^30 leaves. */
  static final int MAX_LEVEL = 3;

  private CountsDescriptor() {}

  /** Returns the length of the whole blob in bytes. */
  static int length(int children) {
    return OrderDescriptor.HEADER_LENGTH + children * LIVE_LENGTH + OrderDescriptor.CRC_LENGTH;
  }

  static int liveOffset(int child) {
    return OrderDescriptor.HEADER_LENGTH + child * LIVE_LENGTH;
  }
}

package dev.sheaf.format.internal.layer;

/**
 * Which rows have been verified in this process. Two threads that mark at once may lose a mark,
 * which costs one more verification and nothing else.
 */
final class Verified {
  private final long[] bits;

  Verified(int rows) {
    this.bits = new long[(rows + 63) >>> 6];
  }

  boolean test(int row) {
    return (bits[row >>> 6] & (1L << row)) != 0;
  }

  void mark(int row) {
    bits[row >>> 6] |= 1L << row;
  }
}

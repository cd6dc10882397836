package dev.sheaf.format.internal.git;

import java.util.HexFormat;

/**
 * The name of a Git object: the 160 bits of its SHA-1, ordered as unsigned bytes. Immutable.
 *
 * @param high the first 8 bytes, big-endian
 * @param middle the next 8 bytes
 * @param low the last 4 bytes
 */
record Oid(long high, long middle, int low) implements Comparable<Oid> {
  static final int BYTES = 20;
  static final int HEX_DIGITS = 40;

  /** The id that stands for "no object". */
  static final Oid ZERO = new Oid(0, 0, 0);

  /**
   * Returns the id whose 20 bytes start at {@code offset}; the caller has checked that they are
   * there.
   */
  static Oid at(byte[] bytes, int offset) {
    return new Oid(
        Bytes.int64(bytes, offset),
        Bytes.int64(bytes, offset + 8),
        Bytes.int32(bytes, offset + 16));
  }

  /** Returns true when the text is 40 lower-case hex digits. */
  static boolean isHex(String text) {
    return text.length() == HEX_DIGITS && isHexDigits(text);
  }

  static boolean isHexDigits(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  /** Parses 40 lower-case hex digits; the caller has checked them with {@link #isHex}. */
  static Oid parse(String hex) {
    return at(HexFormat.of().parseHex(hex), 0);
  }

  String hex() {
    return HexFormat.of().formatHex(bytes());
  }

  byte[] bytes() {
    byte[] bytes = new byte[BYTES];
    Bytes.putInt64(bytes, 0, high);
    Bytes.putInt64(bytes, 8, middle);
    Bytes.putInt32(bytes, 16, low);
    return bytes;
  }

  int firstByte() {
    return (int) (high >>> 56);
  }

  @Override
  public int compareTo(Oid other) {
    int order = Long.compareUnsigned(high, other.high);
    if (order == 0) {
      order = Long.compareUnsigned(middle, other.middle);
    }
    return order == 0 ? Integer.compareUnsigned(low, other.low) : order;
  }

  @Override
  public String toString() {
    return hex();
  }
}

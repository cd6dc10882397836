package dev.sheaf.format.internal.layer;

import com.dynatrace.hash4j.hashing.HashValue128;
import java.util.HexFormat;

/** A 128-bit number that is added and subtracted modulo 2^128. */
public record Hash128(long high, long low) {
  /** Zero. */
  public static final Hash128 ZERO = new Hash128(0, 0);

  /** Returns the number with the bits of a hash. */
  public static Hash128 of(HashValue128 hash) {
    return new Hash128(hash.getMostSignificantBits(), hash.getLeastSignificantBits());
  }

  /** Returns the sum. */
  public Hash128 plus(Hash128 other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new Hash128(high + other.high + carry, sum);
  }

  /** Returns the difference. */
  public Hash128 minus(Hash128 other) {
    long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
    return new Hash128(high - other.high - borrow, low - other.low);
  }

  /** Reads 32 hex digits. */
  static Hash128 parse(String hex, String path) {
    if (!Json.isHex(hex, 32)) {
      throw Json.bad(path, "\"" + hex + "\" is no 128-bit hash", null);
    }
    return new Hash128(
        HexFormat.fromHexDigitsToLong(hex, 0, 16), HexFormat.fromHexDigitsToLong(hex, 16, 32));
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}

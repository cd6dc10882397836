package dev.sheaf.format.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A map from keys to numbers that costs 24 bytes a key at full load: of a key only 128 bits of its
 * SHA-256 are kept. Not safe for use by several threads.
 */
final class KeyTable {
  private long[] high = new long[1024];
  private long[] low = new long[1024];
  private long[] values = new long[1024];
  private int size;

  /** Returns the number under a key, or 0. */
  long get(String key) {
    ByteBuffer hash = hash(key);
    return values[slot(hash.getLong(), hash.getLong())];
  }

  /** Sets the number under a key; never 0. */
  void put(String key, long value) {
    ByteBuffer hash = hash(key);
    put(hash.getLong(), hash.getLong(), value);
    if (size > values.length / 2) {
      grow();
    }
  }

  private void put(long a, long b, long value) {
    int slot = slot(a, b);
    size += values[slot] == 0 ? 1 : 0;
    high[slot] = a;
    low[slot] = b;
    values[slot] = value;
  }

  private int slot(long a, long b) {
    int mask = values.length - 1;
    int slot = (int) a & mask;
    while (values[slot] != 0 && (high[slot] != a || low[slot] != b)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldHigh = high;
    long[] oldLow = low;
    long[] oldValues = values;
    int length = Math.multiplyExact(values.length, 2);
    high = new long[length];
    low = new long[length];
    values = new long[length];
    size = 0;
    for (int i = 0; i < oldValues.length; i++) {
      if (oldValues[i] != 0) {
        put(oldHigh[i], oldLow[i], oldValues[i]);
      }
    }
  }

  private static ByteBuffer hash(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return ByteBuffer.wrap(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}

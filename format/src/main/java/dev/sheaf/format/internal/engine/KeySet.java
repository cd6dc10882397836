package dev.sheaf.format.internal.engine;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.charset.StandardCharsets;

/**
 * A set of keys by their 128-bit hashes, 16 bytes a place: two keys with one hash do not occur. Not
 * safe for use by several threads.
 */
final class KeySet {
  private long[] table = new long[32];
  private int size;

  /** Adds a key; returns false if it was there. */
  boolean add(String key) {
    HashValue128 hash = Hashing.xxh3_128().hashBytesTo128Bits(key.getBytes(StandardCharsets.UTF_8));
    long high = hash.getMostSignificantBits();
    // A place with two zeros is free; the one hash of two zeros moves aside.
    long low =
        hash.getLeastSignificantBits() == 0 && high == 0 ? 1 : hash.getLeastSignificantBits();
    if (size * 4L >= table.length) {
      grow();
    }
    return insert(table, high, low);
  }

  private boolean insert(long[] places, long high, long low) {
    int mask = places.length / 2 - 1;
    int at = (int) (low ^ (low >>> 32)) & mask;
    while (places[at * 2] != 0 || places[at * 2 + 1] != 0) {
      if (places[at * 2] == high && places[at * 2 + 1] == low) {
        return false;
      }
      at = (at + 1) & mask;
    }
    places[at * 2] = high;
    places[at * 2 + 1] = low;
    size++;
    return true;
  }

  private void grow() {
    long[] larger = new long[table.length * 2];
    size = 0;
    for (int i = 0; i < table.length; i += 2) {
      if (table[i] != 0 || table[i + 1] != 0) {
        insert(larger, table[i], table[i + 1]);
      }
    }
    table = larger;
  }
}

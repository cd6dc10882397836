package dev.sheaf.curation.internal.embed;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.sheaf.curation.internal.text.Words;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A text as counts of its words and pairs of words, each hashed to one of {@value #BUCKETS} buckets
 * (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009). Immutable.
 */
public final class SparseText {
  /** The number of buckets. */
  public static final int BUCKETS = 1 << 18;

  private static final Hasher64 HASH = Hashing.xxh3_64();

  private final int[] buckets;
  private final int[] counts;

  private SparseText(int[] buckets, int[] counts) {
    this.buckets = buckets;
    this.counts = counts;
  }

  /** Returns the counts of a text. */
  public static SparseText of(String text) {
    List<String> words = Words.of(Words.folded(text));
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    long before = 0;
    for (int i = 0; i < words.size(); i++) {
      long hash = HASH.hashCharsToLong(words.get(i));
      counts.merge(bucket(hash), 1, Integer::sum);
      if (i > 0) {
        counts.merge(bucket(HASH.hashLongLongToLong(before, hash)), 1, Integer::sum);
      }
      before = hash;
    }
    int[] buckets = new int[counts.size()];
    int[] numbers = new int[counts.size()];
    int at = 0;
    for (Map.Entry<Integer, Integer> entry : counts.entrySet()) {
      buckets[at] = entry.getKey();
      numbers[at++] = entry.getValue();
    }
    return new SparseText(buckets, numbers);
  }

  private static int bucket(long hash) {
    return (int) (hash & BUCKETS - 1);
  }

  /** Returns the counts that {@link #toBytes} wrote. */
  public static SparseText of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int[] buckets = new int[bytes.length / 8];
    int[] counts = new int[bytes.length / 8];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = in.getInt();
      counts[i] = in.getInt();
    }
    return new SparseText(buckets, counts);
  }

  /** Returns bucket and count, big-endian, eight bytes an entry. */
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(buckets.length * 8);
    for (int i = 0; i < buckets.length; i++) {
      out.putInt(buckets[i]).putInt(counts[i]);
    }
    return out.array();
  }

  /** Returns the number of buckets that are not empty. */
  public int size() {
    return buckets.length;
  }

  /** Returns one of the buckets, in ascending order. */
  public int bucket(int i) {
    return buckets[i];
  }

  /** Returns the logarithmic frequency {@code 1 + ln count} of an entry. */
  double frequency(int i) {
    return 1 + StrictMath.log(counts[i]);
  }
}

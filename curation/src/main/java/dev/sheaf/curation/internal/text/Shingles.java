package dev.sheaf.curation.internal.text;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.Arrays;
import java.util.List;

/**
 * The set of word n-grams of a text, as sorted distinct 64-bit hashes.
 *
 * <p>All n-grams from one word up to {@code n} are in the set. Single words keep a short text with
 * a few edited words similar: an edited word costs one of the single words but two of the pairs.
 */
public final class Shingles {
  private static final Hasher64 HASH = Hashing.xxh3_64();

  private Shingles() {}

  /** Returns the sorted, distinct hashes of the 1-grams to {@code n}-grams of the folded text. */
  public static long[] of(String text, int n) {
    List<String> words = Words.of(Words.folded(text));
    long[] hashed = new long[words.size()];
    Arrays.setAll(hashed, i -> HASH.hashCharsToLong(words.get(i)));
    long[] all = new long[hashed.length * n];
    int count = 0;
    for (int from = 0; from < hashed.length; from++) {
      long hash = 0;
      for (int length = 1; length <= n && from + length <= hashed.length; length++) {
        hash = HASH.hashLongLongLongToLong(hash, hashed[from + length - 1], length);
        all[count++] = hash;
      }
    }
    return Arrays.stream(all, 0, count).sorted().distinct().toArray();
  }

  /** Returns the Jaccard similarity of two sorted sets, from 0 to 1; two empty sets have 0. */
  public static double jaccard(long[] a, long[] b) {
    int common = 0;
    int i = 0;
    int j = 0;
    while (i < a.length && j < b.length) {
      int order = Long.compare(a[i], b[j]);
      common += order == 0 ? 1 : 0;
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    int union = a.length + b.length - common;
    return union == 0 ? 0 : (double) common / union;
  }
}

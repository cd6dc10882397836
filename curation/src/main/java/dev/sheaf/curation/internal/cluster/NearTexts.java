package dev.sheaf.curation.internal.cluster;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.sheaf.curation.internal.text.Shingles;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds texts whose shingle sets are similar: candidates share a band, and each candidate is
 * verified by its exact Jaccard similarity. Groups are the connected components.
 *
 * <p>Costs one sort a band and one verification a candidate pair. In buckets of more than {@value
 * #LARGE} texts, pairs that are together already are not verified again, so boilerplate that fills
 * a bucket stays near linear.
 */
public final class NearTexts {
  private static final int LARGE = 64;

  private final long[][] shingles;
  private final long[][] bands;
  private final double threshold;
  private final Clusters.Builder groups;

  private NearTexts(long[][] shingles, long[][] bands, double threshold) {
    this.shingles = shingles;
    this.bands = bands;
    this.threshold = threshold;
    this.groups = new Clusters.Builder(shingles.length);
  }

  /**
   * Groups texts.
   *
   * @param shingles a sorted set for each text, in order of preference; texts with an empty set are
   *     duplicates of none
   * @param bands the band hashes of each text; not looked at for empty sets
   * @param threshold the least Jaccard similarity of duplicates
   */
  public static Clusters group(long[][] shingles, long[][] bands, double threshold) {
    NearTexts search = new NearTexts(shingles, bands, threshold);
    int[] distinct = search.uniteEqualSets();
    if (distinct.length > 0) {
      for (int band = 0; band < bands[distinct[0]].length; band++) {
        search.uniteWithin(band, distinct);
      }
    }
    return search.groups.build();
  }

  /** Equal sets would fill buckets of every band; only the first of them goes on. */
  private int[] uniteEqualSets() {
    Map<Long, Integer> firsts = new HashMap<>();
    int[] distinct = new int[shingles.length];
    int count = 0;
    for (int i = 0; i < shingles.length; i++) {
      if (shingles[i].length == 0) {
        continue;
      }
      ByteBuffer bytes = ByteBuffer.allocate(shingles[i].length * Long.BYTES);
      Integer first = firsts.putIfAbsent(Hashing.xxh3_64().hashBytesToLong(bytes.array()), i);
      if (first != null && Arrays.equals(shingles[first], shingles[i])) {
        groups.pair(first, i, 1.0);
      } else {
        distinct[count++] = i;
      }
    }
    return Arrays.copyOf(distinct, count);
  }

  private void uniteWithin(int band, int[] members) {
    // 32 bits of the hash above the member: one sort of longs puts buckets together. Two buckets
    // that share the 32 bits cost some verifications and change nothing.
    long[] sorted = new long[members.length];
    Arrays.setAll(sorted, i -> bands[members[i]][band] & 0xffffffff00000000L | members[i]);
    Arrays.sort(sorted);
    int start = 0;
    for (int i = 1; i <= sorted.length; i++) {
      if (i == sorted.length || sorted[i] >>> 32 != sorted[start] >>> 32) {
        uniteBucket(band, sorted, start, i);
        start = i;
      }
    }
  }

  private void uniteBucket(int band, long[] sorted, int from, int to) {
    boolean large = to - from > LARGE;
    for (int i = from + 1; i < to; i++) {
      for (int j = from; j < i; j++) {
        int a = (int) sorted[j];
        int b = (int) sorted[i];
        if (large && groups.together(a, b) || metBefore(a, b, band)) {
          continue;
        }
        double similarity = Shingles.jaccard(shingles[a], shingles[b]);
        if (similarity >= threshold) {
          groups.pair(a, b, similarity);
        }
      }
    }
  }

  private boolean metBefore(int a, int b, int band) {
    for (int before = 0; before < band; before++) {
      if (bands[a][before] >>> 32 == bands[b][before] >>> 32) {
        return true;
      }
    }
    return false;
  }
}

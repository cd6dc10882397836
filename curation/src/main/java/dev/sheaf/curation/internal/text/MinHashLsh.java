package dev.sheaf.curation.internal.text;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import com.dynatrace.hash4j.similarity.ElementHashProvider;
import com.dynatrace.hash4j.similarity.SimilarityHashPolicy;
import com.dynatrace.hash4j.similarity.SimilarityHashing;

/**
 * MinHash signatures cut into bands: two sets meet in a band with probability {@code 1 - (1 -
 * s^rows)^bands} for Jaccard similarity {@code s}. Immutable and thread-safe.
 *
 * <p>Sources: Broder 1997 (MinHash); Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4
 * (banding); Ertl 2017, arXiv 1706.05698 (SuperMinHash, which hash4j computes: the variance of
 * MinHash or less in one pass).
 */
public final class MinHashLsh {
  private static final Hasher64 HASH = Hashing.xxh3_64();
  private static final int COMPONENT_BITS = 32;

  private final int bands;
  private final int rows;
  private final SimilarityHashPolicy policy;

  /** Creates the scheme of {@code bands} bands of {@code rows} components each. */
  public MinHashLsh(int bands, int rows) {
    this.bands = bands;
    this.rows = rows;
    this.policy = SimilarityHashing.superMinHash(bands * rows, COMPONENT_BITS);
  }

  /**
   * Returns the scheme with the most rows, so the fewest false candidates, in which a pair at the
   * threshold still meets with the wanted probability; the last resort is one row a band.
   *
   * @param hashes the number of components at most
   */
  public static MinHashLsh tuned(double threshold, int hashes, double probability) {
    for (int rows = hashes; rows > 1; rows--) {
      int bands = hashes / rows;
      if (meets(threshold, bands, rows) >= probability) {
        return new MinHashLsh(bands, rows);
      }
    }
    return new MinHashLsh(hashes, 1);
  }

  /** Returns the probability that two sets of this similarity share a band. */
  static double meets(double similarity, int bands, int rows) {
    return 1 - Math.pow(1 - Math.pow(similarity, rows), bands);
  }

  /** Returns the number of bands. */
  public int bands() {
    return bands;
  }

  /** Returns the number of components in a band. */
  public int rows() {
    return rows;
  }

  /** Returns one hash a band of a set that is not empty. */
  public long[] bandHashes(long[] shingles) {
    byte[] signature = policy.createHasher().compute(ElementHashProvider.ofValues(shingles));
    long[] hashes = new long[bands];
    for (int band = 0; band < bands; band++) {
      long hash = band;
      for (int row = 0; row < rows; row++) {
        hash = HASH.hashLongLongToLong(hash, policy.getComponent(signature, band * rows + row));
      }
      hashes[band] = hash;
    }
    return hashes;
  }
}

package dev.sheaf.curation.internal.embed;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Hashed words with IDF weights under a seeded random projection of signs, which keeps cosines up
 * to {@code 1 / sqrt(dimensions)}. Source: Achlioptas, "Database-friendly random projections",
 * 2003.
 */
public final class HashedText implements Embedding<SparseText> {
  private static final Hasher64 HASH = Hashing.xxh3_64();

  private final Idf idf;
  private final int dimensions;
  private final long seed;

  private HashedText(Idf idf, int dimensions, long seed) {
    this.idf = idf;
    this.dimensions = dimensions;
    this.seed = seed;
  }

  /** Fits the weights on texts, whose order does not matter. */
  public static HashedText fit(List<SparseText> texts, int dimensions, long seed) {
    return new HashedText(Idf.fit(texts), dimensions, seed);
  }

  /** Reads a stored fit. */
  public static HashedText of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int dimensions = in.getInt();
    long seed = in.getLong();
    return new HashedText(Idf.readFrom(in), dimensions, seed);
  }

  @Override
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(12 + Idf.bytes());
    out.putInt(dimensions).putLong(seed);
    idf.writeTo(out);
    return out.array();
  }

  @Override
  public int dimensions() {
    return dimensions;
  }

  @Override
  public float[] embed(SparseText text) {
    double[] weights = idf.weights(text);
    double[] vector = new double[dimensions];
    for (int i = 0; i < weights.length; i++) {
      long signs = 0;
      for (int d = 0; d < dimensions; d++) {
        if (d % 64 == 0) {
          signs = HASH.hashLongLongLongToLong(seed, text.bucket(i), d);
        }
        vector[d] += (signs & 1) == 0 ? weights[i] : -weights[i];
        signs >>>= 1;
      }
    }
    return Embedding.normalised(vector);
  }
}

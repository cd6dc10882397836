package dev.sheaf.curation.internal.embed;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Inverse document frequencies {@code 1 + ln((1 + n) / (1 + df))} of hashed words, fitted on texts.
 * Immutable and thread-safe.
 */
public final class Idf {
  private final int documents;
  private final int[] frequencies;

  private Idf(int documents, int[] frequencies) {
    this.documents = documents;
    this.frequencies = frequencies;
  }

  /** Fits; the order of the texts does not matter. */
  public static Idf fit(List<SparseText> texts) {
    int[] frequencies = new int[SparseText.BUCKETS];
    for (SparseText text : texts) {
      for (int i = 0; i < text.size(); i++) {
        frequencies[text.bucket(i)]++;
      }
    }
    return new Idf(texts.size(), frequencies);
  }

  /** Returns the number of texts in which a bucket occurs. */
  int frequency(int bucket) {
    return frequencies[bucket];
  }

  /** Returns the weights of a text's buckets, of length 1 unless the text is empty. */
  double[] weights(SparseText text) {
    double[] weights = new double[text.size()];
    double squares = 0;
    for (int i = 0; i < weights.length; i++) {
      double idf = 1 + StrictMath.log((1.0 + documents) / (1.0 + frequencies[text.bucket(i)]));
      weights[i] = text.frequency(i) * idf;
      squares += weights[i] * weights[i];
    }
    double length = Math.sqrt(squares);
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= length;
    }
    return weights;
  }

  void writeTo(ByteBuffer out) {
    out.putInt(documents);
    for (int frequency : frequencies) {
      out.putInt(frequency);
    }
  }

  static Idf readFrom(ByteBuffer in) {
    int documents = in.getInt();
    int[] frequencies = new int[SparseText.BUCKETS];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = in.getInt();
    }
    return new Idf(documents, frequencies);
  }

  static int bytes() {
    return 4 + 4 * SparseText.BUCKETS;
  }
}

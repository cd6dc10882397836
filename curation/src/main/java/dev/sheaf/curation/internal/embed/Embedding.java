package dev.sheaf.curation.internal.embed;

/**
 * A fitted map from features to vectors of length 1. Immutable and thread-safe.
 *
 * @param <T> the features of one sample
 */
public interface Embedding<T> {
  /** Returns the number of components. */
  int dimensions();

  /** Returns the vector of one sample; zero where there is nothing to embed. */
  float[] embed(T features);

  /** Returns the fit, to be stored and read back. */
  byte[] toBytes();

  /** Scales a vector to length 1; zero stays zero. */
  static float[] normalised(double[] vector) {
    double squares = 0;
    for (double value : vector) {
      squares += value * value;
    }
    double length = Math.sqrt(squares);
    float[] scaled = new float[vector.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = length == 0 ? 0 : (float) (vector[i] / length);
    }
    return scaled;
  }
}

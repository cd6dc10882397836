package dev.sheaf.format.media;

/**
 * A ratio of two whole numbers.
 *
 * @param numerator above 0
 * @param denominator above 0
 */
public record Ratio(int numerator, int denominator) {
  /** Checks the numbers. */
  public Ratio {
    if (numerator < 1 || denominator < 1) {
      throw new IllegalArgumentException("ratio=" + numerator + "/" + denominator);
    }
  }

  /** Returns {@code count} times this ratio. */
  public double times(long count) {
    return (double) count * numerator / denominator;
  }
}

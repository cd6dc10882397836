package dev.sheaf.query.internal.tensor;

/**
 * The one order in which floating point sums and products are formed, whatever the backend.
 *
 * <p>Element {@code i} of the reduced elements, counted in C order of the reduced axes, goes to
 * partial result {@code i mod 32}. Each partial result starts at the identity (+0.0 or 1.0) and
 * takes its elements in ascending order. The 32 partial results are then folded in a fixed tree:
 * for {@code w} = 16, 8, 4, 2, 1, result {@code l} becomes {@code l} combined with {@code l + w},
 * for {@code l < w}. Partial results without elements keep the identity. Every step is one rounded
 * IEEE operation in the dtype; nothing is contracted into fused multiply-adds.
 *
 * <p>So 4, 8 or 16 hardware lanes give the same bits: they hold the 32 partial results in 8, 4 or 2
 * registers.
 */
public final class LaneOrder {
  /** The number of partial results. */
  public static final int LANES = 32;

  private LaneOrder() {}

  /** Folds 32 partial sums in the fixed tree; overwrites them. */
  public static float sum(float[] partial) {
    for (int width = LANES / 2; width > 0; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        partial[lane] += partial[lane + width];
      }
    }
    return partial[0];
  }

  /** Folds 32 partial sums in the fixed tree; overwrites them. */
  public static double sum(double[] partial) {
    for (int width = LANES / 2; width > 0; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        partial[lane] += partial[lane + width];
      }
    }
    return partial[0];
  }

  /** Folds 32 partial products in the fixed tree; overwrites them. */
  public static float product(float[] partial) {
    for (int width = LANES / 2; width > 0; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        partial[lane] *= partial[lane + width];
      }
    }
    return partial[0];
  }

  /** Folds 32 partial products in the fixed tree; overwrites them. */
  public static double product(double[] partial) {
    for (int width = LANES / 2; width > 0; width /= 2) {
      for (int lane = 0; lane < width; lane++) {
        partial[lane] *= partial[lane + width];
      }
    }
    return partial[0];
  }
}

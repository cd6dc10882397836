package dev.sheaf.query.internal.tensor;

import java.util.Arrays;

/**
 * The reductions over arrays, whose order {@link LaneOrder} fixes. This class is the scalar backend
 * and the specification; faster kernels override its methods and give the same bits. Stateless and
 * safe for use by several threads.
 */
public class Kernels {
  private static final int LANES = LaneOrder.LANES;

  /** Creates the scalar kernels, or is called by faster ones. */
  public Kernels() {}

  /** Returns what these kernels are called, for example {@code scalar}. */
  public String name() {
    return "scalar";
  }

  /** Returns the width of the registers in bits, or 0 when the JIT decides. */
  public int bits() {
    return 0;
  }

  /** Adds {@code n} elements to 32 partial sums, element i to sum i mod 32. */
  public void sum(float[] x, int at, int n, float[] partial) {
    int whole = n / LANES * LANES;
    // Eight partial results at a time stay in registers.
    for (int lane = 0; lane < LANES; lane += 8) {
      float p0 = partial[lane];
      float p1 = partial[lane + 1];
      float p2 = partial[lane + 2];
      float p3 = partial[lane + 3];
      float p4 = partial[lane + 4];
      float p5 = partial[lane + 5];
      float p6 = partial[lane + 6];
      float p7 = partial[lane + 7];
      for (int i = lane; i < whole; i += LANES) {
        p0 += x[at + i];
        p1 += x[at + i + 1];
        p2 += x[at + i + 2];
        p3 += x[at + i + 3];
        p4 += x[at + i + 4];
        p5 += x[at + i + 5];
        p6 += x[at + i + 6];
        p7 += x[at + i + 7];
      }
      partial[lane] = p0;
      partial[lane + 1] = p1;
      partial[lane + 2] = p2;
      partial[lane + 3] = p3;
      partial[lane + 4] = p4;
      partial[lane + 5] = p5;
      partial[lane + 6] = p6;
      partial[lane + 7] = p7;
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] += x[at + i];
    }
  }

  /** Multiplies {@code n} elements into 32 partial products, element i into product i mod 32. */
  public void product(float[] x, int at, int n, float[] partial) {
    int whole = n / LANES * LANES;
    // Eight partial results at a time stay in registers.
    for (int lane = 0; lane < LANES; lane += 8) {
      float p0 = partial[lane];
      float p1 = partial[lane + 1];
      float p2 = partial[lane + 2];
      float p3 = partial[lane + 3];
      float p4 = partial[lane + 4];
      float p5 = partial[lane + 5];
      float p6 = partial[lane + 6];
      float p7 = partial[lane + 7];
      for (int i = lane; i < whole; i += LANES) {
        p0 *= x[at + i];
        p1 *= x[at + i + 1];
        p2 *= x[at + i + 2];
        p3 *= x[at + i + 3];
        p4 *= x[at + i + 4];
        p5 *= x[at + i + 5];
        p6 *= x[at + i + 6];
        p7 *= x[at + i + 7];
      }
      partial[lane] = p0;
      partial[lane + 1] = p1;
      partial[lane + 2] = p2;
      partial[lane + 3] = p3;
      partial[lane + 4] = p4;
      partial[lane + 5] = p5;
      partial[lane + 6] = p6;
      partial[lane + 7] = p7;
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] *= x[at + i];
    }
  }

  /** Adds {@code n} products of elements to 32 partial sums, product i to sum i mod 32. */
  public void dot(float[] a, int ao, float[] b, int bo, int n, float[] partial) {
    int whole = n / LANES * LANES;
    // Eight partial results at a time stay in registers.
    for (int lane = 0; lane < LANES; lane += 8) {
      float p0 = partial[lane];
      float p1 = partial[lane + 1];
      float p2 = partial[lane + 2];
      float p3 = partial[lane + 3];
      float p4 = partial[lane + 4];
      float p5 = partial[lane + 5];
      float p6 = partial[lane + 6];
      float p7 = partial[lane + 7];
      for (int i = lane; i < whole; i += LANES) {
        p0 += a[ao + i] * b[bo + i];
        p1 += a[ao + i + 1] * b[bo + i + 1];
        p2 += a[ao + i + 2] * b[bo + i + 2];
        p3 += a[ao + i + 3] * b[bo + i + 3];
        p4 += a[ao + i + 4] * b[bo + i + 4];
        p5 += a[ao + i + 5] * b[bo + i + 5];
        p6 += a[ao + i + 6] * b[bo + i + 6];
        p7 += a[ao + i + 7] * b[bo + i + 7];
      }
      partial[lane] = p0;
      partial[lane + 1] = p1;
      partial[lane + 2] = p2;
      partial[lane + 3] = p3;
      partial[lane + 4] = p4;
      partial[lane + 5] = p5;
      partial[lane + 6] = p6;
      partial[lane + 7] = p7;
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] += a[ao + i] * b[bo + i];
    }
  }

  /** Adds {@code n} squared differences to 32 partial sums, square i to sum i mod 32. */
  public void squaredDistance(float[] a, int ao, float[] b, int bo, int n, float[] partial) {
    int whole = n / LANES * LANES;
    // Eight partial results at a time stay in registers.
    for (int lane = 0; lane < LANES; lane += 8) {
      float p0 = partial[lane];
      float p1 = partial[lane + 1];
      float p2 = partial[lane + 2];
      float p3 = partial[lane + 3];
      float p4 = partial[lane + 4];
      float p5 = partial[lane + 5];
      float p6 = partial[lane + 6];
      float p7 = partial[lane + 7];
      for (int i = lane; i < whole; i += LANES) {
        float d0 = a[ao + i] - b[bo + i];
        p0 += d0 * d0;
        float d1 = a[ao + i + 1] - b[bo + i + 1];
        p1 += d1 * d1;
        float d2 = a[ao + i + 2] - b[bo + i + 2];
        p2 += d2 * d2;
        float d3 = a[ao + i + 3] - b[bo + i + 3];
        p3 += d3 * d3;
        float d4 = a[ao + i + 4] - b[bo + i + 4];
        p4 += d4 * d4;
        float d5 = a[ao + i + 5] - b[bo + i + 5];
        p5 += d5 * d5;
        float d6 = a[ao + i + 6] - b[bo + i + 6];
        p6 += d6 * d6;
        float d7 = a[ao + i + 7] - b[bo + i + 7];
        p7 += d7 * d7;
      }
      partial[lane] = p0;
      partial[lane + 1] = p1;
      partial[lane + 2] = p2;
      partial[lane + 3] = p3;
      partial[lane + 4] = p4;
      partial[lane + 5] = p5;
      partial[lane + 6] = p6;
      partial[lane + 7] = p7;
    }
    for (int i = whole; i < n; i++) {
      float d = a[ao + i] - b[bo + i];
      partial[i % LANES] += d * d;
    }
  }

  /**
   * Returns the sum of {@code n} squared differences in the order of {@link LaneOrder}.
   *
   * @param scratch 32 elements, overwritten
   */
  public float sumOfSquares(float[] a, int ao, float[] b, int bo, int n, float[] scratch) {
    Arrays.fill(scratch, 0);
    squaredDistance(a, ao, b, bo, n, scratch);
    return LaneOrder.sum(scratch);
  }

  /**
   * Returns the sum of {@code n} products in the order of {@link LaneOrder}.
   *
   * @param scratch 32 elements, overwritten
   */
  public float sumOfProducts(float[] a, int ao, float[] b, int bo, int n, float[] scratch) {
    Arrays.fill(scratch, 0);
    dot(a, ao, b, bo, n, scratch);
    return LaneOrder.sum(scratch);
  }

  /**
   * Computes {@link #sumOfSquares} of each of {@code count} rows that follow each other and one
   * vector.
   *
   * @param n the elements of a row
   * @param sums takes a sum a row
   */
  public void sumsOfSquares(float[] rows, int at, int count, float[] vector, int n, float[] sums) {
    float[] scratch = new float[LANES];
    for (int i = 0; i < count; i++) {
      sums[i] = sumOfSquares(rows, at + i * n, vector, 0, n, scratch);
    }
  }

  /** Computes {@link #sumOfProducts} of rows and a vector; see {@link #sumsOfSquares}. */
  public void sumsOfProducts(float[] rows, int at, int count, float[] vector, int n, float[] sums) {
    float[] scratch = new float[LANES];
    for (int i = 0; i < count; i++) {
      sums[i] = sumOfProducts(rows, at + i * n, vector, 0, n, scratch);
    }
  }

  /** Returns the least of {@code start} and {@code n} elements, NaN if there is one. */
  public float least(float start, float[] x, int at, int n) {
    float best = start;
    for (int i = 0; i < n; i++) {
      best = Math.min(best, x[at + i]);
    }
    return best;
  }

  /** Returns the greatest of {@code start} and {@code n} elements, NaN if there is one. */
  public float greatest(float start, float[] x, int at, int n) {
    float best = start;
    for (int i = 0; i < n; i++) {
      best = Math.max(best, x[at + i]);
    }
    return best;
  }

  /** Adds {@code n} elements to 32 partial sums, element i to sum i mod 32. */
  public void sum(double[] x, int at, int n, double[] partial) {
    int whole = n / LANES * LANES;
    // Eight partial results at a time stay in registers.
    for (int lane = 0; lane < LANES; lane += 8) {
      double p0 = partial[lane];
      double p1 = partial[lane + 1];
      double p2 = partial[lane + 2];
      double p3 = partial[lane + 3];
      double p4 = partial[lane + 4];
      double p5 = partial[lane + 5];
      double p6 = partial[lane + 6];
      double p7 = partial[lane + 7];
      for (int i = lane; i < whole; i += LANES) {
        p0 += x[at + i];
        p1 += x[at + i + 1];
        p2 += x[at + i + 2];
        p3 += x[at + i + 3];
        p4 += x[at + i + 4];
        p5 += x[at + i + 5];
        p6 += x[at + i + 6];
        p7 += x[at + i + 7];
      }
      partial[lane] = p0;
      partial[lane + 1] = p1;
      partial[lane + 2] = p2;
      partial[lane + 3] = p3;
      partial[lane + 4] = p4;
      partial[lane + 5] = p5;
      partial[lane + 6] = p6;
      partial[lane + 7] = p7;
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] += x[at + i];
    }
  }

  /** Multiplies {@code n} elements into 32 partial products, element i into product i mod 32. */
  public void product(double[] x, int at, int n, double[] partial) {
    int whole = n / LANES * LANES;
    // Eight partial results at a time stay in registers.
    for (int lane = 0; lane < LANES; lane += 8) {
      double p0 = partial[lane];
      double p1 = partial[lane + 1];
      double p2 = partial[lane + 2];
      double p3 = partial[lane + 3];
      double p4 = partial[lane + 4];
      double p5 = partial[lane + 5];
      double p6 = partial[lane + 6];
      double p7 = partial[lane + 7];
      for (int i = lane; i < whole; i += LANES) {
        p0 *= x[at + i];
        p1 *= x[at + i + 1];
        p2 *= x[at + i + 2];
        p3 *= x[at + i + 3];
        p4 *= x[at + i + 4];
        p5 *= x[at + i + 5];
        p6 *= x[at + i + 6];
        p7 *= x[at + i + 7];
      }
      partial[lane] = p0;
      partial[lane + 1] = p1;
      partial[lane + 2] = p2;
      partial[lane + 3] = p3;
      partial[lane + 4] = p4;
      partial[lane + 5] = p5;
      partial[lane + 6] = p6;
      partial[lane + 7] = p7;
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] *= x[at + i];
    }
  }

  /** Adds {@code n} products of elements to 32 partial sums, product i to sum i mod 32. */
  public void dot(double[] a, int ao, double[] b, int bo, int n, double[] partial) {
    int whole = n / LANES * LANES;
    // Eight partial results at a time stay in registers.
    for (int lane = 0; lane < LANES; lane += 8) {
      double p0 = partial[lane];
      double p1 = partial[lane + 1];
      double p2 = partial[lane + 2];
      double p3 = partial[lane + 3];
      double p4 = partial[lane + 4];
      double p5 = partial[lane + 5];
      double p6 = partial[lane + 6];
      double p7 = partial[lane + 7];
      for (int i = lane; i < whole; i += LANES) {
        p0 += a[ao + i] * b[bo + i];
        p1 += a[ao + i + 1] * b[bo + i + 1];
        p2 += a[ao + i + 2] * b[bo + i + 2];
        p3 += a[ao + i + 3] * b[bo + i + 3];
        p4 += a[ao + i + 4] * b[bo + i + 4];
        p5 += a[ao + i + 5] * b[bo + i + 5];
        p6 += a[ao + i + 6] * b[bo + i + 6];
        p7 += a[ao + i + 7] * b[bo + i + 7];
      }
      partial[lane] = p0;
      partial[lane + 1] = p1;
      partial[lane + 2] = p2;
      partial[lane + 3] = p3;
      partial[lane + 4] = p4;
      partial[lane + 5] = p5;
      partial[lane + 6] = p6;
      partial[lane + 7] = p7;
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] += a[ao + i] * b[bo + i];
    }
  }

  /** Adds {@code n} squared differences to 32 partial sums, square i to sum i mod 32. */
  public void squaredDistance(double[] a, int ao, double[] b, int bo, int n, double[] partial) {
    int whole = n / LANES * LANES;
    // Eight partial results at a time stay in registers.
    for (int lane = 0; lane < LANES; lane += 8) {
      double p0 = partial[lane];
      double p1 = partial[lane + 1];
      double p2 = partial[lane + 2];
      double p3 = partial[lane + 3];
      double p4 = partial[lane + 4];
      double p5 = partial[lane + 5];
      double p6 = partial[lane + 6];
      double p7 = partial[lane + 7];
      for (int i = lane; i < whole; i += LANES) {
        double d0 = a[ao + i] - b[bo + i];
        p0 += d0 * d0;
        double d1 = a[ao + i + 1] - b[bo + i + 1];
        p1 += d1 * d1;
        double d2 = a[ao + i + 2] - b[bo + i + 2];
        p2 += d2 * d2;
        double d3 = a[ao + i + 3] - b[bo + i + 3];
        p3 += d3 * d3;
        double d4 = a[ao + i + 4] - b[bo + i + 4];
        p4 += d4 * d4;
        double d5 = a[ao + i + 5] - b[bo + i + 5];
        p5 += d5 * d5;
        double d6 = a[ao + i + 6] - b[bo + i + 6];
        p6 += d6 * d6;
        double d7 = a[ao + i + 7] - b[bo + i + 7];
        p7 += d7 * d7;
      }
      partial[lane] = p0;
      partial[lane + 1] = p1;
      partial[lane + 2] = p2;
      partial[lane + 3] = p3;
      partial[lane + 4] = p4;
      partial[lane + 5] = p5;
      partial[lane + 6] = p6;
      partial[lane + 7] = p7;
    }
    for (int i = whole; i < n; i++) {
      double d = a[ao + i] - b[bo + i];
      partial[i % LANES] += d * d;
    }
  }

  /** Returns the least of {@code start} and {@code n} elements, NaN if there is one. */
  public double least(double start, double[] x, int at, int n) {
    double best = start;
    for (int i = 0; i < n; i++) {
      best = Math.min(best, x[at + i]);
    }
    return best;
  }

  /** Returns the greatest of {@code start} and {@code n} elements, NaN if there is one. */
  public double greatest(double start, double[] x, int at, int n) {
    double best = start;
    for (int i = 0; i < n; i++) {
      best = Math.max(best, x[at + i]);
    }
    return best;
  }
}

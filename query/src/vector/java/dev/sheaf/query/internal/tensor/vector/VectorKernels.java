package dev.sheaf.query.internal.tensor.vector;

import dev.sheaf.query.internal.tensor.Kernels;
import dev.sheaf.query.internal.tensor.LaneOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The reductions in vector registers, bit-equal to the loops they override: the 32 partial results
 * of {@link LaneOrder} lie in as many registers as they take. No fused multiply-add is used, and
 * none is made of these operations by the JIT.
 *
 * <p>Uses only what Java 17 and Java 25 have in common.
 */
public final class VectorKernels extends Kernels {
  private static final int LANES = LaneOrder.LANES;
  private static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Double> DOUBLES =
      DoubleVector.SPECIES_PREFERRED.length() > 8
          ? DoubleVector.SPECIES_512
          : DoubleVector.SPECIES_PREFERRED;

  /** Called by the service loader. */
  public VectorKernels() {}

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public int bits() {
    return FLOATS.vectorBitSize();
  }

  @Override
  public void sum(float[] x, int at, int n, float[] partial) {
    int whole = n / LANES * LANES;
    if (FLOATS.length() == 16) {
      sum2(x, at, whole, partial);
    } else {
      for (int lane = 0; lane < LANES; lane += 4 * FLOATS.length()) {
        sum4(x, at, whole, lane, partial);
      }
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] += x[at + i];
    }
  }

  private static void sum2(float[] x, int at, int n, float[] partial) {
    FloatVector sum0 = FloatVector.fromArray(FLOATS, partial, 0);
    FloatVector sum1 = FloatVector.fromArray(FLOATS, partial, FLOATS.length());
    for (int i = 0; i < n; i += LANES) {
      sum0 = sum0.add(FloatVector.fromArray(FLOATS, x, at + i));
      sum1 = sum1.add(FloatVector.fromArray(FLOATS, x, at + i + FLOATS.length()));
    }
    sum0.intoArray(partial, 0);
    sum1.intoArray(partial, FLOATS.length());
  }

  private static void sum4(float[] x, int at, int n, int lane, float[] partial) {
    FloatVector sum0 = FloatVector.fromArray(FLOATS, partial, lane);
    FloatVector sum1 = FloatVector.fromArray(FLOATS, partial, lane + FLOATS.length());
    FloatVector sum2 = FloatVector.fromArray(FLOATS, partial, lane + 2 * FLOATS.length());
    FloatVector sum3 = FloatVector.fromArray(FLOATS, partial, lane + 3 * FLOATS.length());
    for (int i = 0; i < n; i += LANES) {
      sum0 = sum0.add(FloatVector.fromArray(FLOATS, x, at + i + lane));
      sum1 = sum1.add(FloatVector.fromArray(FLOATS, x, at + i + lane + FLOATS.length()));
      sum2 = sum2.add(FloatVector.fromArray(FLOATS, x, at + i + lane + 2 * FLOATS.length()));
      sum3 = sum3.add(FloatVector.fromArray(FLOATS, x, at + i + lane + 3 * FLOATS.length()));
    }
    sum0.intoArray(partial, lane);
    sum1.intoArray(partial, lane + FLOATS.length());
    sum2.intoArray(partial, lane + 2 * FLOATS.length());
    sum3.intoArray(partial, lane + 3 * FLOATS.length());
  }

  @Override
  public void product(float[] x, int at, int n, float[] partial) {
    int whole = n / LANES * LANES;
    if (FLOATS.length() == 16) {
      product2(x, at, whole, partial);
    } else {
      for (int lane = 0; lane < LANES; lane += 4 * FLOATS.length()) {
        product4(x, at, whole, lane, partial);
      }
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] *= x[at + i];
    }
  }

  private static void product2(float[] x, int at, int n, float[] partial) {
    FloatVector sum0 = FloatVector.fromArray(FLOATS, partial, 0);
    FloatVector sum1 = FloatVector.fromArray(FLOATS, partial, FLOATS.length());
    for (int i = 0; i < n; i += LANES) {
      sum0 = sum0.mul(FloatVector.fromArray(FLOATS, x, at + i));
      sum1 = sum1.mul(FloatVector.fromArray(FLOATS, x, at + i + FLOATS.length()));
    }
    sum0.intoArray(partial, 0);
    sum1.intoArray(partial, FLOATS.length());
  }

  private static void product4(float[] x, int at, int n, int lane, float[] partial) {
    FloatVector sum0 = FloatVector.fromArray(FLOATS, partial, lane);
    FloatVector sum1 = FloatVector.fromArray(FLOATS, partial, lane + FLOATS.length());
    FloatVector sum2 = FloatVector.fromArray(FLOATS, partial, lane + 2 * FLOATS.length());
    FloatVector sum3 = FloatVector.fromArray(FLOATS, partial, lane + 3 * FLOATS.length());
    for (int i = 0; i < n; i += LANES) {
      sum0 = sum0.mul(FloatVector.fromArray(FLOATS, x, at + i + lane));
      sum1 = sum1.mul(FloatVector.fromArray(FLOATS, x, at + i + lane + FLOATS.length()));
      sum2 = sum2.mul(FloatVector.fromArray(FLOATS, x, at + i + lane + 2 * FLOATS.length()));
      sum3 = sum3.mul(FloatVector.fromArray(FLOATS, x, at + i + lane + 3 * FLOATS.length()));
    }
    sum0.intoArray(partial, lane);
    sum1.intoArray(partial, lane + FLOATS.length());
    sum2.intoArray(partial, lane + 2 * FLOATS.length());
    sum3.intoArray(partial, lane + 3 * FLOATS.length());
  }

  @Override
  public void dot(float[] a, int ao, float[] b, int bo, int n, float[] partial) {
    int whole = n / LANES * LANES;
    if (FLOATS.length() == 16) {
      dot2(a, ao, b, bo, whole, partial);
    } else {
      for (int lane = 0; lane < LANES; lane += 4 * FLOATS.length()) {
        dot4(a, ao, b, bo, whole, lane, partial);
      }
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] += a[ao + i] * b[bo + i];
    }
  }

  private static void dot2(float[] a, int ao, float[] b, int bo, int n, float[] partial) {
    FloatVector sum0 = FloatVector.fromArray(FLOATS, partial, 0);
    FloatVector sum1 = FloatVector.fromArray(FLOATS, partial, FLOATS.length());
    for (int i = 0; i < n; i += LANES) {
      FloatVector product0 =
          FloatVector.fromArray(FLOATS, a, ao + i).mul(FloatVector.fromArray(FLOATS, b, bo + i));
      sum0 = sum0.add(product0);
      FloatVector product1 =
          FloatVector.fromArray(FLOATS, a, ao + i + FLOATS.length())
              .mul(FloatVector.fromArray(FLOATS, b, bo + i + FLOATS.length()));
      sum1 = sum1.add(product1);
    }
    sum0.intoArray(partial, 0);
    sum1.intoArray(partial, FLOATS.length());
  }

  private static void dot4(float[] a, int ao, float[] b, int bo, int n, int lane, float[] partial) {
    FloatVector sum0 = FloatVector.fromArray(FLOATS, partial, lane);
    FloatVector sum1 = FloatVector.fromArray(FLOATS, partial, lane + FLOATS.length());
    FloatVector sum2 = FloatVector.fromArray(FLOATS, partial, lane + 2 * FLOATS.length());
    FloatVector sum3 = FloatVector.fromArray(FLOATS, partial, lane + 3 * FLOATS.length());
    for (int i = 0; i < n; i += LANES) {
      FloatVector product0 =
          FloatVector.fromArray(FLOATS, a, ao + i + lane)
              .mul(FloatVector.fromArray(FLOATS, b, bo + i + lane));
      sum0 = sum0.add(product0);
      FloatVector product1 =
          FloatVector.fromArray(FLOATS, a, ao + i + lane + FLOATS.length())
              .mul(FloatVector.fromArray(FLOATS, b, bo + i + lane + FLOATS.length()));
      sum1 = sum1.add(product1);
      FloatVector product2 =
          FloatVector.fromArray(FLOATS, a, ao + i + lane + 2 * FLOATS.length())
              .mul(FloatVector.fromArray(FLOATS, b, bo + i + lane + 2 * FLOATS.length()));
      sum2 = sum2.add(product2);
      FloatVector product3 =
          FloatVector.fromArray(FLOATS, a, ao + i + lane + 3 * FLOATS.length())
              .mul(FloatVector.fromArray(FLOATS, b, bo + i + lane + 3 * FLOATS.length()));
      sum3 = sum3.add(product3);
    }
    sum0.intoArray(partial, lane);
    sum1.intoArray(partial, lane + FLOATS.length());
    sum2.intoArray(partial, lane + 2 * FLOATS.length());
    sum3.intoArray(partial, lane + 3 * FLOATS.length());
  }

  @Override
  public void squaredDistance(float[] a, int ao, float[] b, int bo, int n, float[] partial) {
    int whole = n / LANES * LANES;
    if (FLOATS.length() == 16) {
      squaredDistance2(a, ao, b, bo, whole, partial);
    } else {
      for (int lane = 0; lane < LANES; lane += 4 * FLOATS.length()) {
        squaredDistance4(a, ao, b, bo, whole, lane, partial);
      }
    }
    for (int i = whole; i < n; i++) {
      float d = a[ao + i] - b[bo + i];
      partial[i % LANES] += d * d;
    }
  }

  private static void squaredDistance2(
      float[] a, int ao, float[] b, int bo, int n, float[] partial) {
    FloatVector sum0 = FloatVector.fromArray(FLOATS, partial, 0);
    FloatVector sum1 = FloatVector.fromArray(FLOATS, partial, FLOATS.length());
    for (int i = 0; i < n; i += LANES) {
      FloatVector distance0 =
          FloatVector.fromArray(FLOATS, a, ao + i).sub(FloatVector.fromArray(FLOATS, b, bo + i));
      sum0 = sum0.add(distance0.mul(distance0));
      FloatVector distance1 =
          FloatVector.fromArray(FLOATS, a, ao + i + FLOATS.length())
              .sub(FloatVector.fromArray(FLOATS, b, bo + i + FLOATS.length()));
      sum1 = sum1.add(distance1.mul(distance1));
    }
    sum0.intoArray(partial, 0);
    sum1.intoArray(partial, FLOATS.length());
  }

  private static void squaredDistance4(
      float[] a, int ao, float[] b, int bo, int n, int lane, float[] partial) {
    FloatVector sum0 = FloatVector.fromArray(FLOATS, partial, lane);
    FloatVector sum1 = FloatVector.fromArray(FLOATS, partial, lane + FLOATS.length());
    FloatVector sum2 = FloatVector.fromArray(FLOATS, partial, lane + 2 * FLOATS.length());
    FloatVector sum3 = FloatVector.fromArray(FLOATS, partial, lane + 3 * FLOATS.length());
    for (int i = 0; i < n; i += LANES) {
      FloatVector distance0 =
          FloatVector.fromArray(FLOATS, a, ao + i + lane)
              .sub(FloatVector.fromArray(FLOATS, b, bo + i + lane));
      sum0 = sum0.add(distance0.mul(distance0));
      FloatVector distance1 =
          FloatVector.fromArray(FLOATS, a, ao + i + lane + FLOATS.length())
              .sub(FloatVector.fromArray(FLOATS, b, bo + i + lane + FLOATS.length()));
      sum1 = sum1.add(distance1.mul(distance1));
      FloatVector distance2 =
          FloatVector.fromArray(FLOATS, a, ao + i + lane + 2 * FLOATS.length())
              .sub(FloatVector.fromArray(FLOATS, b, bo + i + lane + 2 * FLOATS.length()));
      sum2 = sum2.add(distance2.mul(distance2));
      FloatVector distance3 =
          FloatVector.fromArray(FLOATS, a, ao + i + lane + 3 * FLOATS.length())
              .sub(FloatVector.fromArray(FLOATS, b, bo + i + lane + 3 * FLOATS.length()));
      sum3 = sum3.add(distance3.mul(distance3));
    }
    sum0.intoArray(partial, lane);
    sum1.intoArray(partial, lane + FLOATS.length());
    sum2.intoArray(partial, lane + 2 * FLOATS.length());
    sum3.intoArray(partial, lane + 3 * FLOATS.length());
  }

  @Override
  public float sumOfSquares(float[] a, int ao, float[] b, int bo, int n, float[] scratch) {
    if (FLOATS.length() != 16 || n % LANES != 0) {
      return super.sumOfSquares(a, ao, b, bo, n, scratch);
    }
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += LANES) {
      FloatVector distance0 =
          FloatVector.fromArray(FLOATS, a, ao + i).sub(FloatVector.fromArray(FLOATS, b, bo + i));
      sum0 = sum0.add(distance0.mul(distance0));
      FloatVector distance1 =
          FloatVector.fromArray(FLOATS, a, ao + i + FLOATS.length())
              .sub(FloatVector.fromArray(FLOATS, b, bo + i + FLOATS.length()));
      sum1 = sum1.add(distance1.mul(distance1));
    }
    sum0.add(sum1).intoArray(scratch, 0);
    return fold16(scratch);
  }

  @Override
  public float sumOfProducts(float[] a, int ao, float[] b, int bo, int n, float[] scratch) {
    if (FLOATS.length() != 16 || n % LANES != 0) {
      return super.sumOfProducts(a, ao, b, bo, n, scratch);
    }
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += LANES) {
      FloatVector product0 =
          FloatVector.fromArray(FLOATS, a, ao + i).mul(FloatVector.fromArray(FLOATS, b, bo + i));
      sum0 = sum0.add(product0);
      FloatVector product1 =
          FloatVector.fromArray(FLOATS, a, ao + i + FLOATS.length())
              .mul(FloatVector.fromArray(FLOATS, b, bo + i + FLOATS.length()));
      sum1 = sum1.add(product1);
    }
    sum0.add(sum1).intoArray(scratch, 0);
    return fold16(scratch);
  }

  /** The last four steps of the fixed tree, without the loops that the JIT does not unroll. */
  private static float fold16(float[] s) {
    float s0 = (s[0] + s[8]) + (s[4] + s[12]);
    float s1 = (s[1] + s[9]) + (s[5] + s[13]);
    float s2 = (s[2] + s[10]) + (s[6] + s[14]);
    float s3 = (s[3] + s[11]) + (s[7] + s[15]);
    return (s0 + s2) + (s1 + s3);
  }

  @Override
  public float least(float start, float[] x, int at, int n) {
    int length = FLOATS.length();
    int whole = n / length * length;
    FloatVector best = FloatVector.broadcast(FLOATS, start);
    for (int i = 0; i < whole; i += length) {
      best = best.min(FloatVector.fromArray(FLOATS, x, at + i));
    }
    float[] lanes = new float[length];
    best.intoArray(lanes, 0);
    return super.least(super.least(start, lanes, 0, length), x, at + whole, n - whole);
  }

  @Override
  public float greatest(float start, float[] x, int at, int n) {
    int length = FLOATS.length();
    int whole = n / length * length;
    FloatVector best = FloatVector.broadcast(FLOATS, start);
    for (int i = 0; i < whole; i += length) {
      best = best.max(FloatVector.fromArray(FLOATS, x, at + i));
    }
    float[] lanes = new float[length];
    best.intoArray(lanes, 0);
    return super.greatest(super.greatest(start, lanes, 0, length), x, at + whole, n - whole);
  }

  @Override
  public void sum(double[] x, int at, int n, double[] partial) {
    int whole = n / LANES * LANES;
    for (int lane = 0; lane < LANES; lane += 4 * DOUBLES.length()) {
      sum4(x, at, whole, lane, partial);
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] += x[at + i];
    }
  }

  private static void sum4(double[] x, int at, int n, int lane, double[] partial) {
    DoubleVector sum0 = DoubleVector.fromArray(DOUBLES, partial, lane);
    DoubleVector sum1 = DoubleVector.fromArray(DOUBLES, partial, lane + DOUBLES.length());
    DoubleVector sum2 = DoubleVector.fromArray(DOUBLES, partial, lane + 2 * DOUBLES.length());
    DoubleVector sum3 = DoubleVector.fromArray(DOUBLES, partial, lane + 3 * DOUBLES.length());
    for (int i = 0; i < n; i += LANES) {
      sum0 = sum0.add(DoubleVector.fromArray(DOUBLES, x, at + i + lane));
      sum1 = sum1.add(DoubleVector.fromArray(DOUBLES, x, at + i + lane + DOUBLES.length()));
      sum2 = sum2.add(DoubleVector.fromArray(DOUBLES, x, at + i + lane + 2 * DOUBLES.length()));
      sum3 = sum3.add(DoubleVector.fromArray(DOUBLES, x, at + i + lane + 3 * DOUBLES.length()));
    }
    sum0.intoArray(partial, lane);
    sum1.intoArray(partial, lane + DOUBLES.length());
    sum2.intoArray(partial, lane + 2 * DOUBLES.length());
    sum3.intoArray(partial, lane + 3 * DOUBLES.length());
  }

  @Override
  public void product(double[] x, int at, int n, double[] partial) {
    int whole = n / LANES * LANES;
    for (int lane = 0; lane < LANES; lane += 4 * DOUBLES.length()) {
      product4(x, at, whole, lane, partial);
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] *= x[at + i];
    }
  }

  private static void product4(double[] x, int at, int n, int lane, double[] partial) {
    DoubleVector sum0 = DoubleVector.fromArray(DOUBLES, partial, lane);
    DoubleVector sum1 = DoubleVector.fromArray(DOUBLES, partial, lane + DOUBLES.length());
    DoubleVector sum2 = DoubleVector.fromArray(DOUBLES, partial, lane + 2 * DOUBLES.length());
    DoubleVector sum3 = DoubleVector.fromArray(DOUBLES, partial, lane + 3 * DOUBLES.length());
    for (int i = 0; i < n; i += LANES) {
      sum0 = sum0.mul(DoubleVector.fromArray(DOUBLES, x, at + i + lane));
      sum1 = sum1.mul(DoubleVector.fromArray(DOUBLES, x, at + i + lane + DOUBLES.length()));
      sum2 = sum2.mul(DoubleVector.fromArray(DOUBLES, x, at + i + lane + 2 * DOUBLES.length()));
      sum3 = sum3.mul(DoubleVector.fromArray(DOUBLES, x, at + i + lane + 3 * DOUBLES.length()));
    }
    sum0.intoArray(partial, lane);
    sum1.intoArray(partial, lane + DOUBLES.length());
    sum2.intoArray(partial, lane + 2 * DOUBLES.length());
    sum3.intoArray(partial, lane + 3 * DOUBLES.length());
  }

  @Override
  public void dot(double[] a, int ao, double[] b, int bo, int n, double[] partial) {
    int whole = n / LANES * LANES;
    for (int lane = 0; lane < LANES; lane += 4 * DOUBLES.length()) {
      dot4(a, ao, b, bo, whole, lane, partial);
    }
    for (int i = whole; i < n; i++) {
      partial[i % LANES] += a[ao + i] * b[bo + i];
    }
  }

  private static void dot4(
      double[] a, int ao, double[] b, int bo, int n, int lane, double[] partial) {
    DoubleVector sum0 = DoubleVector.fromArray(DOUBLES, partial, lane);
    DoubleVector sum1 = DoubleVector.fromArray(DOUBLES, partial, lane + DOUBLES.length());
    DoubleVector sum2 = DoubleVector.fromArray(DOUBLES, partial, lane + 2 * DOUBLES.length());
    DoubleVector sum3 = DoubleVector.fromArray(DOUBLES, partial, lane + 3 * DOUBLES.length());
    for (int i = 0; i < n; i += LANES) {
      DoubleVector product0 =
          DoubleVector.fromArray(DOUBLES, a, ao + i + lane)
              .mul(DoubleVector.fromArray(DOUBLES, b, bo + i + lane));
      sum0 = sum0.add(product0);
      DoubleVector product1 =
          DoubleVector.fromArray(DOUBLES, a, ao + i + lane + DOUBLES.length())
              .mul(DoubleVector.fromArray(DOUBLES, b, bo + i + lane + DOUBLES.length()));
      sum1 = sum1.add(product1);
      DoubleVector product2 =
          DoubleVector.fromArray(DOUBLES, a, ao + i + lane + 2 * DOUBLES.length())
              .mul(DoubleVector.fromArray(DOUBLES, b, bo + i + lane + 2 * DOUBLES.length()));
      sum2 = sum2.add(product2);
      DoubleVector product3 =
          DoubleVector.fromArray(DOUBLES, a, ao + i + lane + 3 * DOUBLES.length())
              .mul(DoubleVector.fromArray(DOUBLES, b, bo + i + lane + 3 * DOUBLES.length()));
      sum3 = sum3.add(product3);
    }
    sum0.intoArray(partial, lane);
    sum1.intoArray(partial, lane + DOUBLES.length());
    sum2.intoArray(partial, lane + 2 * DOUBLES.length());
    sum3.intoArray(partial, lane + 3 * DOUBLES.length());
  }

  @Override
  public void squaredDistance(double[] a, int ao, double[] b, int bo, int n, double[] partial) {
    int whole = n / LANES * LANES;
    for (int lane = 0; lane < LANES; lane += 4 * DOUBLES.length()) {
      squaredDistance4(a, ao, b, bo, whole, lane, partial);
    }
    for (int i = whole; i < n; i++) {
      double d = a[ao + i] - b[bo + i];
      partial[i % LANES] += d * d;
    }
  }

  private static void squaredDistance4(
      double[] a, int ao, double[] b, int bo, int n, int lane, double[] partial) {
    DoubleVector sum0 = DoubleVector.fromArray(DOUBLES, partial, lane);
    DoubleVector sum1 = DoubleVector.fromArray(DOUBLES, partial, lane + DOUBLES.length());
    DoubleVector sum2 = DoubleVector.fromArray(DOUBLES, partial, lane + 2 * DOUBLES.length());
    DoubleVector sum3 = DoubleVector.fromArray(DOUBLES, partial, lane + 3 * DOUBLES.length());
    for (int i = 0; i < n; i += LANES) {
      DoubleVector distance0 =
          DoubleVector.fromArray(DOUBLES, a, ao + i + lane)
              .sub(DoubleVector.fromArray(DOUBLES, b, bo + i + lane));
      sum0 = sum0.add(distance0.mul(distance0));
      DoubleVector distance1 =
          DoubleVector.fromArray(DOUBLES, a, ao + i + lane + DOUBLES.length())
              .sub(DoubleVector.fromArray(DOUBLES, b, bo + i + lane + DOUBLES.length()));
      sum1 = sum1.add(distance1.mul(distance1));
      DoubleVector distance2 =
          DoubleVector.fromArray(DOUBLES, a, ao + i + lane + 2 * DOUBLES.length())
              .sub(DoubleVector.fromArray(DOUBLES, b, bo + i + lane + 2 * DOUBLES.length()));
      sum2 = sum2.add(distance2.mul(distance2));
      DoubleVector distance3 =
          DoubleVector.fromArray(DOUBLES, a, ao + i + lane + 3 * DOUBLES.length())
              .sub(DoubleVector.fromArray(DOUBLES, b, bo + i + lane + 3 * DOUBLES.length()));
      sum3 = sum3.add(distance3.mul(distance3));
    }
    sum0.intoArray(partial, lane);
    sum1.intoArray(partial, lane + DOUBLES.length());
    sum2.intoArray(partial, lane + 2 * DOUBLES.length());
    sum3.intoArray(partial, lane + 3 * DOUBLES.length());
  }

  @Override
  public double least(double start, double[] x, int at, int n) {
    int length = DOUBLES.length();
    int whole = n / length * length;
    DoubleVector best = DoubleVector.broadcast(DOUBLES, start);
    for (int i = 0; i < whole; i += length) {
      best = best.min(DoubleVector.fromArray(DOUBLES, x, at + i));
    }
    double[] lanes = new double[length];
    best.intoArray(lanes, 0);
    return super.least(super.least(start, lanes, 0, length), x, at + whole, n - whole);
  }

  @Override
  public double greatest(double start, double[] x, int at, int n) {
    int length = DOUBLES.length();
    int whole = n / length * length;
    DoubleVector best = DoubleVector.broadcast(DOUBLES, start);
    for (int i = 0; i < whole; i += length) {
      best = best.max(DoubleVector.fromArray(DOUBLES, x, at + i));
    }
    double[] lanes = new double[length];
    best.intoArray(lanes, 0);
    return super.greatest(super.greatest(start, lanes, 0, length), x, at + whole, n - whole);
  }
}

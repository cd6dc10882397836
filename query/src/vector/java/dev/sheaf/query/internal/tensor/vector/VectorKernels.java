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
    return fold16(scratch, 0);
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
    return fold16(scratch, 0);
  }

  @Override
  public void sumsOfSquares(
      float[] rows, int at, int count, float[] vector, int n, float[] sums) {
    if (FLOATS.length() != 16 || n % LANES != 0) {
      super.sumsOfSquares(rows, at, count, vector, n, sums);
      return;
    }
    float[] scratch = new float[4 * 16];
    int done = 0;
    for (; done + 4 <= count; done += 4) {
      sumOfSquares4(rows, at + done * n, vector, n, scratch);
      for (int i = 0; i < 4; i++) {
        sums[done + i] = fold16(scratch, 16 * i);
      }
    }
    for (; done < count; done++) {
      sums[done] = sumOfSquares(rows, at + done * n, vector, 0, n, scratch);
    }
  }

  /** Four rows at a time: eight chains of additions, and the vector is loaded once for all. */
  private static void sumOfSquares4(float[] rows, int row, float[] vector, int n, float[] scratch) {
    FloatVector sum00 = FloatVector.zero(FLOATS);
    FloatVector sum01 = FloatVector.zero(FLOATS);
    FloatVector sum10 = FloatVector.zero(FLOATS);
    FloatVector sum11 = FloatVector.zero(FLOATS);
    FloatVector sum20 = FloatVector.zero(FLOATS);
    FloatVector sum21 = FloatVector.zero(FLOATS);
    FloatVector sum30 = FloatVector.zero(FLOATS);
    FloatVector sum31 = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += LANES) {
      FloatVector low = FloatVector.fromArray(FLOATS, vector, i);
      FloatVector high = FloatVector.fromArray(FLOATS, vector, i + 16);
      FloatVector low0 = FloatVector.fromArray(FLOATS, rows, row + i).sub(low);
      sum00 = sum00.add(low0.mul(low0));
      FloatVector high0 = FloatVector.fromArray(FLOATS, rows, row + i + 16).sub(high);
      sum01 = sum01.add(high0.mul(high0));
      FloatVector low1 = FloatVector.fromArray(FLOATS, rows, row + i + n).sub(low);
      sum10 = sum10.add(low1.mul(low1));
      FloatVector high1 = FloatVector.fromArray(FLOATS, rows, row + i + n + 16).sub(high);
      sum11 = sum11.add(high1.mul(high1));
      FloatVector low2 = FloatVector.fromArray(FLOATS, rows, row + i + 2 * n).sub(low);
      sum20 = sum20.add(low2.mul(low2));
      FloatVector high2 = FloatVector.fromArray(FLOATS, rows, row + i + 2 * n + 16).sub(high);
      sum21 = sum21.add(high2.mul(high2));
      FloatVector low3 = FloatVector.fromArray(FLOATS, rows, row + i + 3 * n).sub(low);
      sum30 = sum30.add(low3.mul(low3));
      FloatVector high3 = FloatVector.fromArray(FLOATS, rows, row + i + 3 * n + 16).sub(high);
      sum31 = sum31.add(high3.mul(high3));
    }
    sum00.add(sum01).intoArray(scratch, 0);
    sum10.add(sum11).intoArray(scratch, 16);
    sum20.add(sum21).intoArray(scratch, 32);
    sum30.add(sum31).intoArray(scratch, 48);
  }

  @Override
  public void sumsOfProducts(
      float[] rows, int at, int count, float[] vector, int n, float[] sums) {
    if (FLOATS.length() != 16 || n % LANES != 0) {
      super.sumsOfProducts(rows, at, count, vector, n, sums);
      return;
    }
    float[] scratch = new float[4 * 16];
    int done = 0;
    for (; done + 4 <= count; done += 4) {
      sumOfProducts4(rows, at + done * n, vector, n, scratch);
      for (int i = 0; i < 4; i++) {
        sums[done + i] = fold16(scratch, 16 * i);
      }
    }
    for (; done < count; done++) {
      sums[done] = sumOfProducts(rows, at + done * n, vector, 0, n, scratch);
    }
  }

  /** Four rows at a time: eight chains of additions, and the vector is loaded once for all. */
  private static void sumOfProducts4(
      float[] rows, int row, float[] vector, int n, float[] scratch) {
    FloatVector sum00 = FloatVector.zero(FLOATS);
    FloatVector sum01 = FloatVector.zero(FLOATS);
    FloatVector sum10 = FloatVector.zero(FLOATS);
    FloatVector sum11 = FloatVector.zero(FLOATS);
    FloatVector sum20 = FloatVector.zero(FLOATS);
    FloatVector sum21 = FloatVector.zero(FLOATS);
    FloatVector sum30 = FloatVector.zero(FLOATS);
    FloatVector sum31 = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += LANES) {
      FloatVector low = FloatVector.fromArray(FLOATS, vector, i);
      FloatVector high = FloatVector.fromArray(FLOATS, vector, i + 16);
      FloatVector low0 = FloatVector.fromArray(FLOATS, rows, row + i).mul(low);
      sum00 = sum00.add(low0);
      FloatVector high0 = FloatVector.fromArray(FLOATS, rows, row + i + 16).mul(high);
      sum01 = sum01.add(high0);
      FloatVector low1 = FloatVector.fromArray(FLOATS, rows, row + i + n).mul(low);
      sum10 = sum10.add(low1);
      FloatVector high1 = FloatVector.fromArray(FLOATS, rows, row + i + n + 16).mul(high);
      sum11 = sum11.add(high1);
      FloatVector low2 = FloatVector.fromArray(FLOATS, rows, row + i + 2 * n).mul(low);
      sum20 = sum20.add(low2);
      FloatVector high2 = FloatVector.fromArray(FLOATS, rows, row + i + 2 * n + 16).mul(high);
      sum21 = sum21.add(high2);
      FloatVector low3 = FloatVector.fromArray(FLOATS, rows, row + i + 3 * n).mul(low);
      sum30 = sum30.add(low3);
      FloatVector high3 = FloatVector.fromArray(FLOATS, rows, row + i + 3 * n + 16).mul(high);
      sum31 = sum31.add(high3);
    }
    sum00.add(sum01).intoArray(scratch, 0);
    sum10.add(sum11).intoArray(scratch, 16);
    sum20.add(sum21).intoArray(scratch, 32);
    sum30.add(sum31).intoArray(scratch, 48);
  }

  /** The last four steps of the fixed tree, without the loops that the JIT does not unroll. */
  private static float fold16(float[] s, int at) {
    float s0 = (s[at] + s[at + 8]) + (s[at + 4] + s[at + 12]);
    float s1 = (s[at + 1] + s[at + 9]) + (s[at + 5] + s[at + 13]);
    float s2 = (s[at + 2] + s[at + 10]) + (s[at + 6] + s[at + 14]);
    float s3 = (s[at + 3] + s[at + 11]) + (s[at + 7] + s[at + 15]);
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

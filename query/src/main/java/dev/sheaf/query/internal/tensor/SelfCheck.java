package dev.sheaf.query.internal.tensor;

import java.util.Arrays;
import java.util.Random;

/** Compares kernels with the scalar ones, bit for bit, on numbers that tell them apart. */
final class SelfCheck {
  private static final int LENGTH = 7 * 64 + 1;
  private static final double[] AWKWARD = {
    0.0, -0.0, 1, -1, Double.NaN, 1.0 / 0, -1.0 / 0, 1e-45, 1e38, -1e38, 0.1, 1e300, 4.9e-324
  };

  private final Kernels expected;
  private final Kernels actual;
  private final Random random = new Random(20);

  SelfCheck(Kernels expected, Kernels actual) {
    this.expected = expected;
    this.actual = actual;
  }

  boolean agree() {
    return floats() && doubles();
  }

  private boolean floats() {
    float[] a = new float[LENGTH];
    float[] b = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      a[i] = random.nextFloat() - 0.3f;
      b[i] = random.nextFloat() * 7;
    }
    boolean same = true;
    for (int n : new int[] {0, 1, 31, 32, 64, 76, 7 * 32, LENGTH - 1}) {
      float[][] x = new float[7][LaneOrder.LANES];
      float[][] y = new float[7][LaneOrder.LANES];
      for (int k = 0; k < 2; k++) {
        Kernels kernels = k == 0 ? expected : actual;
        float[][] to = k == 0 ? x : y;
        Arrays.fill(to[1], 1);
        kernels.sum(a, 1, n, to[0]);
        kernels.product(b, 1, n, to[1]);
        kernels.dot(a, 1, b, 0, n, to[2]);
        kernels.squaredDistance(a, 0, b, 1, n, to[3]);
        float squares = kernels.sumOfSquares(a, 0, b, 1, n, to[4]);
        float products = kernels.sumOfProducts(a, 1, b, 0, n, to[4]);
        to[4] = new float[] {squares, products};
        // Seven rows: four at a time and some over.
        int length = n / 7;
        to[5] = new float[7];
        to[6] = new float[7];
        kernels.sumsOfSquares(a, 1, 7, b, length, to[5]);
        kernels.sumsOfProducts(a, 1, 7, b, length, to[6]);
      }
      same &= Arrays.deepEquals(x, y);
      Tile awkward = numbers(Lane.FLOAT);
      float[] z = awkward.floats;
      same &=
          Float.compare(expected.least(2, z, 0, n), actual.least(2, z, 0, n)) == 0
              && Float.compare(expected.greatest(-2, z, 0, n), actual.greatest(-2, z, 0, n)) == 0;
    }
    return same;
  }

  private boolean doubles() {
    double[] a = random.doubles(LENGTH, -0.3, 0.7).toArray();
    double[] b = random.doubles(LENGTH, 0, 7).toArray();
    boolean same = true;
    for (int n : new int[] {0, 1, 31, 32, 64, 76, 7 * 32, LENGTH - 1}) {
      double[][] x = new double[4][LaneOrder.LANES];
      double[][] y = new double[4][LaneOrder.LANES];
      for (int k = 0; k < 2; k++) {
        Kernels kernels = k == 0 ? expected : actual;
        double[][] to = k == 0 ? x : y;
        Arrays.fill(to[1], 1);
        kernels.sum(a, 1, n, to[0]);
        kernels.product(b, 1, n, to[1]);
        kernels.dot(a, 1, b, 0, n, to[2]);
        kernels.squaredDistance(a, 0, b, 1, n, to[3]);
      }
      same &= Arrays.deepEquals(x, y);
      double[] z = numbers(Lane.DOUBLE).doubles;
      same &=
          Double.compare(expected.least(2, z, 0, n), actual.least(2, z, 0, n)) == 0
              && Double.compare(expected.greatest(-2, z, 0, n), actual.greatest(-2, z, 0, n)) == 0;
    }
    return same;
  }

  private Tile numbers(Lane lane) {
    Tile tile = Tile.allocate(lane, LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      double value =
          random.nextInt(12) == 0
              ? AWKWARD[random.nextInt(AWKWARD.length)]
              : random.nextGaussian() * 1000;
      if (lane == Lane.FLOAT) {
        tile.floats[i] = (float) value;
      } else {
        tile.doubles[i] = value;
      }
    }
    return tile;
  }
}

package dev.sheaf.query.internal.tensor;

/**
 * The element-wise operations and reductions over arrays, as plain loops: the specification that
 * faster kernels, which override some, must match bit for bit. Stateless and safe for use by
 * several threads.
 *
 * <p>{@code ao}, {@code bo} and {@code co} are the positions of the first elements; {@code c} may
 * be {@code a} or {@code b} at the same position.
 */
public abstract class ArrayKernels {
  /** For subclasses. */
  protected ArrayKernels() {}

  /** Computes {@code c = a op b} for {@code n} elements. */
  protected void floats(
      BinaryOp op, float[] a, int ao, float[] b, int bo, float[] c, int co, int n) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] + b[bo + i];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] - b[bo + i];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] * b[bo + i];
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] / b[bo + i];
        }
      }
      case MOD -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Arithmetic.modulo(a[ao + i], b[bo + i]);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.min(a[ao + i], b[bo + i]);
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.max(a[ao + i], b[bo + i]);
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Computes {@code c = a op b} as 0 or 1 for {@code n} elements. */
  protected void floats(
      Comparison op, float[] a, int ao, float[] b, int bo, int[] c, int co, int n) {
    switch (op) {
      case EQ -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] == b[bo + i] ? 1 : 0;
        }
      }
      case NE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] != b[bo + i] ? 1 : 0;
        }
      }
      case LT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] < b[bo + i] ? 1 : 0;
        }
      }
      case LE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] <= b[bo + i] ? 1 : 0;
        }
      }
      case GT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] > b[bo + i] ? 1 : 0;
        }
      }
      case GE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] >= b[bo + i] ? 1 : 0;
        }
      }
    }
  }

  /** Computes {@code c = op a} for {@code n} elements. */
  protected void floats(UnaryOp op, float[] a, int ao, float[] c, int co, int n) {
    switch (op) {
      case NEG -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = -a[ao + i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.abs(a[ao + i]);
        }
      }
      case SQRT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (float) Math.sqrt(a[ao + i]);
        }
      }
      case EXP -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (float) StrictMath.exp(a[ao + i]);
        }
      }
      case LOG -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (float) StrictMath.log(a[ao + i]);
        }
      }
      case ROUND -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (float) Math.rint(a[ao + i]);
        }
      }
      case FLOOR -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (float) Math.floor(a[ao + i]);
        }
      }
      case CEIL -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (float) Math.ceil(a[ao + i]);
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Adds {@code n} elements to 32 partial sums, element i to sum i mod 32. */
  public void sum(float[] x, int at, int n, float[] partial) {
    for (int i = 0; i < n; i++) {
      partial[i % LaneOrder.LANES] += x[at + i];
    }
  }

  /** Multiplies {@code n} elements into 32 partial products, element i into product i mod 32. */
  public void product(float[] x, int at, int n, float[] partial) {
    for (int i = 0; i < n; i++) {
      partial[i % LaneOrder.LANES] *= x[at + i];
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

  /** Computes {@code c = a op b} for {@code n} elements. */
  protected void doubles(
      BinaryOp op, double[] a, int ao, double[] b, int bo, double[] c, int co, int n) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] + b[bo + i];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] - b[bo + i];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] * b[bo + i];
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] / b[bo + i];
        }
      }
      case MOD -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Arithmetic.modulo(a[ao + i], b[bo + i]);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.min(a[ao + i], b[bo + i]);
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.max(a[ao + i], b[bo + i]);
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Computes {@code c = a op b} as 0 or 1 for {@code n} elements. */
  protected void doubles(
      Comparison op, double[] a, int ao, double[] b, int bo, int[] c, int co, int n) {
    switch (op) {
      case EQ -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] == b[bo + i] ? 1 : 0;
        }
      }
      case NE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] != b[bo + i] ? 1 : 0;
        }
      }
      case LT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] < b[bo + i] ? 1 : 0;
        }
      }
      case LE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] <= b[bo + i] ? 1 : 0;
        }
      }
      case GT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] > b[bo + i] ? 1 : 0;
        }
      }
      case GE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] >= b[bo + i] ? 1 : 0;
        }
      }
    }
  }

  /** Computes {@code c = op a} for {@code n} elements. */
  protected void doubles(UnaryOp op, double[] a, int ao, double[] c, int co, int n) {
    switch (op) {
      case NEG -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = -a[ao + i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.abs(a[ao + i]);
        }
      }
      case SQRT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.sqrt(a[ao + i]);
        }
      }
      case EXP -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = StrictMath.exp(a[ao + i]);
        }
      }
      case LOG -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = StrictMath.log(a[ao + i]);
        }
      }
      case ROUND -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.rint(a[ao + i]);
        }
      }
      case FLOOR -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.floor(a[ao + i]);
        }
      }
      case CEIL -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.ceil(a[ao + i]);
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Adds {@code n} elements to 32 partial sums, element i to sum i mod 32. */
  public void sum(double[] x, int at, int n, double[] partial) {
    for (int i = 0; i < n; i++) {
      partial[i % LaneOrder.LANES] += x[at + i];
    }
  }

  /** Multiplies {@code n} elements into 32 partial products, element i into product i mod 32. */
  public void product(double[] x, int at, int n, double[] partial) {
    for (int i = 0; i < n; i++) {
      partial[i % LaneOrder.LANES] *= x[at + i];
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

  /** Computes {@code c = a op b} for {@code n} elements; unsigned matters to MOD, MIN and MAX. */
  protected void ints(
      BinaryOp op, boolean unsigned, int[] a, int ao, int[] b, int bo, int[] c, int co, int n) {
    int flip = unsigned ? Integer.MIN_VALUE : 0;
    switch (op) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] + b[bo + i];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] - b[bo + i];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] * b[bo + i];
        }
      }
      case MOD -> {
        for (int i = 0; i < n; i++) {
          c[co + i] =
              unsigned
                  ? Arithmetic.unsignedModulo(a[ao + i], b[bo + i])
                  : Arithmetic.modulo(a[ao + i], b[bo + i]);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.min(a[ao + i] ^ flip, b[bo + i] ^ flip) ^ flip;
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.max(a[ao + i] ^ flip, b[bo + i] ^ flip) ^ flip;
        }
      }
      case AND -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] & b[bo + i];
        }
      }
      case OR -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] | b[bo + i];
        }
      }
      case XOR -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] ^ b[bo + i];
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Computes {@code c = a op b} as 0 or 1 for {@code n} elements. */
  protected void ints(
      Comparison op, boolean unsigned, int[] a, int ao, int[] b, int bo, int[] c, int co, int n) {
    int flip = unsigned ? Integer.MIN_VALUE : 0;
    switch (op) {
      case EQ -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] == b[bo + i] ? 1 : 0;
        }
      }
      case NE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] != b[bo + i] ? 1 : 0;
        }
      }
      case LT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (a[ao + i] ^ flip) < (b[bo + i] ^ flip) ? 1 : 0;
        }
      }
      case LE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (a[ao + i] ^ flip) <= (b[bo + i] ^ flip) ? 1 : 0;
        }
      }
      case GT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (a[ao + i] ^ flip) > (b[bo + i] ^ flip) ? 1 : 0;
        }
      }
      case GE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (a[ao + i] ^ flip) >= (b[bo + i] ^ flip) ? 1 : 0;
        }
      }
    }
  }

  /** Computes {@code c = op a} for {@code n} elements; mask has the bits of the dtype. */
  protected void ints(
      UnaryOp op, boolean unsigned, int mask, int[] a, int ao, int[] c, int co, int n) {
    switch (op) {
      case NEG -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = -a[ao + i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = unsigned ? a[ao + i] : Math.abs(a[ao + i]);
        }
      }
      case NOT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] ^ 1;
        }
      }
      case POPCOUNT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Integer.bitCount(a[ao + i] & mask);
        }
      }
      case ROUND, FLOOR, CEIL -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i];
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Computes {@code c = a op b} for {@code n} elements; unsigned matters to MOD, MIN and MAX. */
  protected void longs(
      BinaryOp op, boolean unsigned, long[] a, int ao, long[] b, int bo, long[] c, int co, int n) {
    long flip = unsigned ? Long.MIN_VALUE : 0;
    switch (op) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] + b[bo + i];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] - b[bo + i];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] * b[bo + i];
        }
      }
      case MOD -> {
        for (int i = 0; i < n; i++) {
          c[co + i] =
              unsigned
                  ? Arithmetic.unsignedModulo(a[ao + i], b[bo + i])
                  : Arithmetic.modulo(a[ao + i], b[bo + i]);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.min(a[ao + i] ^ flip, b[bo + i] ^ flip) ^ flip;
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Math.max(a[ao + i] ^ flip, b[bo + i] ^ flip) ^ flip;
        }
      }
      case AND -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] & b[bo + i];
        }
      }
      case OR -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] | b[bo + i];
        }
      }
      case XOR -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] ^ b[bo + i];
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Computes {@code c = a op b} as 0 or 1 for {@code n} elements. */
  protected void longs(
      Comparison op, boolean unsigned, long[] a, int ao, long[] b, int bo, int[] c, int co, int n) {
    long flip = unsigned ? Long.MIN_VALUE : 0;
    switch (op) {
      case EQ -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] == b[bo + i] ? 1 : 0;
        }
      }
      case NE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] != b[bo + i] ? 1 : 0;
        }
      }
      case LT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (a[ao + i] ^ flip) < (b[bo + i] ^ flip) ? 1 : 0;
        }
      }
      case LE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (a[ao + i] ^ flip) <= (b[bo + i] ^ flip) ? 1 : 0;
        }
      }
      case GT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (a[ao + i] ^ flip) > (b[bo + i] ^ flip) ? 1 : 0;
        }
      }
      case GE -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = (a[ao + i] ^ flip) >= (b[bo + i] ^ flip) ? 1 : 0;
        }
      }
    }
  }

  /** Computes {@code c = op a} for {@code n} elements; mask has the bits of the dtype. */
  protected void longs(
      UnaryOp op, boolean unsigned, long mask, long[] a, int ao, long[] c, int co, int n) {
    switch (op) {
      case NEG -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = -a[ao + i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = unsigned ? a[ao + i] : Math.abs(a[ao + i]);
        }
      }
      case NOT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i] ^ 1;
        }
      }
      case POPCOUNT -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = Long.bitCount(a[ao + i] & mask);
        }
      }
      case ROUND, FLOOR, CEIL -> {
        for (int i = 0; i < n; i++) {
          c[co + i] = a[ao + i];
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /**
   * Adds the {@code n} products of elements to 32 partial sums, as {@link #sum(float[], int, int,
   * float[])} does.
   */
  public void dot(float[] a, int ao, float[] b, int bo, int n, float[] partial) {
    for (int i = 0; i < n; i++) {
      partial[i % LaneOrder.LANES] += a[ao + i] * b[bo + i];
    }
  }

  /** Adds the {@code n} squared differences to 32 partial sums. */
  public void squaredDistance(float[] a, int ao, float[] b, int bo, int n, float[] partial) {
    for (int i = 0; i < n; i++) {
      float d = a[ao + i] - b[bo + i];
      partial[i % LaneOrder.LANES] += d * d;
    }
  }

  /**
   * Adds the {@code n} products of elements to 32 partial sums, as {@link #sum(double[], int, int,
   * double[])} does.
   */
  public void dot(double[] a, int ao, double[] b, int bo, int n, double[] partial) {
    for (int i = 0; i < n; i++) {
      partial[i % LaneOrder.LANES] += a[ao + i] * b[bo + i];
    }
  }

  /** Adds the {@code n} squared differences to 32 partial sums. */
  public void squaredDistance(double[] a, int ao, double[] b, int bo, int n, double[] partial) {
    for (int i = 0; i < n; i++) {
      double d = a[ao + i] - b[bo + i];
      partial[i % LaneOrder.LANES] += d * d;
    }
  }
}

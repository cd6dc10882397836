package dev.sheaf.query.internal.tensor;

/**
 * Element-wise operations on floats and doubles, as loops of one index that the JIT turns into
 * vector instructions. {@code c} may be {@code a} or {@code b}.
 */
final class FloatLoops {
  private FloatLoops() {}

  /** Computes {@code c = a op b} for {@code n} elements. */
  static void floats(BinaryOp op, float[] a, float[] b, float[] c, int n) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] + b[i];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] - b[i];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] * b[i];
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] / b[i];
        }
      }
      case MOD -> {
        for (int i = 0; i < n; i++) {
          c[i] = Arithmetic.modulo(a[i], b[i]);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.min(a[i], b[i]);
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.max(a[i], b[i]);
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Computes {@code c = a op b} as 0 or 1 for {@code n} elements. */
  static void floats(Comparison op, float[] a, float[] b, int[] c, int n) {
    switch (op) {
      case EQ -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] == b[i] ? 1 : 0;
        }
      }
      case NE -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] != b[i] ? 1 : 0;
        }
      }
      case LT -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] < b[i] ? 1 : 0;
        }
      }
      case LE -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] <= b[i] ? 1 : 0;
        }
      }
      case GT -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] > b[i] ? 1 : 0;
        }
      }
      case GE -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] >= b[i] ? 1 : 0;
        }
      }
    }
  }

  /** Computes {@code c = op a} for {@code n} elements. */
  static void floats(UnaryOp op, float[] a, float[] c, int n) {
    switch (op) {
      case NEG -> {
        for (int i = 0; i < n; i++) {
          c[i] = -a[i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.abs(a[i]);
        }
      }
      case SQRT -> {
        for (int i = 0; i < n; i++) {
          c[i] = (float) Math.sqrt(a[i]);
        }
      }
      case EXP -> {
        for (int i = 0; i < n; i++) {
          c[i] = (float) StrictMath.exp(a[i]);
        }
      }
      case LOG -> {
        for (int i = 0; i < n; i++) {
          c[i] = (float) StrictMath.log(a[i]);
        }
      }
      case ROUND -> {
        for (int i = 0; i < n; i++) {
          c[i] = (float) Math.rint(a[i]);
        }
      }
      case FLOOR -> {
        for (int i = 0; i < n; i++) {
          c[i] = (float) Math.floor(a[i]);
        }
      }
      case CEIL -> {
        for (int i = 0; i < n; i++) {
          c[i] = (float) Math.ceil(a[i]);
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Computes {@code c = a op b} for {@code n} elements. */
  static void doubles(BinaryOp op, double[] a, double[] b, double[] c, int n) {
    switch (op) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] + b[i];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] - b[i];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] * b[i];
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] / b[i];
        }
      }
      case MOD -> {
        for (int i = 0; i < n; i++) {
          c[i] = Arithmetic.modulo(a[i], b[i]);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.min(a[i], b[i]);
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.max(a[i], b[i]);
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Computes {@code c = a op b} as 0 or 1 for {@code n} elements. */
  static void doubles(Comparison op, double[] a, double[] b, int[] c, int n) {
    switch (op) {
      case EQ -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] == b[i] ? 1 : 0;
        }
      }
      case NE -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] != b[i] ? 1 : 0;
        }
      }
      case LT -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] < b[i] ? 1 : 0;
        }
      }
      case LE -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] <= b[i] ? 1 : 0;
        }
      }
      case GT -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] > b[i] ? 1 : 0;
        }
      }
      case GE -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] >= b[i] ? 1 : 0;
        }
      }
    }
  }

  /** Computes {@code c = op a} for {@code n} elements. */
  static void doubles(UnaryOp op, double[] a, double[] c, int n) {
    switch (op) {
      case NEG -> {
        for (int i = 0; i < n; i++) {
          c[i] = -a[i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.abs(a[i]);
        }
      }
      case SQRT -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.sqrt(a[i]);
        }
      }
      case EXP -> {
        for (int i = 0; i < n; i++) {
          c[i] = StrictMath.exp(a[i]);
        }
      }
      case LOG -> {
        for (int i = 0; i < n; i++) {
          c[i] = StrictMath.log(a[i]);
        }
      }
      case ROUND -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.rint(a[i]);
        }
      }
      case FLOOR -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.floor(a[i]);
        }
      }
      case CEIL -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.ceil(a[i]);
        }
      }
      default -> throw new AssertionError(op);
    }
  }
}

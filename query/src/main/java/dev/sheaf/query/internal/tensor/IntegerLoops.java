package dev.sheaf.query.internal.tensor;

/**
 * Element-wise operations on ints and longs, as loops of one index that the JIT turns into vector
 * instructions. {@code c} may be {@code a} or {@code b}.
 */
final class IntegerLoops {
  private IntegerLoops() {}

  /** Computes {@code c = a op b} for {@code n} elements; unsigned matters to MOD, MIN and MAX. */
  static void ints(BinaryOp op, boolean unsigned, int[] a, int[] b, int[] c, int n) {
    int flip = unsigned ? Integer.MIN_VALUE : 0;
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
      case MOD -> {
        for (int i = 0; i < n; i++) {
          c[i] = unsigned ? Arithmetic.unsignedModulo(a[i], b[i]) : Arithmetic.modulo(a[i], b[i]);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.min(a[i] ^ flip, b[i] ^ flip) ^ flip;
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.max(a[i] ^ flip, b[i] ^ flip) ^ flip;
        }
      }
      case AND -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] & b[i];
        }
      }
      case OR -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] | b[i];
        }
      }
      case XOR -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] ^ b[i];
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Computes {@code c = a op b} as 0 or 1 for {@code n} elements. */
  static void ints(Comparison op, boolean unsigned, int[] a, int[] b, int[] c, int n) {
    int flip = unsigned ? Integer.MIN_VALUE : 0;
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
          c[i] = (a[i] ^ flip) < (b[i] ^ flip) ? 1 : 0;
        }
      }
      case LE -> {
        for (int i = 0; i < n; i++) {
          c[i] = (a[i] ^ flip) <= (b[i] ^ flip) ? 1 : 0;
        }
      }
      case GT -> {
        for (int i = 0; i < n; i++) {
          c[i] = (a[i] ^ flip) > (b[i] ^ flip) ? 1 : 0;
        }
      }
      case GE -> {
        for (int i = 0; i < n; i++) {
          c[i] = (a[i] ^ flip) >= (b[i] ^ flip) ? 1 : 0;
        }
      }
    }
  }

  /** Computes {@code c = op a} for {@code n} elements; mask has the bits of the dtype. */
  static void ints(UnaryOp op, boolean unsigned, int mask, int[] a, int[] c, int n) {
    switch (op) {
      case NEG -> {
        for (int i = 0; i < n; i++) {
          c[i] = -a[i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          c[i] = unsigned ? a[i] : Math.abs(a[i]);
        }
      }
      case NOT -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] ^ 1;
        }
      }
      case POPCOUNT -> {
        for (int i = 0; i < n; i++) {
          c[i] = Integer.bitCount(a[i] & mask);
        }
      }
      case ROUND, FLOOR, CEIL -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i];
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Computes {@code c = a op b} for {@code n} elements; unsigned matters to MOD, MIN and MAX. */
  static void longs(BinaryOp op, boolean unsigned, long[] a, long[] b, long[] c, int n) {
    long flip = unsigned ? Long.MIN_VALUE : 0;
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
      case MOD -> {
        for (int i = 0; i < n; i++) {
          c[i] = unsigned ? Arithmetic.unsignedModulo(a[i], b[i]) : Arithmetic.modulo(a[i], b[i]);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.min(a[i] ^ flip, b[i] ^ flip) ^ flip;
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          c[i] = Math.max(a[i] ^ flip, b[i] ^ flip) ^ flip;
        }
      }
      case AND -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] & b[i];
        }
      }
      case OR -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] | b[i];
        }
      }
      case XOR -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] ^ b[i];
        }
      }
      default -> throw new AssertionError(op);
    }
  }

  /** Computes {@code c = a op b} as 0 or 1 for {@code n} elements. */
  static void longs(Comparison op, boolean unsigned, long[] a, long[] b, int[] c, int n) {
    long flip = unsigned ? Long.MIN_VALUE : 0;
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
          c[i] = (a[i] ^ flip) < (b[i] ^ flip) ? 1 : 0;
        }
      }
      case LE -> {
        for (int i = 0; i < n; i++) {
          c[i] = (a[i] ^ flip) <= (b[i] ^ flip) ? 1 : 0;
        }
      }
      case GT -> {
        for (int i = 0; i < n; i++) {
          c[i] = (a[i] ^ flip) > (b[i] ^ flip) ? 1 : 0;
        }
      }
      case GE -> {
        for (int i = 0; i < n; i++) {
          c[i] = (a[i] ^ flip) >= (b[i] ^ flip) ? 1 : 0;
        }
      }
    }
  }

  /** Computes {@code c = op a} for {@code n} elements; mask has the bits of the dtype. */
  static void longs(UnaryOp op, boolean unsigned, long mask, long[] a, long[] c, int n) {
    switch (op) {
      case NEG -> {
        for (int i = 0; i < n; i++) {
          c[i] = -a[i];
        }
      }
      case ABS -> {
        for (int i = 0; i < n; i++) {
          c[i] = unsigned ? a[i] : Math.abs(a[i]);
        }
      }
      case NOT -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i] ^ 1;
        }
      }
      case POPCOUNT -> {
        for (int i = 0; i < n; i++) {
          c[i] = Long.bitCount(a[i] & mask);
        }
      }
      case ROUND, FLOOR, CEIL -> {
        for (int i = 0; i < n; i++) {
          c[i] = a[i];
        }
      }
      default -> throw new AssertionError(op);
    }
  }
}

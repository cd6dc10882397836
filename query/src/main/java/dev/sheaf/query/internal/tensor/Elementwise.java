package dev.sheaf.query.internal.tensor;

import dev.sheaf.format.DType;

/**
 * Element-wise operations over tiles that begin at offset 0, by dtype. Every backend uses these
 * loops: each operation has one IEEE or integer result, and the JIT vectorises them by itself.
 */
public final class Elementwise {
  private Elementwise() {}

  /** Computes {@code c = a op b}; all three of {@code dtype}. */
  public static void binary(BinaryOp op, DType dtype, Tile a, Tile b, Tile c, int n) {
    boolean unsigned = dtype.kind() != DType.Kind.SIGNED;
    switch (a.lane) {
      case INT -> {
        IntegerLoops.ints(op, unsigned, a.ints, b.ints, c.ints, n);
        Casts.wrap(dtype, c.ints, 0, n);
      }
      case LONG -> IntegerLoops.longs(op, unsigned, a.longs, b.longs, c.longs, n);
      case FLOAT -> {
        FloatLoops.floats(op, a.floats, b.floats, c.floats, n);
        Casts.round(dtype, c.floats, 0, n);
      }
      case DOUBLE -> FloatLoops.doubles(op, a.doubles, b.doubles, c.doubles, n);
    }
  }

  /** Computes the bool {@code c = a op b}; the operands of {@code dtype}. */
  public static void compare(Comparison op, DType dtype, Tile a, Tile b, Tile c, int n) {
    boolean unsigned = dtype.kind() != DType.Kind.SIGNED;
    switch (a.lane) {
      case INT -> IntegerLoops.ints(op, unsigned, a.ints, b.ints, c.ints, n);
      case LONG -> IntegerLoops.longs(op, unsigned, a.longs, b.longs, c.ints, n);
      case FLOAT -> FloatLoops.floats(op, a.floats, b.floats, c.ints, n);
      case DOUBLE -> FloatLoops.doubles(op, a.doubles, b.doubles, c.ints, n);
    }
  }

  /** Computes {@code c = op a}; both of {@code dtype}. */
  public static void unary(UnaryOp op, DType dtype, Tile a, Tile c, int n) {
    boolean unsigned = dtype.kind() != DType.Kind.SIGNED;
    switch (a.lane) {
      case INT -> {
        int mask = dtype.bits() == 32 ? -1 : (1 << dtype.bits()) - 1;
        IntegerLoops.ints(op, unsigned, mask, a.ints, c.ints, n);
        if (op != UnaryOp.POPCOUNT) {
          Casts.wrap(dtype, c.ints, 0, n);
        }
      }
      case LONG -> IntegerLoops.longs(op, unsigned, -1L, a.longs, c.longs, n);
      case FLOAT -> {
        FloatLoops.floats(op, a.floats, c.floats, n);
        Casts.round(dtype, c.floats, 0, n);
      }
      case DOUBLE -> FloatLoops.doubles(op, a.doubles, c.doubles, n);
    }
  }

  /** Takes the element of {@code a} where {@code condition} is not 0, else that of {@code b}. */
  public static void where(Tile condition, Tile a, Tile b, Tile c, int n) {
    int[] test = condition.ints;
    switch (c.lane) {
      case INT -> {
        for (int i = 0; i < n; i++) {
          c.ints[i] = test[i] != 0 ? a.ints[i] : b.ints[i];
        }
      }
      case LONG -> {
        for (int i = 0; i < n; i++) {
          c.longs[i] = test[i] != 0 ? a.longs[i] : b.longs[i];
        }
      }
      case FLOAT -> {
        for (int i = 0; i < n; i++) {
          c.floats[i] = test[i] != 0 ? a.floats[i] : b.floats[i];
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < n; i++) {
          c.doubles[i] = test[i] != 0 ? a.doubles[i] : b.doubles[i];
        }
      }
    }
  }
}

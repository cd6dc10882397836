package dev.sheaf.query.internal.tensor;

import dev.sheaf.format.DType;

/**
 * The operations over tiles, by dtype. This class itself is the scalar backend. Stateless and safe
 * for use by several threads.
 */
public class Kernels extends ArrayKernels {
  /** Creates the scalar kernels, or is called by faster ones. */
  public Kernels() {}

  /** Returns what these kernels are called, for example {@code scalar}. */
  public String name() {
    return "scalar";
  }

  /** Computes {@code c = a op b}; all three of {@code dtype}. */
  public final void binary(BinaryOp op, DType dtype, Tile a, Tile b, Tile c, int n) {
    boolean unsigned = dtype.kind() != DType.Kind.SIGNED;
    switch (a.lane) {
      case INT -> {
        ints(op, unsigned, a.ints, a.offset, b.ints, b.offset, c.ints, c.offset, n);
        Casts.wrap(dtype, c.ints, c.offset, n);
      }
      case LONG -> longs(op, unsigned, a.longs, a.offset, b.longs, b.offset, c.longs, c.offset, n);
      case FLOAT -> {
        floats(op, a.floats, a.offset, b.floats, b.offset, c.floats, c.offset, n);
        Casts.round(dtype, c.floats, c.offset, n);
      }
      case DOUBLE -> doubles(op, a.doubles, a.offset, b.doubles, b.offset, c.doubles, c.offset, n);
    }
  }

  /** Computes the bool {@code c = a op b}; the operands of {@code dtype}. */
  public final void compare(Comparison op, DType dtype, Tile a, Tile b, Tile c, int n) {
    boolean unsigned = dtype.kind() != DType.Kind.SIGNED;
    switch (a.lane) {
      case INT -> ints(op, unsigned, a.ints, a.offset, b.ints, b.offset, c.ints, c.offset, n);
      case LONG -> longs(op, unsigned, a.longs, a.offset, b.longs, b.offset, c.ints, c.offset, n);
      case FLOAT -> floats(op, a.floats, a.offset, b.floats, b.offset, c.ints, c.offset, n);
      case DOUBLE -> doubles(op, a.doubles, a.offset, b.doubles, b.offset, c.ints, c.offset, n);
    }
  }

  /** Computes {@code c = op a}; both of {@code dtype}. */
  public final void unary(UnaryOp op, DType dtype, Tile a, Tile c, int n) {
    boolean unsigned = dtype.kind() != DType.Kind.SIGNED;
    switch (a.lane) {
      case INT -> {
        int mask = dtype.bits() == 32 ? -1 : (1 << dtype.bits()) - 1;
        ints(op, unsigned, mask, a.ints, a.offset, c.ints, c.offset, n);
        if (op != UnaryOp.POPCOUNT) {
          Casts.wrap(dtype, c.ints, c.offset, n);
        }
      }
      case LONG -> longs(op, unsigned, -1L, a.longs, a.offset, c.longs, c.offset, n);
      case FLOAT -> {
        floats(op, a.floats, a.offset, c.floats, c.offset, n);
        Casts.round(dtype, c.floats, c.offset, n);
      }
      case DOUBLE -> doubles(op, a.doubles, a.offset, c.doubles, c.offset, n);
    }
  }

  /** Takes the element of {@code a} where {@code condition} is not 0, else that of {@code b}. */
  public final void where(Tile condition, Tile a, Tile b, Tile c, int n) {
    int[] test = condition.ints;
    int at = condition.offset;
    switch (c.lane) {
      case INT -> {
        for (int i = 0; i < n; i++) {
          c.ints[c.offset + i] = test[at + i] != 0 ? a.ints[a.offset + i] : b.ints[b.offset + i];
        }
      }
      case LONG -> {
        for (int i = 0; i < n; i++) {
          c.longs[c.offset + i] = test[at + i] != 0 ? a.longs[a.offset + i] : b.longs[b.offset + i];
        }
      }
      case FLOAT -> {
        for (int i = 0; i < n; i++) {
          c.floats[c.offset + i] =
              test[at + i] != 0 ? a.floats[a.offset + i] : b.floats[b.offset + i];
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < n; i++) {
          c.doubles[c.offset + i] =
              test[at + i] != 0 ? a.doubles[a.offset + i] : b.doubles[b.offset + i];
        }
      }
    }
  }
}

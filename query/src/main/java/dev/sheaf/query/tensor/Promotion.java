package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.DType.Kind;

/**
 * Which dtype two operands meet in. NumPy's rules, with these additions: packed dtypes meet others
 * as uint8 or int8; bfloat16 takes part like float16, and the two meet in float32.
 */
public final class Promotion {
  private Promotion() {}

  /**
   * Returns the smallest dtype that holds the values of both.
   *
   * <p>Integers: the wider; signed and unsigned meet in the next wider signed one, int64 and uint64
   * in float64. Float and integer: the float when it holds every value of the integer (float16 and
   * bfloat16 up to 8 bits, float32 up to 16), else float32 for 16 bits and float64 for 32 and 64.
   * Bool gives way to everything.
   */
  public static DType promote(DType a, DType b) {
    if (a == b) {
      return a;
    }
    DType first = unpacked(a);
    DType second = unpacked(b);
    if (first == second) {
      return first;
    }
    if (first == DType.BOOL) {
      return second;
    }
    if (second == DType.BOOL) {
      return first;
    }
    boolean firstFloat = first.kind() == Kind.FLOAT;
    boolean secondFloat = second.kind() == Kind.FLOAT;
    if (firstFloat && secondFloat) {
      return first.bits() == second.bits() ? DType.FLOAT32 : wider(first, second);
    }
    if (firstFloat) {
      return wider(first, floatFor(second, first));
    }
    if (secondFloat) {
      return wider(second, floatFor(first, second));
    }
    if (first.kind() == second.kind()) {
      return wider(first, second);
    }
    DType unsigned = first.kind() == Kind.UNSIGNED ? first : second;
    DType signed = first.kind() == Kind.UNSIGNED ? second : first;
    if (signed.bits() > unsigned.bits()) {
      return signed;
    }
    return switch (unsigned.bits()) {
      case 8 -> DType.INT16;
      case 16 -> DType.INT32;
      case 32 -> DType.INT64;
      default -> DType.FLOAT64;
    };
  }

  /** Returns uint8 or int8 for u1, u2, u4 and i4, and every other dtype as it is. */
  public static DType unpacked(DType dtype) {
    return switch (dtype) {
      case U1, U2, U4 -> DType.UINT8;
      case I4 -> DType.INT8;
      default -> dtype;
    };
  }

  /** Returns the dtype of a quotient: the floats stay, everything else becomes float64. */
  public static DType quotient(DType dtype) {
    return dtype.kind() == Kind.FLOAT ? dtype : DType.FLOAT64;
  }

  /** Returns the dtype of a sum or product: int64, uint64, float32 or float64. */
  public static DType sum(DType dtype) {
    return switch (dtype.kind()) {
      case BOOL, SIGNED -> DType.INT64;
      case UNSIGNED -> DType.UINT64;
      case FLOAT -> dtype == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    };
  }

  /**
   * Returns the dtype in which distances and norms are computed: float32 for floats up to 32 bits
   * and integers up to 16, whose values it holds, float64 for the rest.
   */
  public static DType distance(DType dtype) {
    if (dtype.kind() == Kind.FLOAT) {
      return dtype == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    }
    return dtype.bits() <= 16 ? DType.FLOAT32 : DType.FLOAT64;
  }

  /** Returns where a literal integer of this value meets a dtype. */
  static DType withLiteral(DType dtype, long value) {
    DType wide = unpacked(dtype);
    if (wide.kind() == Kind.FLOAT) {
      return wide;
    }
    if (wide.kind() == Kind.BOOL) {
      return DType.INT64;
    }
    return holds(wide, value) ? wide : promote(wide, smallest(value));
  }

  /** Returns where a literal fraction meets a dtype. */
  static DType withFraction(DType dtype) {
    return dtype.kind() == Kind.FLOAT ? dtype : DType.FLOAT64;
  }

  private static boolean holds(DType dtype, long value) {
    int bits = dtype.bits();
    if (dtype.kind() == Kind.UNSIGNED) {
      return value >= 0 && (bits == 64 || value >>> bits == 0);
    }
    return bits == 64 || (value >= -(1L << (bits - 1)) && value < 1L << (bits - 1));
  }

  private static DType smallest(long value) {
    DType[] candidates =
        value >= 0
            ? new DType[] {DType.UINT8, DType.UINT16, DType.UINT32}
            : new DType[] {DType.INT8, DType.INT16, DType.INT32};
    for (DType candidate : candidates) {
      if (holds(candidate, value)) {
        return candidate;
      }
    }
    return DType.INT64;
  }

  private static DType floatFor(DType integer, DType partner) {
    return switch (integer.bits()) {
      case 8 -> partner;
      case 16 -> DType.FLOAT32;
      default -> DType.FLOAT64;
    };
  }

  private static DType wider(DType a, DType b) {
    return a.bits() >= b.bits() ? a : b;
  }
}

package dev.sheaf.query.internal.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;

/**
 * Conversion between dtypes.
 *
 * <p>To bool: whether the element is not zero (NaN is true). Integer to integer: the low bits.
 * Float to integer: towards zero, clamped to the range of the dtype, NaN to 0. To a float: the
 * nearest, ties to even, with one rounding.
 */
public final class Casts {
  private Casts() {}

  /** Converts {@code n} elements of {@code source} to {@code target}, tile start to tile start. */
  public static void cast(DType from, Tile source, DType to, Tile target, int n) {
    switch (target.lane) {
      case INT -> toInts(from, source, to, target, n);
      case LONG -> toLongs(from, source, to, target, n);
      case FLOAT -> toFloats(from, source, to, target, n);
      case DOUBLE -> toDoubles(from, source, target, n);
    }
  }

  /** Returns the low bits of {@code value} as an element of {@code dtype} is held in a lane. */
  public static int wrap(DType dtype, int value) {
    return switch (dtype) {
      case BOOL, U1 -> value & 1;
      case U2 -> value & 3;
      case U4 -> value & 15;
      case I4 -> (value << 28) >> 28;
      case INT8 -> (byte) value;
      case UINT8 -> value & 0xff;
      case INT16 -> (short) value;
      case UINT16 -> value & 0xffff;
      default -> value;
    };
  }

  /** Wraps {@code n} elements; nothing to do for 32-bit dtypes. */
  public static void wrap(DType dtype, int[] values, int at, int n) {
    if (dtype.bits() == 32) {
      return;
    }
    int shift = 32 - dtype.bits();
    if (dtype.kind() == DType.Kind.SIGNED) {
      for (int i = at; i < at + n; i++) {
        values[i] = (values[i] << shift) >> shift;
      }
    } else {
      for (int i = at; i < at + n; i++) {
        values[i] = (values[i] << shift) >>> shift;
      }
    }
  }

  /** Rounds {@code n} elements to the values of float16 or bfloat16; float32 stays. */
  public static void round(DType dtype, float[] values, int at, int n) {
    if (dtype == DType.FLOAT16) {
      for (int i = at; i < at + n; i++) {
        values[i] = HalfFloat.toFloat(HalfFloat.fromFloat(values[i]));
      }
    } else if (dtype == DType.BFLOAT16) {
      for (int i = at; i < at + n; i++) {
        values[i] = Float.intBitsToFloat(toBfloat16(values[i]) << 16);
      }
    }
  }

  /** Returns the nearest bfloat16, ties to even; a NaN stays one. */
  public static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) > 0x7f800000) {
      int upper = bits >>> 16;
      return (short) ((upper & 0x7f) == 0 ? upper | 0x40 : upper);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /**
   * Rounds to a float such that a second rounding to 16 bits is right: a result that is not exact
   * has its lowest bit set (rounding to odd; Boldo and Melquiond, "Emulation of FMA and correctly
   * rounded sums", 2008).
   */
  static float toOdd(double value) {
    float near = (float) value;
    if (near == value || Double.isNaN(value)) {
      return near;
    }
    float below = Math.abs((double) near) > Math.abs(value) ? towardsZero(near) : near;
    return Float.intBitsToFloat(Float.floatToRawIntBits(below) | 1);
  }

  private static float towardsZero(float value) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) - 1);
  }

  private static double toOdd(long value, boolean unsigned) {
    if (unsigned ? value >>> 53 == 0 : Math.abs(value) >>> 53 == 0) {
      return value;
    }
    long odd = (value & 0x7ff) == 0 ? value : (value & ~0xfffL) | 0x800;
    return unsigned ? unsignedToDouble(odd) : odd;
  }

  static double unsignedToDouble(long value) {
    return value >= 0 ? value : (double) ((value >>> 1) | (value & 1)) * 2;
  }

  static float unsignedToFloat(long value) {
    return value >= 0 ? value : (float) ((value >>> 1) | (value & 1)) * 2;
  }

  private static void toInts(DType from, Tile source, DType to, Tile target, int n) {
    int a = source.offset;
    int c = target.offset;
    boolean truth = to == DType.BOOL;
    switch (source.lane) {
      case INT -> {
        for (int i = 0; i < n; i++) {
          int value = source.ints[a + i];
          target.ints[c + i] = truth ? (value != 0 ? 1 : 0) : value;
        }
        narrow(from, to, target, n);
      }
      case LONG -> {
        for (int i = 0; i < n; i++) {
          long value = source.longs[a + i];
          target.ints[c + i] = truth ? (value != 0 ? 1 : 0) : (int) value;
        }
        narrow(from, to, target, n);
      }
      case FLOAT -> {
        for (int i = 0; i < n; i++) {
          float value = source.floats[a + i];
          target.ints[c + i] = truth ? (value != 0 ? 1 : 0) : clamp(to, value);
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < n; i++) {
          double value = source.doubles[a + i];
          target.ints[c + i] = truth ? (value != 0 ? 1 : 0) : clamp(to, value);
        }
      }
    }
  }

  private static void narrow(DType from, DType to, Tile target, int n) {
    if (to != DType.BOOL && from != to) {
      wrap(to, target.ints, target.offset, n);
    }
  }

  private static int clamp(DType to, double value) {
    int bits = to.bits();
    boolean signed = to.kind() == DType.Kind.SIGNED;
    long least = signed ? -(1L << (bits - 1)) : 0;
    long most = signed ? (1L << (bits - 1)) - 1 : (1L << bits) - 1;
    return (int) Math.min(most, Math.max(least, (long) value));
  }

  private static void toLongs(DType from, Tile source, DType to, Tile target, int n) {
    int a = source.offset;
    int c = target.offset;
    boolean unsigned = to == DType.UINT64;
    switch (source.lane) {
      case INT -> {
        long mask = from == DType.UINT32 ? 0xffffffffL : -1;
        for (int i = 0; i < n; i++) {
          target.longs[c + i] = source.ints[a + i] & mask;
        }
      }
      case LONG -> System.arraycopy(source.longs, a, target.longs, c, n);
      case FLOAT -> {
        for (int i = 0; i < n; i++) {
          target.longs[c + i] = toLong(source.floats[a + i], unsigned);
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < n; i++) {
          target.longs[c + i] = toLong(source.doubles[a + i], unsigned);
        }
      }
    }
  }

  private static long toLong(double value, boolean unsigned) {
    if (!unsigned) {
      return (long) value;
    }
    if (!(value > 0)) {
      return 0;
    }
    if (value >= 0x1p64) {
      return -1;
    }
    return value < 0x1p63 ? (long) value : (long) (value - 0x1p63) | Long.MIN_VALUE;
  }

  private static void toFloats(DType from, Tile source, DType to, Tile target, int n) {
    int a = source.offset;
    int c = target.offset;
    float[] out = target.floats;
    boolean half = to != DType.FLOAT32;
    switch (source.lane) {
      case INT -> {
        long mask = from == DType.UINT32 ? 0xffffffffL : -1;
        for (int i = 0; i < n; i++) {
          long value = source.ints[a + i] & mask;
          out[c + i] = half ? toOdd((double) value) : value;
        }
      }
      case LONG -> {
        boolean unsigned = from == DType.UINT64;
        for (int i = 0; i < n; i++) {
          long value = source.longs[a + i];
          if (half) {
            out[c + i] = toOdd(toOdd(value, unsigned));
          } else {
            out[c + i] = unsigned ? unsignedToFloat(value) : value;
          }
        }
      }
      case FLOAT -> System.arraycopy(source.floats, a, out, c, n);
      case DOUBLE -> {
        for (int i = 0; i < n; i++) {
          double value = source.doubles[a + i];
          out[c + i] = half ? toOdd(value) : (float) value;
        }
      }
    }
    if (from != to) {
      round(to, out, c, n);
    }
  }

  private static void toDoubles(DType from, Tile source, Tile target, int n) {
    int a = source.offset;
    int c = target.offset;
    double[] out = target.doubles;
    switch (source.lane) {
      case INT -> {
        long mask = from == DType.UINT32 ? 0xffffffffL : -1;
        for (int i = 0; i < n; i++) {
          out[c + i] = source.ints[a + i] & mask;
        }
      }
      case LONG -> {
        boolean unsigned = from == DType.UINT64;
        for (int i = 0; i < n; i++) {
          long value = source.longs[a + i];
          out[c + i] = unsigned ? unsignedToDouble(value) : value;
        }
      }
      case FLOAT -> {
        for (int i = 0; i < n; i++) {
          out[c + i] = source.floats[a + i];
        }
      }
      case DOUBLE -> System.arraycopy(source.doubles, a, out, c, n);
    }
  }
}

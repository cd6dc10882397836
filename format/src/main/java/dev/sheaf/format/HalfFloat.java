package dev.sheaf.format;

/** Conversion between IEEE 754 binary16 and binary32; Java has it only from 20 on. */
public final class HalfFloat {
  private HalfFloat() {}

  /** Returns the exact value of these 16 bits. NaN payloads keep their upper bits. */
  public static float toFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (mantissa << 13));
    }
    if (exponent == 0) {
      float tiny = mantissa * 0x1p-24f;
      return sign == 0 ? tiny : -tiny;
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (mantissa << 13));
  }

  /**
   * Returns the value of these bits of a binary32 as a binary64, bit by bit: a signalling NaN,
   * which arithmetic would make a quiet one, stays what it is.
   */
  public static double widen(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) <= 0x7f800000) {
      return value;
    }
    long sign = (long) (bits & 0x80000000) << 32;
    return Double.longBitsToDouble(sign | 0x7ff0000000000000L | (bits & 0x7fffffL) << 29);
  }

  /** Returns the nearest binary16, ties to even; too large becomes infinity; a NaN stays one. */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      int payload = (magnitude >>> 13) & 0x3ff;
      return (short) (sign | 0x7c00 | (payload == 0 ? 0x200 : payload));
    }
    if (magnitude >= 0x477ff000) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x38800000) {
      // Subnormal or zero: scaling by 2^24 is exact, and rint rounds ties to even.
      return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24f));
    }
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return (short) (sign | ((rounded - 0x38000000) >>> 13));
  }
}

package dev.sheaf.query.internal.tensor;

/** Remainders with the sign of the divisor, as NumPy and Python have them. */
final class Arithmetic {
  private Arithmetic() {}

  static int modulo(int a, int b) {
    return b == 0 ? 0 : Math.floorMod(a, b);
  }

  static long modulo(long a, long b) {
    return b == 0 ? 0 : Math.floorMod(a, b);
  }

  static int unsignedModulo(int a, int b) {
    return b == 0 ? 0 : Integer.remainderUnsigned(a, b);
  }

  static long unsignedModulo(long a, long b) {
    return b == 0 ? 0 : Long.remainderUnsigned(a, b);
  }

  static float modulo(float a, float b) {
    float rest = a % b;
    if (rest == 0) {
      return Math.copySign(0f, b);
    }
    return (rest < 0) != (b < 0) ? rest + b : rest;
  }

  static double modulo(double a, double b) {
    double rest = a % b;
    if (rest == 0) {
      return Math.copySign(0d, b);
    }
    return (rest < 0) != (b < 0) ? rest + b : rest;
  }
}

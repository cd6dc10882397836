package dev.sheaf.query.internal.exec;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import java.util.function.DoubleUnaryOperator;

/** Arithmetic, column-wise. Stateless. */
final class Numbers {
  private Numbers() {}

  /** The operations of two numbers. */
  enum Binary {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    MODULO
  }

  /** Returns numbers as floating point. */
  static double[] doubles(Vec vec) {
    if (vec instanceof Vec.Doubles doubles) {
      return doubles.values;
    }
    long[] longs = ((Vec.Longs) vec).values;
    double[] values = new double[longs.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = longs[i];
    }
    return values;
  }

  /**
   * Returns the results for whole numbers.
   *
   * @param bits the width of the result's type: a result that does not fit is refused
   */
  static Vec whole(Binary op, Vec left, Vec right, int bits) {
    long[] a = ((Vec.Longs) left).values;
    long[] b = ((Vec.Longs) right).values;
    boolean[] nulls = Vec.eitherNull(left, right);
    long[] result = new long[a.length];
    try {
      for (int i = 0; i < result.length; i++) {
        if (nulls == null || !nulls[i]) {
          result[i] = whole(op, a[i], b[i]);
        }
      }
    } catch (ArithmeticException e) {
      throw op == Binary.DIVIDE || op == Binary.MODULO ? zero() : tooLarge("BIGINT", "DOUBLE");
    }
    return new Vec.Longs(fit(result, nulls, bits), nulls);
  }

  private static long whole(Binary op, long a, long b) {
    return switch (op) {
      case ADD -> Math.addExact(a, b);
      case SUBTRACT -> Math.subtractExact(a, b);
      case MULTIPLY -> Math.multiplyExact(a, b);
      case DIVIDE -> a == Long.MIN_VALUE && b == -1 ? Math.negateExact(a) : a / b;
      case MODULO -> a % b;
    };
  }

  /** Refuses values that a type of this width does not hold. */
  static long[] fit(long[] values, boolean[] nulls, int bits) {
    if (bits < Long.SIZE) {
      int shift = Long.SIZE - bits;
      for (int i = 0; i < values.length; i++) {
        if (values[i] << shift >> shift != values[i] && (nulls == null || !nulls[i])) {
          throw tooLarge(bits == 8 ? "TINYINT" : bits == 16 ? "SMALLINT" : "INTEGER", "BIGINT");
        }
      }
    }
    return values;
  }

  static Vec floating(Binary op, Vec left, Vec right, boolean single) {
    double[] a = doubles(left);
    double[] b = doubles(right);
    double[] result = new double[a.length];
    switch (op) {
      case ADD -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] + b[i];
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] - b[i];
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] * b[i];
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] / b[i];
        }
      }
      case MODULO -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] % b[i];
        }
      }
    }
    return new Vec.Doubles(single ? singles(result) : result, Vec.eitherNull(left, right));
  }

  /** Rounds to REAL, in place. For + - * / of two REAL the result is that of REAL arithmetic. */
  static double[] singles(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) values[i];
    }
    return values;
  }

  static Vec map(Vec vec, boolean single, DoubleUnaryOperator function) {
    double[] values = doubles(vec);
    double[] result = new double[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = function.applyAsDouble(values[i]);
    }
    return new Vec.Doubles(single ? singles(result) : result, vec.nulls());
  }

  static Vec negate(Vec vec, boolean single) {
    if (vec instanceof Vec.Longs longs) {
      long[] result = new long[longs.values.length];
      for (int i = 0; i < result.length; i++) {
        result[i] = vec.isNull(i) ? 0 : Math.negateExact(longs.values[i]);
      }
      return new Vec.Longs(result, vec.nulls());
    }
    return map(vec, single, value -> -value);
  }

  static Vec abs(Vec vec) {
    if (vec instanceof Vec.Longs longs) {
      long[] result = new long[longs.values.length];
      for (int i = 0; i < result.length; i++) {
        result[i] = Math.abs(longs.values[i]);
      }
      return new Vec.Longs(result, vec.nulls());
    }
    return map(vec, false, Math::abs);
  }

  private static InvalidInputException zero() {
    return new InvalidInputException(
        "SHEAF-QRY-021",
        "Division by zero",
        Location.NONE,
        "Leave such samples out, or divide by NULLIF(x, 0)");
  }

  static InvalidInputException tooLarge(String type, String wider) {
    return new InvalidInputException(
        "SHEAF-QRY-022",
        "A number does not fit " + type,
        Location.NONE,
        "Use a wider type: CAST(x AS " + wider + ")");
  }
}

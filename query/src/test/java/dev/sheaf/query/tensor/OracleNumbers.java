package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.DType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Operations on single elements for {@link Oracle}: Boolean, BigInteger or Double. */
final class OracleNumbers {
  private OracleNumbers() {}

  static Object binary(Op op, DType dtype, Object a, Object b) {
    if (a instanceof Boolean x) {
      boolean y = (Boolean) b;
      return switch (op) {
        case AND, MIN -> x && y;
        case OR, MAX -> x || y;
        case XOR -> x != y;
        default -> throw new AssertionError(op);
      };
    }
    if (a instanceof BigInteger x) {
      BigInteger y = (BigInteger) b;
      BigInteger result =
          switch (op) {
            case ADD -> x.add(y);
            case SUB -> x.subtract(y);
            case MUL -> x.multiply(y);
            case MOD -> floorMod(x, y);
            case MIN -> x.min(y);
            case MAX -> x.max(y);
            case AND -> x.and(y);
            case OR -> x.or(y);
            case XOR -> x.xor(y);
            default -> throw new AssertionError(op);
          };
      return wrap(result, dtype);
    }
    double x = (Double) a;
    double y = (Double) b;
    return round(
        switch (op) {
          case ADD -> x + y;
          case SUB -> x - y;
          case MUL -> x * y;
          case DIV -> x / y;
          case MOD -> {
            double rest = x % y;
            yield rest == 0
                ? Math.copySign(0, y)
                : Math.signum(rest) != Math.signum(y) ? round(rest + y, dtype) : rest;
          }
          case MIN -> Math.min(x, y);
          case MAX -> Math.max(x, y);
          default -> throw new AssertionError(op);
        },
        dtype);
  }

  private static BigInteger floorMod(BigInteger x, BigInteger y) {
    if (y.signum() == 0) {
      return BigInteger.ZERO;
    }
    BigInteger rest = x.mod(y.abs());
    return y.signum() < 0 && rest.signum() != 0 ? rest.add(y) : rest;
  }

  static boolean compare(Op op, Object a, Object b) {
    if (a instanceof Double x) {
      double y = (Double) b;
      return switch (op) {
        case EQ -> x == y;
        case NE -> x != y;
        case LT -> x < y;
        case LE -> x <= y;
        case GT -> x > y;
        default -> x >= y;
      };
    }
    int order =
        a instanceof Boolean x
            ? Boolean.compare(x, (Boolean) b)
            : ((BigInteger) a).compareTo((BigInteger) b);
    return switch (op) {
      case EQ -> order == 0;
      case NE -> order != 0;
      case LT -> order < 0;
      case LE -> order <= 0;
      case GT -> order > 0;
      default -> order >= 0;
    };
  }

  static Object unary(Op op, DType dtype, Object a) {
    if (a instanceof Boolean x) {
      return op == Op.NOT ? !x : x;
    }
    if (a instanceof BigInteger x) {
      return switch (op) {
        case NEG -> wrap(x.negate(), dtype);
        case ABS -> wrap(x.abs(), dtype);
        case ROUND, FLOOR, CEIL -> x;
        case POPCOUNT ->
            BigInteger.valueOf(
                x.and(BigInteger.ONE.shiftLeft(dtype.bits()).subtract(BigInteger.ONE)).bitCount());
        default -> throw new AssertionError(op);
      };
    }
    double x = (Double) a;
    return round(
        switch (op) {
          case NEG -> -x;
          case ABS -> Math.abs(x);
          case SQRT -> Math.sqrt(x);
          case EXP -> StrictMath.exp(x);
          case LOG -> StrictMath.log(x);
          case ROUND -> Math.rint(x);
          case FLOOR -> Math.floor(x);
          case CEIL -> Math.ceil(x);
          default -> throw new AssertionError(op);
        },
        dtype);
  }

  static BigInteger wrap(BigInteger value, DType dtype) {
    BigInteger size = BigInteger.ONE.shiftLeft(dtype.bits());
    BigInteger low = value.mod(size);
    return dtype.kind() == Kind.SIGNED && low.testBit(dtype.bits() - 1) ? low.subtract(size) : low;
  }

  /** Rounds the exact number that a double is. */
  static double round(double value, DType dtype) {
    if (dtype == DType.FLOAT32) {
      return (float) value;
    }
    if (dtype == DType.FLOAT64 || value == 0 || Double.isNaN(value) || Double.isInfinite(value)) {
      return value;
    }
    boolean half = dtype == DType.FLOAT16;
    int digits = half ? 10 : 7;
    int least = half ? -14 : -126;
    double most = half ? 65504 : 0x1.fep127;
    int exponent = Math.max(Math.getExponent(value), least);
    double unit = Math.scalb(1.0, exponent - digits);
    double near = Math.copySign(Math.rint(value / unit) * unit, value);
    return Math.abs(near) > most ? Math.copySign(Double.POSITIVE_INFINITY, value) : near;
  }

  static Object convert(Object value, DType dtype) {
    switch (dtype.kind()) {
      case BOOL -> {
        return value instanceof Boolean truth
            ? truth
            : value instanceof BigInteger x ? x.signum() != 0 : (Double) value != 0;
      }
      case FLOAT -> {
        if (value instanceof Boolean truth) {
          return truth ? 1.0 : 0.0;
        }
        return value instanceof BigInteger x ? nearest(x, dtype) : round((Double) value, dtype);
      }
      default -> {
        if (value instanceof Boolean truth) {
          return wrap(truth ? BigInteger.ONE : BigInteger.ZERO, dtype);
        }
        if (value instanceof BigInteger x) {
          return wrap(x, dtype);
        }
        return clamp((Double) value, dtype);
      }
    }
  }

  private static double nearest(BigInteger value, DType dtype) {
    if (dtype == DType.FLOAT64 || value.signum() == 0) {
      return value.doubleValue();
    }
    if (dtype == DType.FLOAT32) {
      return value.floatValue();
    }
    int digits = dtype == DType.FLOAT16 ? 11 : 8;
    int spare = Math.max(0, value.abs().bitLength() - digits);
    BigDecimal unit = new BigDecimal(BigInteger.ONE.shiftLeft(spare));
    double near =
        new BigDecimal(value)
            .divide(unit)
            .setScale(0, RoundingMode.HALF_EVEN)
            .multiply(unit)
            .doubleValue();
    return dtype == DType.FLOAT16 && Math.abs(near) > 65504
        ? Math.copySign(Double.POSITIVE_INFINITY, near)
        : near;
  }

  private static BigInteger clamp(double value, DType dtype) {
    if (Double.isNaN(value)) {
      return BigInteger.ZERO;
    }
    boolean signed = dtype.kind() == Kind.SIGNED;
    BigInteger size = BigInteger.ONE.shiftLeft(signed ? dtype.bits() - 1 : dtype.bits());
    BigInteger most = size.subtract(BigInteger.ONE);
    BigInteger least = signed ? size.negate() : BigInteger.ZERO;
    if (Double.isInfinite(value)) {
      return value > 0 ? most : least;
    }
    return new BigDecimal(value).toBigInteger().max(least).min(most);
  }
}

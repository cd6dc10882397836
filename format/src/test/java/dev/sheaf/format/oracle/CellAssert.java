package dev.sheaf.format.oracle;

import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Compares a cell with what a plain Java model holds: floating point by bits, bytes by content. */
public final class CellAssert {
  private CellAssert() {}

  /** Fails unless {@code actual} is what a sample must return for {@code expected}. */
  public static void same(String where, Type type, Object expected, Object actual) {
    if (!isSame(type, expected, actual)) {
      throw new AssertionError(
          where + " (" + type + "): expected " + show(expected) + ", got " + show(actual));
    }
  }

  static boolean isSame(Type type, Object expected, Object actual) {
    if (expected == null || actual == null) {
      return expected == null && actual == null;
    }
    if (type instanceof Type.ListOf list) {
      List<?> left = (List<?>) expected;
      List<?> right = (List<?>) actual;
      boolean same = left.size() == right.size();
      for (int i = 0; same && i < left.size(); i++) {
        same = isSame(list.element(), left.get(i), right.get(i));
      }
      return same;
    }
    if (type instanceof Type.Struct struct) {
      Map<?, ?> left = (Map<?, ?>) expected;
      Map<?, ?> right = (Map<?, ?>) actual;
      List<String> names = struct.fields().stream().map(Type.Field::name).toList();
      return names.equals(new ArrayList<>(right.keySet()))
          && struct.fields().stream()
              .allMatch(
                  field -> isSame(field.type(), left.get(field.name()), right.get(field.name())));
    }
    if (expected instanceof byte[] bytes) {
      return actual instanceof ByteBuffer buffer
          && buffer.isReadOnly()
          && buffer.equals(ByteBuffer.wrap(bytes));
    }
    if (expected instanceof Float left) {
      return actual instanceof Float right
          && Float.floatToRawIntBits(left) == Float.floatToRawIntBits(right);
    }
    if (expected instanceof Double left) {
      return actual instanceof Double right
          && Double.doubleToRawLongBits(left) == Double.doubleToRawLongBits(right);
    }
    if (expected instanceof Media left) {
      return actual instanceof Media right && sameMedia(left, right);
    }
    return expected.equals(actual);
  }

  private static boolean sameMedia(Media expected, Media actual) {
    if (expected.byteLength() != actual.byteLength()) {
      return false;
    }
    byte[] payload = expected.toBytes();
    ByteBuffer copy = ByteBuffer.allocate(payload.length + 3).position(1);
    actual.copyTo(copy);
    return expected.kind() == actual.kind()
        && expected.sha256().equals(actual.sha256())
        && expected.facts().equals(actual.facts())
        && actual.bytes().equals(ByteBuffer.wrap(payload))
        && Arrays.equals(payload, actual.toBytes())
        && copy.position() == payload.length + 1
        && copy.flip().position(1).equals(ByteBuffer.wrap(payload))
        && sameRanges(payload, actual);
  }

  private static boolean sameRanges(byte[] payload, Media actual) {
    int half = payload.length / 2;
    return actual.range(0, half).equals(ByteBuffer.wrap(payload, 0, half))
        && actual
            .range(half, payload.length - half)
            .equals(ByteBuffer.wrap(payload, half, payload.length - half))
        && actual.range(payload.length, 0).remaining() == 0;
  }

  /** Returns the value that a column widened to {@code type} shows for an older cell. */
  static Object widened(Type type, Object value) {
    if (type instanceof Type.Scalar scalar && value instanceof Number number) {
      if (scalar.dtype() == DType.FLOAT64) {
        return value instanceof Float single ? (Object) widened(single) : number.doubleValue();
      }
      if (scalar.dtype().kind() == DType.Kind.FLOAT && !(value instanceof Float)) {
        return number.floatValue();
      }
    }
    return value;
  }

  /** Widens bit by bit, so that a signalling NaN stays one. */
  private static double widened(float single) {
    int bits = Float.floatToRawIntBits(single);
    if (!Float.isNaN(single)) {
      return single;
    }
    return Double.longBitsToDouble(
        (long) (bits & 0x80000000) << 32 | 0x7ffL << 52 | (bits & 0x7fffffL) << 29);
  }

  static String show(Object value) {
    String text;
    if (value instanceof byte[] bytes) {
      text =
          bytes.length
              + " bytes "
              + Arrays.toString(Arrays.copyOf(bytes, Math.min(20, bytes.length)));
    } else if (value instanceof Float number) {
      text = number + " 0x" + Integer.toHexString(Float.floatToRawIntBits(number));
    } else if (value instanceof Double number) {
      text = number + " 0x" + Long.toHexString(Double.doubleToRawLongBits(number));
    } else if (value instanceof Media media) {
      text = "media " + media.byteLength() + " " + media.sha256() + " " + media.facts();
    } else if (value instanceof Tensor tensor) {
      text = tensor + " " + tensor.hashCode();
    } else {
      text = value + (value == null ? "" : " " + value.getClass().getSimpleName());
    }
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }
}

package dev.sheaf.format.oracle;

import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Random values of a type, in the form in which a sample returns them ({@code byte[]} for bytes),
 * rich in edges: null, empty, zero, extremes, NaN with payloads, narrow and wide.
 */
public final class RandomValues {
  private static final int[] FLOAT_EDGES = {
    0,
    0x80000000,
    0x7f800000,
    0xff800000,
    1,
    0x007fffff,
    0x7f7fffff,
    0x7fc00000,
    0x7f800001,
    0xffc12345,
    0xff923456,
    0x3f800000
  };
  private static final long[] DOUBLE_EDGES = {
    0,
    Long.MIN_VALUE,
    0x7ff0000000000000L,
    0xfff0000000000000L,
    1,
    0x7fefffffffffffffL,
    0x7ff8000000000000L,
    0x7ff0000000000001L,
    0xfff8123456789abcL,
    0xfff4000000000001L
  };
  private static final String ALPHABET = "abc \n\t\"\\\u0000é中\uFFFF";

  private RandomValues() {}

  /** Returns a value, or null now and then. */
  public static Object nullable(Randomness random, Type type) {
    return random.chance(15) ? null : value(random, type, 0);
  }

  /** Returns a value that is not null. */
  public static Object value(Randomness random, Type type) {
    return value(random, type, 0);
  }

  private static Object value(Randomness random, Type type, int depth) {
    if (type instanceof Type.Scalar scalar) {
      return scalar(random, scalar.dtype());
    }
    if (type instanceof Type.Tensor tensor) {
      return tensor(random, tensor, depth);
    }
    if (type instanceof Type.Utf8) {
      return text(random, length(random, depth));
    }
    if (type instanceof Type.Binary) {
      return random.bytes(length(random, depth));
    }
    if (type instanceof Type.Json) {
      return json(random, length(random, depth));
    }
    if (type instanceof Type.Date) {
      return LocalDate.ofEpochDay(
          random.chance(10)
              ? random.oneOf(Integer.MIN_VALUE, Integer.MAX_VALUE, 0, -1)
              : random.between(-100_000, 100_000));
    }
    if (type instanceof Type.Timestamp timestamp) {
      return moment(random, timestamp);
    }
    if (type instanceof Type.ListOf list) {
      List<Object> values = new ArrayList<>();
      for (int i = random.below(5); i > 0; i--) {
        values.add(random.chance(20) ? null : value(random, list.element(), depth + 1));
      }
      return values;
    }
    if (type instanceof Type.Struct struct) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (Type.Field field : struct.fields()) {
        values.put(field.name(), random.chance(20) ? null : value(random, field.type(), depth + 1));
      }
      return values;
    }
    return media(random, ((Type.Media) type).kind());
  }

  /** Returns lengths around the width from which a value leaves its page, and now and then more. */
  private static int length(Randomness random, int depth) {
    int choice = random.below(100);
    if (choice < 15) {
      return 0;
    }
    if (choice < 70 || depth > 0) {
      return random.between(1, 60);
    }
    if (choice < 85) {
      return random.between(1000, 1050);
    }
    return choice < 97 ? random.between(1500, 9000) : random.between(200_000, 400_000);
  }

  private static Object scalar(Randomness random, DType dtype) {
    return switch (dtype) {
      case BOOL -> random.chance(50);
      case FLOAT16 -> HalfFloat.toFloat((short) random.bits());
      case BFLOAT16 -> Float.intBitsToFloat((int) random.bits() << 16);
      case FLOAT32 ->
          Float.intBitsToFloat(
              random.chance(40)
                  ? FLOAT_EDGES[random.below(FLOAT_EDGES.length)]
                  : (int) random.bits());
      case FLOAT64 ->
          Double.longBitsToDouble(
              random.chance(40) ? DOUBLE_EDGES[random.below(DOUBLE_EDGES.length)] : random.bits());
      case UINT64 -> {
        long bits = random.chance(30) ? random.oneOf(0L, -1L, Long.MIN_VALUE) : random.bits();
        yield bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
      }
      default -> integer(random, dtype);
    };
  }

  private static long integer(Randomness random, DType dtype) {
    boolean isSigned = dtype.kind() == DType.Kind.SIGNED;
    int bits = dtype.bits();
    long most = isSigned ? -1L >>> (65 - bits) : -1L >>> (64 - bits);
    long least = isSigned ? -most - 1 : 0;
    if (random.chance(30)) {
      return random.oneOf(least, most, 0L);
    }
    return isSigned ? random.bits() >> (64 - bits) : random.bits() >>> (64 - bits);
  }

  private static Tensor tensor(Randomness random, Type.Tensor type, int depth) {
    long[] dims = type.shape().dims();
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == Shape.ANY) {
        dims[i] = random.chance(10) ? 0 : random.between(1, depth == 0 ? 24 : 4);
      }
    }
    Shape shape = Shape.of(dims);
    long elements = shape.elementCount();
    byte[] data = random.bytes(Math.toIntExact(type.dtype().byteLength(elements)));
    clearUnusedBits(type.dtype(), elements, data);
    return Tensor.of(type.dtype(), shape, ByteBuffer.wrap(data));
  }

  private static void clearUnusedBits(DType dtype, long elements, byte[] data) {
    int used = (int) (elements * dtype.bits() % 8);
    if (dtype.isPacked() && used != 0) {
      data[data.length - 1] &= (byte) ((1 << used) - 1);
    }
  }

  /** Returns text of about this many characters, of one to four bytes each. */
  public static String text(Randomness random, int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      if (random.chance(3)) {
        text.appendCodePoint(random.between(0x1f600, 0x1f64f));
      } else {
        text.append(ALPHABET.charAt(random.below(ALPHABET.length())));
      }
    }
    return text.toString();
  }

  private static String json(Randomness random, int length) {
    if (length == 0) {
      return random.oneOf("null", "0", "{}", "[ ]", "\"\"");
    }
    return "{ \"a\" : [" + "1.50, ".repeat(length / 6) + "-0]}";
  }

  private static Object moment(Randomness random, Type.Timestamp type) {
    long perSecond =
        switch (type.unit()) {
          case "s" -> 1;
          case "ms" -> 1_000;
          case "us" -> 1_000_000;
          default -> 1_000_000_000;
        };
    // Within 292 years of 1970, which nanoseconds can count.
    long seconds = random.chance(10) ? random.oneOf(0L, -1L) : random.bits() % 9_000_000_000L;
    long nano = random.below((int) perSecond) * (1_000_000_000 / perSecond);
    Instant instant = Instant.ofEpochSecond(seconds, nano);
    return type.zone().isEmpty() ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC) : instant;
  }

  private static Media media(Randomness random, MediaKind kind) {
    int length =
        random.chance(2) ? random.between(1 << 20, (1 << 20) + 600_000) : length(random, 0);
    byte[] payload = random.bytes(length);
    // Facts follow from the payload, as they do when a decoder finds them.
    Randomness found = new Randomness(Arrays.hashCode(payload));
    Map<String, Object> facts = new LinkedHashMap<>();
    if (found.chance(70)) {
      facts.put("codec", found.oneOf("jpeg", "png", "h264", ""));
      if (kind == MediaKind.IMAGE || kind == MediaKind.VIDEO) {
        facts.put("width", found.between(0, 4096));
        facts.put("height", found.between(0, 4096));
      }
    }
    return Media.of(kind, payload, facts);
  }

  /** Returns the value in one of the forms in which it may be given to a row. */
  public static Object given(Randomness random, Type type, Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Long number && type instanceof Type.Scalar) {
      List<Object> forms = new ArrayList<>(List.of(number, BigInteger.valueOf(number)));
      if (number == number.byteValue()) {
        forms.add(number.byteValue());
      }
      if (number == number.shortValue()) {
        forms.add(number.shortValue());
      }
      if (number == number.intValue()) {
        forms.add(number.intValue());
      }
      return random.pick(forms);
    }
    if (value instanceof byte[] bytes && random.chance(50)) {
      byte[] padded = new byte[bytes.length + 5];
      System.arraycopy(bytes, 0, padded, 2, bytes.length);
      return ByteBuffer.wrap(padded, 2, bytes.length);
    }
    if (value instanceof Float number && !number.isNaN() && random.chance(30)) {
      return (double) number;
    }
    if (value instanceof Instant instant && random.chance(30)) {
      return instant.atOffset(ZoneOffset.ofHours(random.between(-12, 12)));
    }
    return value;
  }
}

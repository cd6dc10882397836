package dev.sheaf.format.internal.ipc;

import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;

/** Turns the Java values of cells into Arrow values in the form {@link Form#PLAIN}. */
public final class Cells {
  private static final BigInteger UINT64_MAX =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private Cells() {}

  /**
   * Appends a value of a type.
   *
   * @param column the column's name, for messages
   * @throws InvalidSchemaException if the value does not fit
   */
  public static void append(ArrayBuilder builder, Type type, Object value, String column) {
    if (value == null) {
      builder.addNull();
    } else if (type instanceof Type.Scalar scalar) {
      ((ArrayBuilder.Fixed) builder).add(bits(scalar.dtype(), value, column));
    } else if (type instanceof Type.Tensor tensor) {
      appendTensor(builder, tensor, tensor(tensor, value, column));
    } else if (type instanceof Type.ListOf list) {
      ArrayBuilder.Lists lists = (ArrayBuilder.Lists) builder;
      for (Object element : list(list, value, column)) {
        append(lists.child(), list.element(), element, column);
      }
      lists.end();
    } else if (type instanceof Type.Struct struct) {
      appendStruct((ArrayBuilder.Structs) builder, struct, value, column);
    } else if (type instanceof Type.Date) {
      ((ArrayBuilder.Fixed) builder).add(day(type, value, column));
    } else if (type instanceof Type.Timestamp timestamp) {
      ((ArrayBuilder.Fixed) builder).add(moment(timestamp, value, column));
    } else {
      ((ArrayBuilder.Variable) builder).add(bytes(type, value, column));
    }
  }

  private static void appendStruct(
      ArrayBuilder.Structs structs, Type.Struct struct, Object value, String column) {
    Map<?, ?> map = fields(struct, value, column);
    for (int i = 0; i < struct.fields().size(); i++) {
      Type.Field field = struct.fields().get(i);
      append(structs.child(i), field.type(), map.get(field.name()), column + "." + field.name());
    }
    structs.end();
  }

  /** Returns the elements of a list. */
  public static List<?> list(Type.ListOf type, Object value, String column) {
    return expect(List.class, value, type, column);
  }

  /** Returns the fields of a struct by name; those that are absent are null. */
  public static Map<?, ?> fields(Type.Struct type, Object value, String column) {
    Map<?, ?> map = expect(Map.class, value, type, column);
    long known = type.fields().stream().filter(field -> map.containsKey(field.name())).count();
    if (known < map.size()) {
      throw mismatch(column, type, "a map with the keys " + map.keySet());
    }
    return map;
  }

  /** Returns a date as days since 1970-01-01. */
  public static int day(Type type, Object value, String column) {
    long day = expect(LocalDate.class, value, type, column).toEpochDay();
    if (day != (int) day) {
      throw mismatch(column, type, value + ", which is out of range");
    }
    return (int) day;
  }

  /** Returns a payload of the kind of its column. */
  public static Media media(Type.Media type, Object value, String column) {
    Media media = expect(Media.class, value, type, column);
    if (media.kind() != type.kind()) {
      throw mismatch(column, type, "media<" + media.kind().id() + ">");
    }
    return media;
  }

  private static void appendTensor(ArrayBuilder builder, Type.Tensor type, Tensor tensor) {
    if (!type.shape().isFixed()) {
      ArrayBuilder.Structs struct = (ArrayBuilder.Structs) builder;
      appendRagged(struct.child(0), tensor);
      appendShape((ArrayBuilder.FixedLists) struct.child(1), tensor.shape());
      struct.end();
    } else if (builder instanceof ArrayBuilder.Fixed packed) {
      packed.add(tensor.data());
    } else {
      ArrayBuilder.FixedLists lists = (ArrayBuilder.FixedLists) builder;
      ((ArrayBuilder.Fixed) lists.child()).addAll(tensor.data());
      lists.end();
    }
  }

  /** Appends the elements of a ragged tensor: a list, or bytes where packed. */
  public static void appendRagged(ArrayBuilder builder, Tensor tensor) {
    if (builder instanceof ArrayBuilder.Lists lists) {
      ((ArrayBuilder.Fixed) lists.child()).addAll(tensor.data());
      lists.end();
    } else {
      ((ArrayBuilder.Variable) builder).add(tensor.data());
    }
  }

  /** Appends the axes of a ragged tensor. */
  public static void appendShape(ArrayBuilder.FixedLists builder, Shape shape) {
    for (int axis = 0; axis < shape.rank(); axis++) {
      ((ArrayBuilder.Fixed) builder.child()).add(Math.toIntExact(shape.dim(axis)));
    }
    builder.end();
  }

  /** Returns the tensor in a value, checked against the declared type. */
  public static Tensor tensor(Type.Tensor type, Object value, String column) {
    Tensor tensor = expect(Tensor.class, value, type, column);
    if (tensor.dtype() != type.dtype() || !type.shape().accepts(tensor.shape())) {
      throw mismatch(column, type, "tensor<" + tensor.dtype().id() + ", " + tensor.shape() + ">");
    }
    return tensor.dtype().isPacked() ? withoutUnusedBits(tensor) : tensor;
  }

  /** Equal elements are to be equal bytes: the bits after the last one become zero. */
  private static Tensor withoutUnusedBits(Tensor tensor) {
    int used = (int) (tensor.shape().elementCount() & 7) * tensor.dtype().bits() & 7;
    int last = tensor.byteLength() - 1;
    if (used == 0 || (tensor.data().get(last) & 0xff) >>> used == 0) {
      return tensor;
    }
    ByteBuffer copy = ByteBuffer.allocate(last + 1).put(tensor.data());
    copy.put(last, (byte) (copy.get(last) & ((1 << used) - 1)));
    return Tensor.of(tensor.dtype(), tensor.shape(), copy.flip());
  }

  /** Returns the bytes of a text, JSON or binary value. */
  public static ByteBuffer bytes(Type type, Object value, String column) {
    if (type instanceof Type.Binary) {
      if (value instanceof byte[] array) {
        return ByteBuffer.wrap(array);
      }
      return expect(ByteBuffer.class, value, type, column).slice();
    }
    if (value instanceof ByteBuffer utf8) {
      return utf8.slice();
    }
    String text = expect(String.class, value, type, column);
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw mismatch(column, type, "text with an unpaired surrogate");
    }
  }

  /** Returns a scalar as the lower bits of a long. */
  public static long bits(DType dtype, Object value, String column) {
    if (dtype == DType.BOOL) {
      return expect(Boolean.class, value, Type.scalar(dtype), column) ? 1 : 0;
    }
    if (dtype.kind() == DType.Kind.FLOAT) {
      Number number = expect(Number.class, value, Type.scalar(dtype), column);
      float single = number instanceof Float f ? f : (float) number.doubleValue();
      return switch (dtype) {
        case FLOAT16 -> HalfFloat.fromFloat(single);
        case BFLOAT16 -> bfloat16(single);
        case FLOAT32 -> Float.floatToRawIntBits(single);
        default ->
            number instanceof Float f
                ? widened(f)
                : Double.doubleToRawLongBits(number.doubleValue());
      };
    }
    return integer(dtype, value, column);
  }

  private static long widened(float value) {
    return Double.doubleToRawLongBits(HalfFloat.widen(value));
  }

  /** Rounds to nearest, ties to even; NaN stays NaN. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      int payload = (bits >>> 16) & 0x7f;
      return (short) ((bits >>> 16) | (payload == 0 ? 0x40 : 0));
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  private static long integer(DType dtype, Object value, String column) {
    if (value instanceof BigInteger big) {
      BigInteger max = dtype == DType.UINT64 ? UINT64_MAX : BigInteger.valueOf(Long.MAX_VALUE);
      if (big.signum() >= 0 && big.compareTo(max) <= 0 && dtype == DType.UINT64) {
        return big.longValue();
      }
      if (big.bitLength() > 63) {
        throw outOfRange(dtype, value, column);
      }
    } else if (!(value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte)) {
      throw mismatch(column, Type.scalar(dtype), describe(value));
    }
    long number = ((Number) value).longValue();
    int bits = dtype.bits();
    boolean fits =
        dtype.kind() == DType.Kind.SIGNED
            ? bits == 64 || (number >= -(1L << (bits - 1)) && number < 1L << (bits - 1))
            : number >= 0 && (bits == 64 || number < 1L << bits);
    if (!fits) {
      throw outOfRange(dtype, value, column);
    }
    return number;
  }

  /** Returns a moment in the units of its type. */
  public static long moment(Type.Timestamp type, Object value, String column) {
    Instant instant;
    if (value instanceof Instant i) {
      instant = i;
    } else if (value instanceof LocalDateTime local) {
      instant = local.toInstant(ZoneOffset.UTC);
    } else if (value instanceof OffsetDateTime offset) {
      instant = offset.toInstant();
    } else {
      instant = expect(ZonedDateTime.class, value, type, column).toInstant();
    }
    try {
      long perSecond = perSecond(type);
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), perSecond),
          instant.getNano() / (1_000_000_000 / perSecond));
    } catch (ArithmeticException e) {
      throw mismatch(column, type, instant + ", which is out of range");
    }
  }

  static long perSecond(Type.Timestamp type) {
    return switch (type.unit()) {
      case "s" -> 1;
      case "ms" -> 1_000;
      case "us" -> 1_000_000;
      default -> 1_000_000_000;
    };
  }

  private static InvalidSchemaException outOfRange(DType dtype, Object value, String column) {
    return mismatch(column, Type.scalar(dtype), value + ", which is out of range");
  }

  private static <T> T expect(Class<T> wanted, Object value, Type type, String column) {
    if (!wanted.isInstance(value)) {
      throw mismatch(column, type, describe(value));
    }
    return wanted.cast(value);
  }

  private static String describe(Object value) {
    String text = String.valueOf(value);
    String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
    return (value == null ? "null" : value.getClass().getSimpleName()) + " \"" + shown + "\"";
  }

  /** Returns the error for a value that does not fit its column. */
  public static InvalidSchemaException mismatch(String column, Type expected, String actual) {
    return new InvalidSchemaException(
        "SHEAF-SCH-010",
        "Value does not fit its column: expected " + expected + ", got " + actual,
        Location.NONE.with("column", column),
        "Convert the value, or declare the column with a wider type");
  }
}

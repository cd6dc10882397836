package dev.sheaf.format.internal.ipc;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Location;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns Arrow values in the form {@link Form#PLAIN} into Java values. Stateless. */
public final class PlainReader {
  private PlainReader() {}

  /** Returns the value of a type at a row, or null. */
  public static Object value(ArrayReader reader, Type type, Page page, int row) {
    if (reader.isNull(page, row)) {
      return null;
    }
    if (type instanceof Type.Scalar scalar) {
      return scalar((ArrayReader.Fixed) reader, scalar.dtype(), page, row);
    }
    if (type instanceof Type.Utf8 || type instanceof Type.Json) {
      return new String(((ArrayReader.Variable) reader).copy(page, row), StandardCharsets.UTF_8);
    }
    if (type instanceof Type.Binary) {
      return kept(((ArrayReader.Variable) reader).view(page, row));
    }
    if (type instanceof Type.Tensor tensor) {
      return tensor(reader, tensor, page, row);
    }
    if (type instanceof Type.Date) {
      return LocalDate.ofEpochDay(((ArrayReader.Fixed) reader).int32(page, row));
    }
    if (type instanceof Type.Timestamp timestamp) {
      return moment(timestamp, ((ArrayReader.Fixed) reader).int64(page, row));
    }
    if (type instanceof Type.ListOf list) {
      return list((ArrayReader.Lists) reader, list, page, row);
    }
    if (type instanceof Type.Struct struct) {
      return struct((ArrayReader.Structs) reader, struct, page, row);
    }
    throw new AssertionError(type);
  }

  private static Object scalar(ArrayReader.Fixed reader, DType dtype, Page page, int row) {
    return switch (dtype) {
      case BOOL -> reader.bit(page, row);
      case FLOAT16 -> HalfFloat.toFloat(reader.int16(page, row));
      case BFLOAT16 -> Float.intBitsToFloat(reader.int16(page, row) << 16);
      case FLOAT32 -> Float.intBitsToFloat(reader.int32(page, row));
      case FLOAT64 -> float64(reader, dtype, page, row);
      case UINT64 -> unsigned(reader.int64(page, row));
      default -> int64(reader, dtype, page, row);
    };
  }

  /** Returns an unsigned 64-bit value as a Long, or a BigInteger above 2^63-1. */
  public static Object unsigned(long bits) {
    return bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
  }

  /** Returns an integer of any dtype; {@code uint64} as its 64 bits. */
  public static long int64(ArrayReader.Fixed reader, DType dtype, Page page, int row) {
    return switch (dtype) {
      case BOOL -> reader.bit(page, row) ? 1 : 0;
      case INT8, I4 -> reader.int8(page, row);
      case UINT8, U1, U2, U4 -> reader.int8(page, row) & 0xff;
      case INT16 -> reader.int16(page, row);
      case UINT16 -> reader.int16(page, row) & 0xffff;
      case INT32 -> reader.int32(page, row);
      case UINT32 -> reader.int32(page, row) & 0xffffffffL;
      case INT64, UINT64 -> reader.int64(page, row);
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> throw new AssertionError(dtype);
    };
  }

  /** Returns a floating point value of any dtype. */
  public static double float64(ArrayReader.Fixed reader, DType dtype, Page page, int row) {
    return switch (dtype) {
      case FLOAT16 -> HalfFloat.toFloat(reader.int16(page, row));
      case BFLOAT16 -> Float.intBitsToFloat(reader.int16(page, row) << 16);
      case FLOAT32 -> Float.intBitsToFloat(reader.int32(page, row));
      case FLOAT64 -> Double.longBitsToDouble(reader.int64(page, row));
      default -> int64(reader, dtype, page, row);
    };
  }

  private static Tensor tensor(ArrayReader reader, Type.Tensor type, Page page, int row) {
    if (!type.shape().isFixed()) {
      ArrayReader.Structs struct = (ArrayReader.Structs) reader;
      Shape shape = shape(type, (ArrayReader.FixedLists) struct.child(1), page, row);
      return raggedTensor(type, shape, ragged(struct.child(0), page, row));
    }
    if (reader instanceof ArrayReader.Fixed packed) {
      return Tensor.of(type.dtype(), type.shape(), kept(packed.view(page, row, 1)));
    }
    ArrayReader.FixedLists lists = (ArrayReader.FixedLists) reader;
    ByteBuffer data =
        ((ArrayReader.Fixed) lists.child()).view(page, row * lists.length(), lists.length());
    return Tensor.of(type.dtype(), type.shape(), kept(data));
  }

  /**
   * Returns bytes of a page that stay what they are: a copy where the page is mapped, so that what
   * was read is whole once the page has been {@linkplain
   * dev.sheaf.format.internal.layer.Mapped#settle settled}.
   */
  public static ByteBuffer kept(ByteBuffer view) {
    if (!view.isDirect()) {
      return view;
    }
    ByteBuffer copy = ByteBuffer.allocate(view.remaining()).put(view).flip();
    return copy.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the elements of a ragged tensor. */
  public static ByteBuffer ragged(ArrayReader reader, Page page, int row) {
    if (reader instanceof ArrayReader.Lists lists) {
      int from = lists.from(page, row);
      return kept(((ArrayReader.Fixed) lists.child()).view(page, from, lists.to(page, row) - from));
    }
    return kept(((ArrayReader.Variable) reader).view(page, row));
  }

  /** Returns the axes of a ragged tensor. */
  public static Shape shape(Type.Tensor type, ArrayReader.FixedLists reader, Page page, int row) {
    if (reader.isNull(page, row)) {
      throw damaged("tensor without a shape", null);
    }
    long[] dims = new long[reader.length()];
    for (int i = 0; i < dims.length; i++) {
      int dim = ((ArrayReader.Fixed) reader.child()).int32(page, row * dims.length + i);
      if (dim < 0) {
        throw damaged("axis " + i + " has the length " + dim, null);
      }
      dims[i] = dim;
    }
    Shape shape = Shape.of(dims);
    if (!type.shape().accepts(shape)) {
      throw damaged("expected the shape " + type.shape() + ", got " + shape, null);
    }
    return shape;
  }

  /** Returns a ragged tensor. */
  public static Tensor raggedTensor(Type.Tensor type, Shape shape, ByteBuffer data) {
    return raggedTensor(type, shape, data, null);
  }

  /**
   * Returns a ragged tensor over memory that may go bad.
   *
   * @param settling see {@link Tensor#of(DType, Shape, ByteBuffer, Runnable)}; or null
   */
  public static Tensor raggedTensor(
      Type.Tensor type, Shape shape, ByteBuffer data, Runnable settling) {
    try {
      return Tensor.of(type.dtype(), shape, data, settling);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw damaged("elements do not fill the shape: " + e.getMessage(), e);
    }
  }

  private static CorruptDataException damaged(String what, Exception cause) {
    return new CorruptDataException(
        "SHEAF-CHK-005",
        "Value is damaged: " + what,
        Location.NONE,
        "Run `sheaf fsck` to list all damaged chunks",
        cause);
  }

  private static Object moment(Type.Timestamp type, long units) {
    long perSecond = Cells.perSecond(type);
    Instant instant;
    try {
      instant =
          Instant.ofEpochSecond(
              Math.floorDiv(units, perSecond),
              Math.floorMod(units, perSecond) * (1_000_000_000 / perSecond));
    } catch (DateTimeException e) {
      throw damaged("moment " + units + " " + type.unit() + " is out of range", e);
    }
    return type.zone().isEmpty() ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC) : instant;
  }

  private static List<Object> list(ArrayReader.Lists reader, Type.ListOf type, Page page, int row) {
    int to = reader.to(page, row);
    List<Object> values = new ArrayList<>();
    for (int i = reader.from(page, row); i < to; i++) {
      values.add(value(reader.child(), type.element(), page, i));
    }
    return Collections.unmodifiableList(values);
  }

  private static Map<String, Object> struct(
      ArrayReader.Structs reader, Type.Struct type, Page page, int row) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < type.fields().size(); i++) {
      Type.Field field = type.fields().get(i);
      values.put(field.name(), value(reader.child(i), field.type(), page, row));
    }
    return Collections.unmodifiableMap(values);
  }
}

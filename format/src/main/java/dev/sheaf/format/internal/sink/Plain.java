package dev.sheaf.format.internal.sink;

import dev.sheaf.format.DType;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Element types that other formats do not have, as the nearest that they have: {@code bfloat16} as
 * {@code float32}, {@code u1}, {@code u2} and {@code u4} as {@code uint8}, {@code i4} as {@code
 * int8}. Every value is exact in the wider type.
 */
final class Plain {
  private Plain() {}

  /** Returns the element type that stands for another. */
  static DType of(DType dtype) {
    return switch (dtype) {
      case BFLOAT16 -> DType.FLOAT32;
      case U1, U2, U4 -> DType.UINT8;
      case I4 -> DType.INT8;
      default -> dtype;
    };
  }

  /** Returns a type with all its element types replaced. Media stays as it is. */
  static Type of(Type type) {
    if (type instanceof Type.Scalar scalar) {
      return Type.scalar(of(scalar.dtype()));
    }
    if (type instanceof Type.Tensor tensor) {
      return new Type.Tensor(of(tensor.dtype()), tensor.shape());
    }
    if (type instanceof Type.ListOf list) {
      return Type.list(of(list.element()));
    }
    if (type instanceof Type.Struct struct) {
      List<Type.Field> fields = new ArrayList<>();
      struct.fields().forEach(field -> fields.add(new Type.Field(field.name(), of(field.type()))));
      return new Type.Struct(fields);
    }
    return type;
  }

  /** Says what was replaced in a type, or nothing. */
  static String note(Type type) {
    Type plain = of(type);
    return plain.equals(type) ? "" : "widened to " + plain + ", every value exact";
  }

  /** Returns a value of the type {@code of(type)}. */
  static Object value(Type type, Object value) {
    if (value == null) {
      return null;
    }
    if (type instanceof Type.Tensor) {
      return tensor((Tensor) value);
    }
    if (type instanceof Type.ListOf list && !of(list).equals(list)) {
      List<Object> values = new ArrayList<>();
      ((List<?>) value).forEach(element -> values.add(value(list.element(), element)));
      return values;
    }
    if (type instanceof Type.Struct struct && !of(struct).equals(struct)) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (Type.Field field : struct.fields()) {
        values.put(field.name(), value(field.type(), ((Map<?, ?>) value).get(field.name())));
      }
      return values;
    }
    return value;
  }

  /** Returns a tensor of the element type that stands for its own. */
  static Tensor tensor(Tensor tensor) {
    DType plain = of(tensor.dtype());
    if (plain == tensor.dtype()) {
      return tensor;
    }
    long count = tensor.shape().elementCount();
    ByteBuffer wide = ByteBuffer.allocate(Math.toIntExact(plain.byteLength(count)));
    wide.order(ByteOrder.LITTLE_ENDIAN);
    if (tensor.dtype() == DType.BFLOAT16) {
      ByteBuffer narrow = copy(tensor);
      while (narrow.hasRemaining()) {
        // By bits: arithmetic would make a quiet NaN of a signalling one.
        wide.putInt(narrow.getShort() << 16);
      }
    } else {
      unpack(tensor, wide);
    }
    return Tensor.of(plain, tensor.shape(), wide.flip());
  }

  /** Returns the elements as bytes of a width that arrays in memory have: one byte for a bool. */
  static ByteBuffer bytes(Tensor tensor) {
    Tensor plain = tensor(tensor);
    if (plain.dtype() != DType.BOOL) {
      return copy(plain);
    }
    ByteBuffer wide = ByteBuffer.allocate(Math.toIntExact(plain.shape().elementCount()));
    unpack(plain, wide);
    return wide.flip();
  }

  private static void unpack(Tensor tensor, ByteBuffer wide) {
    int bits = tensor.dtype().bits();
    ByteBuffer packed = copy(tensor);
    long count = tensor.shape().elementCount();
    for (long i = 0; i < count; i++) {
      int shift = (int) ((i * bits) & 7);
      int raw = (packed.get((int) ((i * bits) >>> 3)) >>> shift) & ((1 << bits) - 1);
      wide.put((byte) (tensor.dtype() == DType.I4 ? (raw << 28) >> 28 : raw));
    }
  }

  /** A copy on the heap, checked: the tensor may be a view of a mapped file. */
  private static ByteBuffer copy(Tensor tensor) {
    ByteBuffer copy = ByteBuffer.allocate(tensor.byteLength()).order(ByteOrder.LITTLE_ENDIAN);
    tensor.copyTo(copy);
    return copy.flip();
  }
}

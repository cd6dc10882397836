package dev.sheaf.format.internal.source.array;

import dev.sheaf.format.DType;
import dev.sheaf.format.Location;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the elements of an array lie in its file.
 *
 * @param form what they are
 * @param dtype for {@link Form#NUMBER} the element type, else null
 * @param size the bytes of one element
 * @param order the byte order
 */
record Elements(Form form, DType dtype, int size, ByteOrder order) {
  /** The families of elements. */
  enum Form {
    /** Numbers, and truth values of a byte each. */
    NUMBER,
    /** UTF-32 code points, ended by zeros. */
    TEXT,
    /** Bytes, ended by zeros. */
    BYTES
  }

  static Elements number(DType dtype, ByteOrder order) {
    return new Elements(Form.NUMBER, dtype, dtype == DType.BOOL ? 1 : dtype.bits() / 8, order);
  }

  /** Returns the type of a cell with this many elements along each axis. */
  Type type(long[] shape) {
    Type one =
        switch (form) {
          case NUMBER -> Type.scalar(dtype);
          case TEXT -> Type.UTF8;
          case BYTES -> Type.BINARY;
        };
    if (shape.length == 0) {
      return one;
    }
    if (form == Form.NUMBER) {
      return new Type.Tensor(dtype, Shape.of(shape));
    }
    for (int i = 0; i < shape.length; i++) {
      one = Type.list(one);
    }
    return one;
  }

  /**
   * Makes a cell of its elements.
   *
   * @param data the elements in C order, in the byte order of the file
   */
  Object cell(ByteBuffer data, long[] shape, Location where) {
    data.order(order);
    if (form == Form.NUMBER) {
      return shape.length == 0 ? scalar(data) : tensor(data, shape);
    }
    return shape.length == 0 ? word(data, where) : list(data, shape, 0, where);
  }

  private Object list(ByteBuffer data, long[] shape, int axis, Location where) {
    if (axis == shape.length) {
      return word(data, where);
    }
    List<Object> list = new ArrayList<>();
    for (long i = 0; i < shape[axis]; i++) {
      list.add(list(data, shape, axis + 1, where));
    }
    return list;
  }

  private Object word(ByteBuffer data, Location where) {
    if (form == Form.BYTES) {
      byte[] bytes = new byte[size];
      data.get(bytes);
      int end = size;
      while (end > 0 && bytes[end - 1] == 0) {
        end--;
      }
      return Arrays.copyOf(bytes, end);
    }
    StringBuilder text = new StringBuilder();
    int pending = 0;
    for (int i = 0; i < size / Integer.BYTES; i++) {
      int point = data.getInt();
      if (point == 0) {
        pending++; // zeros within the text are kept, those at its end are padding
        continue;
      }
      boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
      if (!Character.isValidCodePoint(point) || surrogate) {
        throw InputErrors.badValue(
            "text", "U+" + Integer.toHexString(point) + " is no character", where);
      }
      for (; pending > 0; pending--) {
        text.append('\0');
      }
      text.appendCodePoint(point);
    }
    return text.toString();
  }

  private Object scalar(ByteBuffer data) {
    return switch (dtype) {
      case BOOL -> data.get() != 0;
      case INT8 -> (long) data.get();
      case UINT8 -> data.get() & 0xffL;
      case INT16 -> (long) data.getShort();
      case UINT16 -> data.getShort() & 0xffffL;
      case INT32 -> (long) data.getInt();
      case UINT32 -> data.getInt() & 0xffffffffL;
      case INT64 -> data.getLong();
      case UINT64 -> unsigned(data.getLong());
      case FLOAT32 -> data.getFloat();
      case FLOAT64 -> data.getDouble();
      case FLOAT16, BFLOAT16 -> tensor(data, new long[] {1}).element(0);
      case U1, U2, U4, I4 -> throw new AssertionError(dtype);
    };
  }

  private static Object unsigned(long value) {
    return value >= 0 ? (Object) value : new BigInteger(Long.toUnsignedString(value));
  }

  private Tensor tensor(ByteBuffer data, long[] shape) {
    Shape dims = Shape.of(shape);
    int count = (int) dims.elementCount();
    int bytes = (int) dtype.byteLength(count);
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (dtype == DType.BOOL) {
      for (int i = 0; i < count; i++) {
        if (data.get() != 0) {
          out.put(i / 8, (byte) (out.get(i / 8) | 1 << i % 8));
        }
      }
    } else {
      for (int i = 0; i < count; i++) {
        switch (size) {
          case 1 -> out.put(data.get());
          case 2 -> out.putShort(data.getShort());
          case 4 -> out.putInt(data.getInt());
          default -> out.putLong(data.getLong());
        }
      }
      out.flip();
    }
    return Tensor.of(dtype, dims, out);
  }
}

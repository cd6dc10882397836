package dev.sheaf.curation.internal.exec;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedWidthVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * How cells go to a program and come back: texts as utf8, payloads and bytes as binary, integers as
 * int64, floats as float32 or float64, truth values as bool, float32 tensors of a fixed shape as
 * fixed-size lists. Any column may hold nulls.
 */
final class ArrowCells {
  private ArrowCells() {}

  /** Tells whether a type can go to a program. */
  static boolean isSupported(Type type) {
    return type.equals(Type.UTF8)
        || type.equals(Type.JSON)
        || type.equals(Type.BINARY)
        || type instanceof Type.Media
        || type instanceof Type.Scalar
        || type instanceof Type.Tensor tensor
            && tensor.dtype() == DType.FLOAT32
            && tensor.shape().isFixed();
  }

  static Field field(Column column) {
    Type type = column.type();
    List<Field> children = new ArrayList<>();
    ArrowType arrow;
    if (type.equals(Type.UTF8) || type.equals(Type.JSON)) {
      arrow = new ArrowType.Utf8();
    } else if (type.equals(Type.BINARY) || type instanceof Type.Media) {
      arrow = new ArrowType.Binary();
    } else if (type instanceof Type.Tensor tensor) {
      arrow = new ArrowType.FixedSizeList(Math.toIntExact(tensor.shape().elementCount()));
      children.add(Field.notNullable("item", single()));
    } else if (type instanceof Type.Scalar scalar) {
      arrow = scalar(scalar.dtype());
    } else {
      throw new IllegalArgumentException(type + " cannot go to a program");
    }
    return new Field(column.name(), FieldType.nullable(arrow), children);
  }

  private static ArrowType single() {
    return new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
  }

  private static ArrowType scalar(DType dtype) {
    return switch (dtype.kind()) {
      case BOOL -> new ArrowType.Bool();
      case SIGNED, UNSIGNED -> new ArrowType.Int(64, true);
      case FLOAT ->
          dtype == DType.FLOAT64
              ? new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)
              : single();
    };
  }

  /** Writes the cells of a column. */
  static void fill(FieldVector vector, List<Sample> batch) {
    if (vector instanceof FixedWidthVector fixed) {
      fixed.allocateNew(batch.size());
    } else {
      vector.allocateNew();
    }
    for (int row = 0; row < batch.size(); row++) {
      Object value = batch.get(row).value(vector.getName());
      if (value == null) {
        vector.setNull(row);
      } else {
        set(vector, row, value);
      }
    }
    vector.setValueCount(batch.size());
  }

  private static void set(FieldVector vector, int row, Object value) {
    if (vector instanceof VarCharVector texts) {
      texts.setSafe(row, ((String) value).getBytes(StandardCharsets.UTF_8));
    } else if (vector instanceof VarBinaryVector bytes) {
      bytes.setSafe(row, value instanceof Media media ? media.toBytes() : copy((ByteBuffer) value));
    } else if (vector instanceof BigIntVector numbers) {
      numbers.setSafe(row, ((Number) value).longValue());
    } else if (vector instanceof Float4Vector numbers) {
      numbers.setSafe(row, ((Number) value).floatValue());
    } else if (vector instanceof Float8Vector numbers) {
      numbers.setSafe(row, ((Number) value).doubleValue());
    } else if (vector instanceof BitVector bits) {
      bits.setSafe(row, (Boolean) value ? 1 : 0);
    } else if (vector instanceof FixedSizeListVector lists) {
      float[] floats = ((Tensor) value).toFloats();
      lists.setNotNull(row);
      Float4Vector items = (Float4Vector) lists.getDataVector();
      for (int i = 0; i < floats.length; i++) {
        items.setSafe(row * floats.length + i, floats[i]);
      }
    } else {
      throw new AssertionError(vector.getField());
    }
  }

  private static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /**
   * Returns a cell as a dataset of this type takes it.
   *
   * @throws IllegalArgumentException if it does not fit the type; the message says how
   */
  static Object read(FieldVector vector, int row, Type type) {
    if (vector.isNull(row)) {
      return null;
    }
    Object value = vector.getObject(row);
    if (type.equals(Type.UTF8) || type.equals(Type.JSON)) {
      return value.toString();
    }
    if (type.equals(Type.BINARY) && value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
    if (type instanceof Type.Scalar scalar) {
      return scalar(value, scalar.dtype());
    }
    if (type instanceof Type.Tensor tensor && value instanceof List<?> list) {
      long expected = tensor.shape().elementCount();
      if (list.size() != expected) {
        throw new IllegalArgumentException(
            "expected " + expected + " elements for " + type + ", got " + list.size());
      }
      float[] floats = new float[list.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = ((Number) list.get(i)).floatValue();
      }
      return Tensor.ofFloats(floats, tensor.shape().dims());
    }
    throw unfit(value, type);
  }

  private static Object scalar(Object value, DType dtype) {
    if (dtype.kind() == DType.Kind.BOOL && value instanceof Boolean) {
      return value;
    }
    if (value instanceof Number number && dtype.kind() != DType.Kind.BOOL) {
      if (dtype.kind() != DType.Kind.FLOAT) {
        return number.longValue();
      }
      if (dtype == DType.FLOAT64) {
        return number.doubleValue();
      }
      return number.floatValue();
    }
    throw unfit(value, Type.scalar(dtype));
  }

  private static IllegalArgumentException unfit(Object value, Type type) {
    return new IllegalArgumentException(
        "expected " + type + ", got " + value.getClass().getSimpleName());
  }
}

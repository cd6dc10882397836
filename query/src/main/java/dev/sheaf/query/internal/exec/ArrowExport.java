package dev.sheaf.query.internal.exec;

import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Media;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Columns as Arrow vectors. Tensors of a fixed shape are {@code arrow.fixed_shape_tensor}, others
 * {@code arrow.variable_shape_tensor}; media are structs of their facts; bfloat16 becomes float32,
 * packed dtypes a byte an element. Stateless.
 */
public final class ArrowExport {
  private ArrowExport() {}

  /** Returns the Arrow field of a column. */
  public static Field field(String name, Type type) {
    if (type instanceof Type.Scalar scalar) {
      return leaf(name, element(scalar.dtype()));
    }
    if (type instanceof Type.Tensor tensor) {
      return tensor(name, tensor);
    }
    if (type instanceof Type.Binary) {
      return leaf(name, ArrowType.Binary.INSTANCE);
    }
    if (type instanceof Type.Date) {
      return leaf(name, new ArrowType.Date(DateUnit.DAY));
    }
    if (type instanceof Type.Timestamp timestamp) {
      TimeUnit unit =
          switch (timestamp.unit()) {
            case "s" -> TimeUnit.SECOND;
            case "ms" -> TimeUnit.MILLISECOND;
            case "us" -> TimeUnit.MICROSECOND;
            default -> TimeUnit.NANOSECOND;
          };
      String zone = timestamp.zone().isEmpty() ? null : timestamp.zone();
      return leaf(name, new ArrowType.Timestamp(unit, zone));
    }
    if (type instanceof Type.ListOf list) {
      return nested(
          name, ArrowType.List.INSTANCE, Map.of(), List.of(field("item", list.element())));
    }
    if (type instanceof Type.Media media) {
      return struct(name, media.kind().facts());
    }
    if (type instanceof Type.Struct struct) {
      return struct(name, struct);
    }
    return leaf(name, ArrowType.Utf8.INSTANCE);
  }

  private static Field struct(String name, Type.Struct struct) {
    List<Field> fields = new ArrayList<>();
    struct.fields().forEach(field -> fields.add(field(field.name(), field.type())));
    return nested(name, ArrowType.Struct.INSTANCE, Map.of(), fields);
  }

  private static Field tensor(String name, Type.Tensor tensor) {
    Field item = leaf("item", element(tensor.dtype()));
    if (tensor.shape().isFixed()) {
      int length = Math.toIntExact(tensor.shape().elementCount());
      return nested(
          name,
          new ArrowType.FixedSizeList(length),
          extension("arrow.fixed_shape_tensor", "{\"shape\":" + dims(tensor.shape()) + "}"),
          List.of(item));
    }
    Field data = nested("data", ArrowType.List.INSTANCE, Map.of(), List.of(item));
    Field shape =
        nested(
            "shape",
            new ArrowType.FixedSizeList(tensor.shape().rank()),
            Map.of(),
            List.of(leaf("item", new ArrowType.Int(32, true))));
    return nested(
        name,
        ArrowType.Struct.INSTANCE,
        extension(
            "arrow.variable_shape_tensor", "{\"uniform_shape\":" + dims(tensor.shape()) + "}"),
        List.of(data, shape));
  }

  private static String dims(Shape shape) {
    return LongStream.of(shape.dims())
        .mapToObj(dim -> dim == Shape.ANY ? "null" : Long.toString(dim))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static Map<String, String> extension(String name, String metadata) {
    return Map.of("ARROW:extension:name", name, "ARROW:extension:metadata", metadata);
  }

  private static Field leaf(String name, ArrowType type) {
    return nested(name, type, Map.of(), List.of());
  }

  private static Field nested(
      String name, ArrowType type, Map<String, String> metadata, List<Field> children) {
    return new Field(name, new FieldType(true, type, null, metadata), children);
  }

  private static ArrowType element(DType dtype) {
    return switch (dtype) {
      case BOOL -> ArrowType.Bool.INSTANCE;
      case INT8, I4 -> new ArrowType.Int(8, true);
      case INT16 -> new ArrowType.Int(16, true);
      case INT32 -> new ArrowType.Int(32, true);
      case INT64 -> new ArrowType.Int(64, true);
      case UINT8, U1, U2, U4 -> new ArrowType.Int(8, false);
      case UINT16 -> new ArrowType.Int(16, false);
      case UINT32 -> new ArrowType.Int(32, false);
      case UINT64 -> new ArrowType.Int(64, false);
      case FLOAT16 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
      case BFLOAT16, FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    };
  }

  /** Puts the values of a column into an empty vector of its field. */
  public static void fill(FieldVector vector, RowBatch batch, int column, Type type) {
    Vec vec = batch.column(column).vec();
    vector.setInitialCapacity(vec.size());
    vector.allocateNew();
    for (int row = 0; row < vec.size(); row++) {
      if (!vec.isNull(row)) {
        set(vector, row, vec, type);
      }
    }
    vector.setValueCount(vec.size());
  }

  private static void set(FieldVector vector, int row, Vec vec, Type type) {
    if (vec instanceof Vec.Longs longs) {
      setLong(vector, row, longs.values[row]);
    } else if (vec instanceof Vec.Doubles doubles) {
      setDouble(vector, row, doubles.values[row]);
    } else if (vec instanceof Vec.Bools bools) {
      ((BitVector) vector).setSafe(row, bools.values[row] ? 1 : 0);
    } else if (vec instanceof Vec.Texts texts) {
      int length = texts.offsets[row + 1] - texts.offsets[row];
      if (vector instanceof VarCharVector chars) {
        chars.setSafe(row, texts.bytes, texts.offsets[row], length);
      } else {
        ((VarBinaryVector) vector).setSafe(row, texts.bytes, texts.offsets[row], length);
      }
    } else {
      setObject(vector, row, ((Vec.Objects) vec).values[row], type);
    }
  }

  private static void setLong(FieldVector vector, int row, long value) {
    if (vector instanceof BigIntVector longs) {
      longs.setSafe(row, value);
    } else if (vector instanceof IntVector ints) {
      ints.setSafe(row, (int) value);
    } else if (vector instanceof SmallIntVector shorts) {
      shorts.setSafe(row, (short) value);
    } else if (vector instanceof TinyIntVector bytes) {
      bytes.setSafe(row, (byte) value);
    } else if (vector instanceof UInt1Vector bytes) {
      bytes.setSafe(row, (byte) value);
    } else if (vector instanceof UInt2Vector shorts) {
      shorts.setSafe(row, (char) value);
    } else if (vector instanceof UInt4Vector ints) {
      ints.setSafe(row, (int) value);
    } else if (vector instanceof UInt8Vector longs) {
      longs.setSafe(row, value);
    } else if (vector instanceof DateDayVector days) {
      days.setSafe(row, (int) value);
    } else {
      ((TimeStampVector) vector).setSafe(row, value);
    }
  }

  private static void setDouble(FieldVector vector, int row, double value) {
    if (vector instanceof Float8Vector doubles) {
      doubles.setSafe(row, value);
    } else if (vector instanceof Float4Vector floats) {
      floats.setSafe(row, (float) value);
    } else {
      ((Float2Vector) vector).setSafe(row, HalfFloat.fromFloat((float) value));
    }
  }

  private static void setObject(FieldVector vector, int row, Object value, Type type) {
    if (value == null) {
      return;
    }
    if (value instanceof Tensor tensor) {
      setTensor(vector, row, tensor);
    } else if (vector instanceof StructVector struct) {
      setStruct(struct, row, value, type);
    } else if (vector instanceof ListVector list) {
      List<?> values = value instanceof Object[] array ? Arrays.asList(array) : (List<?>) value;
      int start = list.startNewValue(row);
      for (int i = 0; i < values.size(); i++) {
        setObject(list.getDataVector(), start + i, values.get(i), ((Type.ListOf) type).element());
      }
      list.endValue(row, values.size());
      list.getDataVector().setValueCount(start + values.size());
    } else if (value instanceof Boolean bool) {
      ((BitVector) vector).setSafe(row, bool ? 1 : 0);
    } else if (value instanceof Float || value instanceof Double) {
      setDouble(vector, row, ((Number) value).doubleValue());
    } else if (value instanceof LocalDate date) {
      setLong(vector, row, date.toEpochDay());
    } else if (type instanceof Type.Timestamp) {
      setLong(vector, row, Moments.stored(type, value));
    } else if (vector instanceof VarBinaryVector bytes && value instanceof ByteBuffer buffer) {
      bytes.setSafe(row, buffer.duplicate(), buffer.position(), buffer.remaining());
    } else if (vector instanceof VarCharVector chars) {
      chars.setSafe(row, value.toString().getBytes(StandardCharsets.UTF_8));
    } else {
      setLong(vector, row, ((Number) value).longValue());
    }
  }

  private static void setStruct(StructVector struct, int row, Object value, Type type) {
    Type.Struct fields =
        type instanceof Type.Media media ? media.kind().facts() : (Type.Struct) type;
    for (Type.Field field : fields.fields()) {
      Object part =
          value instanceof Media media
              ? fact(media, field.name())
              : ((Map<?, ?>) value).get(field.name());
      setObject(struct.getChild(field.name(), FieldVector.class), row, part, field.type());
    }
    struct.setIndexDefined(row);
  }

  private static Object fact(Media media, String name) {
    return switch (name) {
      case "bytes" -> media.byteLength();
      case "sha256" -> media.sha256();
      default -> media.facts().get(name);
    };
  }

  private static void setTensor(FieldVector vector, int row, Tensor tensor) {
    int count = Math.toIntExact(tensor.shape().elementCount());
    if (vector instanceof FixedSizeListVector list) {
      list.setNotNull(row);
      elements(list.getDataVector(), row * count, tensor, count);
      return;
    }
    StructVector struct = (StructVector) vector;
    ListVector data = struct.getChild("data", ListVector.class);
    int start = data.startNewValue(row);
    elements(data.getDataVector(), start, tensor, count);
    data.endValue(row, count);
    data.getDataVector().setValueCount(start + count);
    FixedSizeListVector shape = struct.getChild("shape", FixedSizeListVector.class);
    shape.setNotNull(row);
    IntVector dims = (IntVector) shape.getDataVector();
    for (int axis = 0; axis < tensor.shape().rank(); axis++) {
      dims.setSafe(row * tensor.shape().rank() + axis, Math.toIntExact(tensor.shape().dim(axis)));
    }
    struct.setIndexDefined(row);
  }

  private static void elements(FieldVector vector, int at, Tensor tensor, int count) {
    for (int i = 0; i < count; i++) {
      Object element = tensor.element(i);
      if (element instanceof Boolean bool) {
        ((BitVector) vector).setSafe(at + i, bool ? 1 : 0);
      } else if (element instanceof Double value) {
        setDouble(vector, at + i, value);
      } else {
        setLong(vector, at + i, ((Number) element).longValue());
      }
    }
  }
}

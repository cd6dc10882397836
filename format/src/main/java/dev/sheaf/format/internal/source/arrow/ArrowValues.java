package dev.sheaf.format.internal.source.arrow;

import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.BadText;
import dev.sheaf.format.internal.source.Cells;
import dev.sheaf.format.internal.source.Json;
import dev.sheaf.format.internal.source.Moments;
import dev.sheaf.format.internal.source.TypedJson;
import dev.sheaf.format.internal.source.parquet.ParquetTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads the values of Arrow vectors as {@link ArrowTypes} has their types. */
final class ArrowValues {
  private final ArrowTypes types;

  public ArrowValues(ArrowTypes types) {
    this.types = types;
  }

  /** Returns the values of a vector by row. */
  public IntFunction<Object> of(ValueVector vector) {
    Field field = vector.getField();
    IntFunction<Object> values;
    if (field.getDictionary() != null) {
      BaseIntVector indices = (BaseIntVector) vector;
      ValueVector dictionary = types.dictionary(field).getVector();
      IntFunction<Object> entries = of(dictionary);
      values = i -> entries.apply(Math.toIntExact(inRange(indices.getValueAsLong(i), dictionary)));
    } else {
      ValueVector plain =
          vector instanceof ExtensionTypeVector<?> extension
              ? extension.getUnderlyingVector()
              : vector;
      values = meaning(field, storage(plain));
    }
    return i -> vector.isNull(i) ? null : values.apply(i);
  }

  private static long inRange(long index, ValueVector dictionary) {
    if (index < 0 || index >= dictionary.getValueCount()) {
      throw new IndexOutOfBoundsException(
          "dictionary index " + index + " of " + dictionary.getValueCount());
    }
    return index;
  }

  /** Gives the storage of the canonical extension types their meaning. */
  private IntFunction<Object> meaning(Field field, IntFunction<Object> values) {
    return switch (ArrowTypes.extension(field)) {
      case "arrow.json" ->
          i -> values.apply(i) instanceof String text ? new TypedJson(text) : values.apply(i);
      case "arrow.uuid" ->
          i -> {
            ByteBuffer bytes = ByteBuffer.wrap((byte[]) values.apply(i));
            return new UUID(bytes.getLong(), bytes.getLong()).toString();
          };
      case "arrow.bool8" -> i -> ((Number) values.apply(i)).longValue() != 0;
      case "arrow.fixed_shape_tensor", "arrow.variable_shape_tensor" -> {
        Type type = types.of(field);
        yield type instanceof Type.Tensor tensor ? i -> shaped(values.apply(i), tensor) : values;
      }
      default -> values;
    };
  }

  private static Object shaped(Object value, Type.Tensor type) {
    Object data = value;
    Shape shape = type.shape();
    if (value instanceof Map<?, ?> struct) {
      List<Object> parts = new ArrayList<>(struct.values());
      data = parts.get(0);
      long[] dims = new long[shape.rank()];
      for (int i = 0; i < dims.length; i++) {
        dims[i] = (Long) ((Tensor) parts.get(1)).element(i);
      }
      shape = Shape.of(dims);
    }
    try {
      Object flat = Cells.convert(data, Type.tensor(type.dtype(), Shape.ANY));
      if (flat instanceof Tensor tensor && tensor.shape().elementCount() == shape.elementCount()) {
        return Tensor.of(type.dtype(), shape, tensor.data());
      }
    } catch (Cells.MisfitException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    throw new IllegalArgumentException("a tensor of shape " + shape + " has other data");
  }

  private IntFunction<Object> storage(ValueVector vector) {
    if (vector instanceof StructVector struct) {
      return struct(struct);
    } else if (vector instanceof FixedSizeListVector list) {
      return fixedList(list);
    } else if (vector instanceof ListVector list) {
      return list(list.getDataVector(), list::getElementStartIndex, list::getElementEndIndex);
    } else if (vector instanceof LargeListVector list) {
      return list(list.getDataVector(), list::getElementStartIndex, list::getElementEndIndex);
    } else if (vector instanceof ListViewVector list) {
      return list(list.getDataVector(), list::getElementStartIndex, list::getElementEndIndex);
    } else if (vector instanceof LargeListViewVector list) {
      IntToLongFunction start = i -> list.getOffsetBuffer().getLong(8L * i);
      return list(
          list.getDataVector(),
          start,
          i -> start.applyAsLong(i) + list.getSizeBuffer().getLong(8L * i));
    }
    IntFunction<Object> bytes = bytes(vector);
    return bytes != null ? bytes : scalar(vector);
  }

  private IntFunction<Object> struct(StructVector struct) {
    Map<String, IntFunction<Object>> fields = new LinkedHashMap<>();
    struct.getChildrenFromFields().forEach(child -> fields.put(child.getName(), of(child)));
    return i -> {
      Map<String, Object> values = new LinkedHashMap<>();
      fields.forEach((name, reader) -> values.put(name, reader.apply(i)));
      return values;
    };
  }

  private IntFunction<Object> list(
      ValueVector data, IntToLongFunction start, IntToLongFunction end) {
    IntFunction<Object> elements = of(data);
    return i -> {
      long from = start.applyAsLong(i);
      long to = end.applyAsLong(i);
      if (from < 0 || to < from || to > data.getValueCount()) {
        throw new IndexOutOfBoundsException(
            "list from " + from + " to " + to + " of " + data.getValueCount());
      }
      List<Object> values = new ArrayList<>((int) (to - from));
      for (long j = from; j < to; j++) {
        values.add(elements.apply((int) j));
      }
      return values;
    };
  }

  private IntFunction<Object> fixedList(FixedSizeListVector list) {
    ValueVector data = list.getDataVector();
    int length = list.getListSize();
    boolean whole =
        data instanceof BaseFixedWidthVector
            && data.getNullCount() == 0
            && types.of(list.getField()) instanceof Type.Tensor
            && ArrowTypes.extension(data.getField()).isEmpty();
    if (!whole) {
      return list(data, i -> (long) i * length, i -> (long) (i + 1) * length);
    }
    Type element = types.of(data.getField());
    Type.Scalar scalar = (Type.Scalar) element;
    int width = ((BaseFixedWidthVector) data).getTypeWidth() * length;
    return i -> {
      byte[] bytes = new byte[width];
      data.getDataBuffer().getBytes((long) i * width, bytes);
      return Tensor.of(scalar.dtype(), Shape.of(length), ByteBuffer.wrap(bytes));
    };
  }

  /** Returns text and bytes, or null if the vector has neither. */
  private static IntFunction<Object> bytes(ValueVector vector) {
    if (vector instanceof VarCharVector v) {
      return i -> BadText.of(v.get(i));
    } else if (vector instanceof LargeVarCharVector v) {
      return i -> BadText.of(v.get(i));
    } else if (vector instanceof ViewVarCharVector v) {
      return i -> BadText.of(v.get(i));
    } else if (vector instanceof VarBinaryVector v) {
      return v::get;
    } else if (vector instanceof LargeVarBinaryVector v) {
      return v::get;
    } else if (vector instanceof ViewVarBinaryVector v) {
      return v::get;
    } else if (vector instanceof FixedSizeBinaryVector v) {
      return v::get;
    }
    return null;
  }

  private static IntFunction<Object> scalar(ValueVector vector) {
    if (vector instanceof UInt8Vector v) {
      return i -> {
        long value = v.get(i);
        return value >= 0 ? (Object) value : new BigInteger(Long.toUnsignedString(value));
      };
    } else if (vector instanceof BaseIntVector v) {
      return v::getValueAsLong;
    } else if (vector instanceof BitVector v) {
      return i -> v.get(i) == 1;
    } else if (vector instanceof Float2Vector v) {
      return i -> HalfFloat.toFloat(v.get(i));
    } else if (vector instanceof Float4Vector v) {
      return v::get;
    } else if (vector instanceof Float8Vector v) {
      return v::get;
    } else if (vector instanceof DateDayVector v) {
      return i -> LocalDate.ofEpochDay(v.get(i));
    } else if (vector instanceof DateMilliVector v) {
      return i -> LocalDate.ofEpochDay(Math.floorDiv(v.get(i), 86_400_000L));
    } else if (vector instanceof DecimalVector v) {
      return i -> decimal(v.getObject(i), v.getPrecision());
    } else if (vector instanceof Decimal256Vector v) {
      return i -> decimal(v.getObject(i), v.getPrecision());
    } else if (vector instanceof TimeStampVector v) {
      return moments(v);
    }
    return time(vector);
  }

  private static Object decimal(BigDecimal value, int precision) {
    return value.scale() == 0 && precision <= ParquetTypes.INT64_DIGITS
        ? (Object) value.longValueExact()
        : value.toPlainString();
  }

  private static IntFunction<Object> moments(TimeStampVector vector) {
    long perSecond =
        switch (((org.apache.arrow.vector.types.pojo.ArrowType.Timestamp)
                vector.getField().getType())
            .getUnit()) {
          case SECOND -> 1;
          case MILLISECOND -> 1_000;
          case MICROSECOND -> 1_000_000;
          case NANOSECOND -> 1_000_000_000;
        };
    return i -> Moments.of(vector.get(i), perSecond);
  }

  private static IntFunction<Object> time(ValueVector vector) {
    if (vector instanceof TimeSecVector v) {
      return i -> LocalTime.ofSecondOfDay(v.get(i)).toString();
    } else if (vector instanceof TimeMilliVector v) {
      return i -> LocalTime.ofNanoOfDay(v.get(i) * 1_000_000L).toString();
    } else if (vector instanceof TimeMicroVector v) {
      return i -> LocalTime.ofNanoOfDay(Math.multiplyExact(v.get(i), 1_000L)).toString();
    } else if (vector instanceof TimeNanoVector v) {
      return i -> LocalTime.ofNanoOfDay(v.get(i)).toString();
    } else if (vector instanceof DurationVector v) {
      return i -> DurationVector.get(v.getDataBuffer(), i);
    }
    // Unions and intervals: what Arrow shows of them, as JSON.
    return i -> new TypedJson(Json.text(Json.MAPPER.valueToTree(shown(vector.getObject(i)))));
  }

  private static Object shown(Object value) {
    boolean plain = value == null || value instanceof Number || value instanceof Boolean;
    return plain ? value : value.toString();
  }
}

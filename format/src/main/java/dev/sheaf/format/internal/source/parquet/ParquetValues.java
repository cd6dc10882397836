package dev.sheaf.format.internal.source.parquet;

import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.BadText;
import dev.sheaf.format.internal.source.Moments;
import dev.sheaf.format.internal.source.TypedJson;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;

/** Makes rows of Parquet's columns: maps of values as {@link ParquetTypes} has their types. */
final class ParquetValues extends RecordMaterializer<Map<String, Object>> {
  private static final long JULIAN_EPOCH = 2_440_588;

  private Map<String, Object> record;
  private final Struct root;

  public ParquetValues(MessageType schema) {
    this.root = new Struct(schema, value -> record = value);
  }

  @Override
  public Map<String, Object> getCurrentRecord() {
    return record;
  }

  @Override
  public GroupConverter getRootConverter() {
    return root;
  }

  private static Converter converter(org.apache.parquet.schema.Type field, Consumer<Object> sink) {
    if (field.isPrimitive()) {
      return new Leaf(field.asPrimitiveType(), sink);
    }
    GroupType group = field.asGroupType();
    if (ParquetTypes.isList(group)) {
      return new ListGroup(group, ParquetTypes.wrapsElement(group), sink);
    }
    return ParquetTypes.isMap(group)
        ? new ListGroup(group, false, sink)
        : new Struct(group, sink::accept);
  }

  /** Collects the fields of a struct or row; absent ones are null. */
  private static final class Struct extends GroupConverter {
    private final GroupType group;
    private final Consumer<Map<String, Object>> sink;
    private final Converter[] fields;
    private Map<String, Object> values;

    Struct(GroupType group, Consumer<Map<String, Object>> sink) {
      this.group = group;
      this.sink = sink;
      this.fields = new Converter[group.getFieldCount()];
      for (int i = 0; i < fields.length; i++) {
        org.apache.parquet.schema.Type field = group.getType(i);
        String name = field.getName();
        fields[i] =
            isRepeated(field)
                ? converter(field, value -> listOf(name).add(value))
                : converter(field, value -> values.put(name, value));
      }
    }

    private static boolean isRepeated(org.apache.parquet.schema.Type field) {
      return field.isRepetition(org.apache.parquet.schema.Type.Repetition.REPEATED);
    }

    @SuppressWarnings("unchecked") // put there by start()
    private List<Object> listOf(String name) {
      return (List<Object>) values.get(name);
    }

    @Override
    public Converter getConverter(int field) {
      return fields[field];
    }

    @Override
    public void start() {
      values = new LinkedHashMap<>();
      for (org.apache.parquet.schema.Type field : group.getFields()) {
        values.put(field.getName(), isRepeated(field) ? new ArrayList<>() : null);
      }
    }

    @Override
    public void end() {
      sink.accept(values);
    }
  }

  /** Collects the elements of a list or the entries of a map. */
  private static final class ListGroup extends GroupConverter {
    private final Consumer<Object> sink;
    private final Converter repeated;
    private List<Object> values;

    ListGroup(GroupType list, boolean wrapped, Consumer<Object> sink) {
      this.sink = sink;
      org.apache.parquet.schema.Type inner = list.getType(0);
      this.repeated =
          wrapped
              ? new Wrapper(inner.asGroupType(), value -> values.add(value))
              : converter(inner, value -> values.add(value));
    }

    @Override
    public Converter getConverter(int field) {
      return repeated;
    }

    @Override
    public void start() {
      values = new ArrayList<>();
    }

    @Override
    public void end() {
      sink.accept(values);
    }
  }

  /** The group around one element of a list, which is how an element can be null. */
  private static final class Wrapper extends GroupConverter {
    private final Consumer<Object> sink;
    private final Converter element;
    private Object value;

    Wrapper(GroupType group, Consumer<Object> sink) {
      this.sink = sink;
      this.element = converter(group.getType(0), found -> value = found);
    }

    @Override
    public Converter getConverter(int field) {
      return element;
    }

    @Override
    public void start() {
      value = null;
    }

    @Override
    public void end() {
      sink.accept(value);
    }
  }

  /** One value. */
  private static final class Leaf extends PrimitiveConverter {
    private final Consumer<Object> sink;
    private final LogicalTypeAnnotation annotation;
    private final PrimitiveType primitive;
    private final Type type;

    Leaf(PrimitiveType primitive, Consumer<Object> sink) {
      this.sink = sink;
      this.primitive = primitive;
      this.annotation = primitive.getLogicalTypeAnnotation();
      org.apache.parquet.schema.Type optional =
          org.apache.parquet.schema.Types.optional(primitive.getPrimitiveTypeName())
              .length(primitive.getTypeLength())
              .as(annotation)
              .named("x");
      this.type = ParquetTypes.of(optional);
    }

    @Override
    public void addBoolean(boolean value) {
      sink.accept(value);
    }

    @Override
    public void addFloat(float value) {
      sink.accept(value);
    }

    @Override
    public void addDouble(double value) {
      sink.accept(value);
    }

    @Override
    public void addInt(int value) {
      if (type instanceof Type.Date) {
        sink.accept(LocalDate.ofEpochDay(value));
      } else if (type instanceof Type.Scalar scalar && scalar.dtype().id().equals("uint32")) {
        sink.accept(value & 0xffffffffL);
      } else {
        addLong(value);
      }
    }

    @Override
    public void addLong(long value) {
      if (annotation instanceof DecimalLogicalTypeAnnotation) {
        decimal(BigInteger.valueOf(value));
      } else if (annotation instanceof TimeLogicalTypeAnnotation time) {
        long nanos =
            switch (time.getUnit()) {
              case MILLIS -> Math.multiplyExact(value, 1_000_000L);
              case MICROS -> Math.multiplyExact(value, 1_000L);
              case NANOS -> value;
            };
        sink.accept(LocalTime.ofNanoOfDay(nanos).toString());
      } else if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
        sink.accept(
            switch (timestamp.getUnit()) {
              case MILLIS -> Moments.of(value, 1_000);
              case MICROS -> Moments.of(value, 1_000_000);
              case NANOS -> Moments.of(value, 1_000_000_000);
            });
      } else if (value < 0
          && type instanceof Type.Scalar scalar
          && scalar.dtype().id().equals("uint64")) {
        sink.accept(new BigInteger(Long.toUnsignedString(value)));
      } else {
        sink.accept(value);
      }
    }

    @Override
    public void addBinary(Binary value) {
      byte[] bytes = value.getBytes();
      if (annotation instanceof DecimalLogicalTypeAnnotation) {
        decimal(bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes));
      } else if (annotation instanceof LogicalTypeAnnotation.UUIDLogicalTypeAnnotation) {
        ByteBuffer uuid = ByteBuffer.wrap(bytes);
        sink.accept(new UUID(uuid.getLong(), uuid.getLong()).toString());
      } else if (type instanceof Type.Utf8) {
        sink.accept(BadText.of(bytes));
      } else if (type instanceof Type.Json) {
        sink.accept(
            BadText.of(bytes) instanceof String text ? new TypedJson(text) : BadText.of(bytes));
      } else if (annotation instanceof LogicalTypeAnnotation.Float16LogicalTypeAnnotation) {
        sink.accept(
            HalfFloat.toFloat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort()));
      } else if (primitive.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.INT96) {
        ByteBuffer parts = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long nanos = parts.getLong();
        sink.accept(Instant.ofEpochSecond((parts.getInt() - JULIAN_EPOCH) * 86_400, nanos));
      } else {
        sink.accept(bytes);
      }
    }

    private void decimal(BigInteger unscaled) {
      int scale = ((DecimalLogicalTypeAnnotation) annotation).getScale();
      sink.accept(
          type instanceof Type.Utf8
              ? new BigDecimal(unscaled, scale).toPlainString()
              : (Object) unscaled.longValueExact());
    }
  }
}

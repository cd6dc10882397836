package dev.sheaf.format.internal.sink;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.ipc.Cells;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * What types are in Parquet, and how their values are written. Lists have the three levels of the
 * specification, tensors are lists of lists, payloads Hugging Face's struct of {@code bytes} and
 * {@code path}.
 */
final class ParquetColumn {
  private static final String LIST = "list";
  private static final String ELEMENT = "element";

  private ParquetColumn() {}

  /** Says why a type has no place, or nothing. */
  static String refusal(Type type) {
    if (type instanceof Type.ListOf list) {
      return refusal(list.element());
    }
    if (type instanceof Type.Struct struct) {
      return struct.fields().isEmpty()
          ? "a struct needs a field"
          : struct.fields().stream()
              .map(field -> refusal(field.type()))
              .filter(why -> !why.isEmpty())
              .findFirst()
              .orElse("");
    }
    return "";
  }

  /** Says what a reader does not see of a type, or nothing. */
  static String note(Type type) {
    if (type instanceof Type.Timestamp timestamp) {
      String unit = timestamp.unit().equals("s") ? "in milliseconds" : "";
      String zone =
          timestamp.zone().isEmpty() || timestamp.zone().equals("UTC") ? "" : "zone becomes UTC";
      return unit + (unit.isEmpty() || zone.isEmpty() ? "" : ", ") + zone;
    }
    String widened = Plain.note(type);
    if (widened.isEmpty() && type instanceof Type.Tensor tensor && !tensor.shape().isFixed()) {
      return tensor.shape().rank() > 1 ? "an empty tensor keeps its first axes only" : "";
    }
    return widened;
  }

  /** Returns the field of a column. */
  static org.apache.parquet.schema.Type field(Column column) {
    return field(column.name(), Plain.of(column.type()));
  }

  private static org.apache.parquet.schema.Type field(String name, Type type) {
    if (type instanceof Type.Media) {
      return Types.optionalGroup()
          .optional(PrimitiveTypeName.BINARY)
          .named("bytes")
          .optional(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named("path")
          .named(name);
    }
    if (type instanceof Type.ListOf list) {
      return list(name, field(ELEMENT, list.element()));
    }
    if (type instanceof Type.Tensor tensor) {
      org.apache.parquet.schema.Type field = scalar(ELEMENT, tensor.dtype());
      for (int axis = tensor.shape().rank() - 1; axis > 0; axis--) {
        field = list(ELEMENT, field);
      }
      return tensor.shape().rank() == 0 ? scalar(name, tensor.dtype()) : list(name, field);
    }
    if (type instanceof Type.Struct struct) {
      Types.GroupBuilder<GroupType> group = Types.optionalGroup();
      for (Type.Field field : struct.fields()) {
        group.addField(field(field.name(), field.type()));
      }
      return group.named(name);
    }
    return leaf(name, type);
  }

  private static GroupType list(String name, org.apache.parquet.schema.Type element) {
    return Types.optionalGroup()
        .as(LogicalTypeAnnotation.listType())
        .addField(new GroupType(Repetition.REPEATED, LIST, element))
        .named(name);
  }

  private static org.apache.parquet.schema.Type leaf(String name, Type type) {
    if (type instanceof Type.Scalar scalar) {
      return scalar(name, scalar.dtype());
    }
    if (type instanceof Type.Utf8) {
      return Types.optional(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named(name);
    }
    if (type instanceof Type.Json) {
      return Types.optional(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.jsonType())
          .named(name);
    }
    if (type instanceof Type.Binary) {
      return Types.optional(PrimitiveTypeName.BINARY).named(name);
    }
    if (type instanceof Type.Date) {
      return Types.optional(PrimitiveTypeName.INT32)
          .as(LogicalTypeAnnotation.dateType())
          .named(name);
    }
    Type.Timestamp timestamp = (Type.Timestamp) type;
    TimeUnit unit =
        switch (timestamp.unit()) {
          case "us" -> TimeUnit.MICROS;
          case "ns" -> TimeUnit.NANOS;
          default -> TimeUnit.MILLIS;
        };
    return Types.optional(PrimitiveTypeName.INT64)
        .as(LogicalTypeAnnotation.timestampType(!timestamp.zone().isEmpty(), unit))
        .named(name);
  }

  private static org.apache.parquet.schema.Type scalar(String name, DType dtype) {
    return switch (dtype) {
      case BOOL -> Types.optional(PrimitiveTypeName.BOOLEAN).named(name);
      case INT32 -> Types.optional(PrimitiveTypeName.INT32).named(name);
      case INT64 -> Types.optional(PrimitiveTypeName.INT64).named(name);
      case INT8, INT16, UINT8, UINT16, UINT32 ->
          Types.optional(PrimitiveTypeName.INT32)
              .as(LogicalTypeAnnotation.intType(dtype.bits(), dtype.kind() == DType.Kind.SIGNED))
              .named(name);
      case UINT64 ->
          Types.optional(PrimitiveTypeName.INT64)
              .as(LogicalTypeAnnotation.intType(64, false))
              .named(name);
      case FLOAT16 ->
          Types.optional(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
              .length(2)
              .as(LogicalTypeAnnotation.float16Type())
              .named(name);
      case FLOAT32 -> Types.optional(PrimitiveTypeName.FLOAT).named(name);
      case FLOAT64 -> Types.optional(PrimitiveTypeName.DOUBLE).named(name);
      case BFLOAT16, U1, U2, U4, I4 -> throw new AssertionError(dtype);
    };
  }

  /** Writes a value that is not null as the present field. */
  static void write(RecordConsumer out, Type type, Object value, String column) {
    if (type instanceof Type.Media) {
      payload(out, (Payloads.Payload) value);
    } else if (type instanceof Type.ListOf list) {
      out.startGroup();
      List<?> values = (List<?>) value;
      if (!values.isEmpty()) {
        out.startField(LIST, 0);
        for (Object element : values) {
          out.startGroup();
          optional(out, ELEMENT, 0, list.element(), element, column);
          out.endGroup();
        }
        out.endField(LIST, 0);
      }
      out.endGroup();
    } else if (type instanceof Type.Struct struct) {
      out.startGroup();
      for (int i = 0; i < struct.fields().size(); i++) {
        Type.Field field = struct.fields().get(i);
        Object child = ((Map<?, ?>) value).get(field.name());
        optional(out, field.name(), i, field.type(), child, column);
      }
      out.endGroup();
    } else if (type instanceof Type.Tensor) {
      new Elements(out, (Tensor) value).write();
    } else {
      leaf(out, type, value, column);
    }
  }

  /** Writes a field that is left out where it is null. */
  static void optional(
      RecordConsumer out, String name, int position, Type type, Object value, String column) {
    if (value != null) {
      out.startField(name, position);
      write(out, type, value, column);
      out.endField(name, position);
    }
  }

  private static void payload(RecordConsumer out, Payloads.Payload payload) {
    out.startGroup();
    out.startField("bytes", 0);
    out.addBinary(Binary.fromConstantByteArray(payload.media().toBytes()));
    out.endField("bytes", 0);
    if (payload.path() != null) {
      out.startField("path", 1);
      out.addBinary(Binary.fromString(payload.path()));
      out.endField("path", 1);
    }
    out.endGroup();
  }

  private static void leaf(RecordConsumer out, Type type, Object value, String column) {
    if (type instanceof Type.Scalar scalar) {
      scalar(out, Plain.of(scalar.dtype()), value, column);
    } else if (type instanceof Type.Date) {
      out.addInteger(Cells.day(type, value, column));
    } else if (type instanceof Type.Timestamp timestamp) {
      boolean seconds = timestamp.unit().equals("s");
      long moment = Cells.moment(timestamp, value, column);
      if (seconds && Math.abs(moment) > Long.MAX_VALUE / 1000) {
        throw SinkErrors.badValue(
            "Parquet", value + " does not fit 64 bits in milliseconds", column, "");
      }
      out.addLong(seconds ? moment * 1000 : moment);
    } else if (value instanceof ByteBuffer buffer) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      out.addBinary(Binary.fromConstantByteArray(copy));
    } else {
      out.addBinary(Binary.fromString((String) value));
    }
  }

  private static void scalar(RecordConsumer out, DType dtype, Object value, String column) {
    switch (dtype) {
      case BOOL -> out.addBoolean((Boolean) value);
      case INT8, INT16, INT32, UINT8, UINT16, UINT32 -> out.addInteger(((Long) value).intValue());
      case INT64, UINT64 -> out.addLong(Cells.bits(dtype, value, column));
      case FLOAT16 -> half(out, HalfFloat.fromFloat(((Number) value).floatValue()));
      case FLOAT32 -> out.addFloat((Float) value);
      case FLOAT64 -> out.addDouble((Double) value);
      case BFLOAT16, U1, U2, U4, I4 -> throw new AssertionError(dtype);
    }
  }

  private static void half(RecordConsumer out, short bits) {
    out.addBinary(Binary.fromConstantByteArray(new byte[] {(byte) bits, (byte) (bits >>> 8)}));
  }

  /** The elements of a tensor, as nested lists. */
  private static final class Elements {
    private final RecordConsumer out;
    private final Tensor tensor;
    private final ByteBuffer data;
    private int next;

    Elements(RecordConsumer out, Tensor cell) {
      this.out = out;
      this.tensor = Plain.tensor(cell);
      this.data = Plain.bytes(cell).order(ByteOrder.LITTLE_ENDIAN);
    }

    void write() {
      write(0);
    }

    private void write(int axis) {
      if (axis == tensor.shape().rank()) {
        element(next++);
        return;
      }
      out.startGroup();
      long length = tensor.shape().dim(axis);
      if (length > 0) {
        out.startField(LIST, 0);
        for (long i = 0; i < length; i++) {
          out.startGroup();
          out.startField(ELEMENT, 0);
          write(axis + 1);
          out.endField(ELEMENT, 0);
          out.endGroup();
        }
        out.endField(LIST, 0);
      }
      out.endGroup();
    }

    private void element(int at) {
      switch (tensor.dtype()) {
        case BOOL -> out.addBoolean(data.get(at) != 0);
        case INT8 -> out.addInteger(data.get(at));
        case UINT8 -> out.addInteger(data.get(at) & 0xff);
        case INT16 -> out.addInteger(data.getShort(2 * at));
        case UINT16 -> out.addInteger(data.getShort(2 * at) & 0xffff);
        case INT32, UINT32 -> out.addInteger(data.getInt(4 * at));
        case INT64, UINT64 -> out.addLong(data.getLong(8 * at));
        case FLOAT16 -> half(out, data.getShort(2 * at));
        case FLOAT32 -> out.addFloat(data.getFloat(4 * at));
        case FLOAT64 -> out.addDouble(data.getDouble(8 * at));
        case BFLOAT16, U1, U2, U4, I4 -> throw new AssertionError(tensor.dtype());
      }
    }
  }
}

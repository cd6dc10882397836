package dev.sheaf.query.internal.exec;

import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * Rows in a Parquet file, not compressed. Tensors and lists are LIST (a tensor's elements in C
 * order, its shape left out), media a group of their facts, moments in whole seconds milliseconds.
 * For one thread; to be closed.
 */
public final class ParquetExport implements AutoCloseable {
  private final MessageType schema;
  private final List<Type> types;
  private final SimpleGroupFactory groups;
  private final ParquetWriter<Group> writer;

  /** Gives the values of a row. */
  @FunctionalInterface
  public interface Values {
    /** Returns the value of a column, or null. */
    Object get(int column);
  }

  /**
   * Begins a file, in place of one that is there.
   *
   * @param names the names of the columns, which differ
   */
  public ParquetExport(Path file, List<String> names, List<Type> types) throws IOException {
    this.types = types;
    Types.MessageTypeBuilder message = Types.buildMessage();
    for (int i = 0; i < names.size(); i++) {
      message.addField(type(names.get(i), types.get(i)));
    }
    this.schema = message.named("samples");
    this.groups = new SimpleGroupFactory(schema);
    java.nio.file.Files.deleteIfExists(file);
    this.writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .build();
  }

  private static org.apache.parquet.schema.Type type(String name, Type type) {
    if (type instanceof Type.Scalar scalar) {
      return element(name, scalar.dtype(), Repetition.OPTIONAL);
    }
    if (type instanceof Type.Tensor tensor) {
      return list(name, element("element", tensor.dtype(), Repetition.OPTIONAL));
    }
    if (type instanceof Type.ListOf list) {
      return list(name, type("element", list.element()));
    }
    if (type instanceof Type.Media media) {
      return group(name, media.kind().facts());
    }
    if (type instanceof Type.Struct struct) {
      return group(name, struct);
    }
    if (type instanceof Type.Date) {
      return Types.optional(PrimitiveTypeName.INT32)
          .as(LogicalTypeAnnotation.dateType())
          .named(name);
    }
    if (type instanceof Type.Timestamp timestamp) {
      TimeUnit unit =
          switch (timestamp.unit()) {
            case "us" -> TimeUnit.MICROS;
            case "ns" -> TimeUnit.NANOS;
            default -> TimeUnit.MILLIS;
          };
      boolean utc = !timestamp.zone().isEmpty();
      return Types.optional(PrimitiveTypeName.INT64)
          .as(LogicalTypeAnnotation.timestampType(utc, unit))
          .named(name);
    }
    Types.PrimitiveBuilder<org.apache.parquet.schema.PrimitiveType> bytes =
        Types.optional(PrimitiveTypeName.BINARY);
    return type instanceof Type.Binary
        ? bytes.named(name)
        : bytes.as(LogicalTypeAnnotation.stringType()).named(name);
  }

  private static GroupType list(String name, org.apache.parquet.schema.Type element) {
    return Types.optionalGroup()
        .as(LogicalTypeAnnotation.listType())
        .addField(new GroupType(Repetition.REPEATED, "list", element))
        .named(name);
  }

  private static GroupType group(String name, Type.Struct struct) {
    Types.GroupBuilder<GroupType> group = Types.optionalGroup();
    for (Type.Field field : struct.fields()) {
      group = group.addField(type(field.name(), field.type()));
    }
    return group.named(name);
  }

  private static org.apache.parquet.schema.Type element(
      String name, DType dtype, Repetition repetition) {
    return switch (dtype) {
      case BOOL -> Types.primitive(PrimitiveTypeName.BOOLEAN, repetition).named(name);
      case FLOAT16, BFLOAT16, FLOAT32 ->
          Types.primitive(PrimitiveTypeName.FLOAT, repetition).named(name);
      case FLOAT64 -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(name);
      case INT64, UINT64, UINT32 ->
          Types.primitive(PrimitiveTypeName.INT64, repetition)
              .as(LogicalTypeAnnotation.intType(64, dtype != DType.UINT64))
              .named(name);
      default ->
          Types.primitive(PrimitiveTypeName.INT32, repetition)
              .as(LogicalTypeAnnotation.intType(32, true))
              .named(name);
    };
  }

  /** Writes a row. */
  public void write(Values values) throws IOException {
    Group row = groups.newGroup();
    for (int i = 0; i < types.size(); i++) {
      add(row, schema.getFieldName(i), values.get(i), types.get(i));
    }
    writer.write(row);
  }

  private static void add(Group row, String name, Object value, Type type) {
    if (value == null) {
      return;
    }
    if (value instanceof Tensor tensor) {
      Group list = row.addGroup(name);
      long count = tensor.shape().elementCount();
      for (long i = 0; i < count; i++) {
        scalar(list.addGroup("list"), "element", tensor.element(i), tensor.dtype());
      }
    } else if (type instanceof Type.ListOf of) {
      Group list = row.addGroup(name);
      List<?> elements = value instanceof Object[] array ? Arrays.asList(array) : (List<?>) value;
      for (Object element : elements) {
        add(list.addGroup("list"), "element", element, of.element());
      }
    } else if (value instanceof Media media) {
      Group group = row.addGroup(name);
      for (Type.Field field : media.kind().facts().fields()) {
        Object fact =
            switch (field.name()) {
              case "bytes" -> media.byteLength();
              case "sha256" -> media.sha256();
              default -> media.facts().get(field.name());
            };
        add(group, field.name(), fact, field.type());
      }
    } else if (type instanceof Type.Struct struct) {
      Group group = row.addGroup(name);
      for (Type.Field field : struct.fields()) {
        add(group, field.name(), ((Map<?, ?>) value).get(field.name()), field.type());
      }
    } else if (type instanceof Type.Scalar scalar) {
      scalar(row, name, value, scalar.dtype());
    } else if (value instanceof LocalDate date) {
      row.add(name, (int) date.toEpochDay());
    } else if (type instanceof Type.Timestamp timestamp) {
      long units = Moments.stored(type, value);
      row.add(name, timestamp.unit().equals("s") ? Math.multiplyExact(units, 1000L) : units);
    } else if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      row.add(name, Binary.fromConstantByteArray(copy));
    } else {
      row.add(name, Binary.fromString(value.toString()));
    }
  }

  private static void scalar(Group row, String name, Object value, DType dtype) {
    switch (dtype) {
      case BOOL -> row.add(name, (Boolean) value);
      case FLOAT16, BFLOAT16, FLOAT32 -> row.add(name, ((Number) value).floatValue());
      case FLOAT64 -> row.add(name, ((Number) value).doubleValue());
      case INT64, UINT64, UINT32 -> row.add(name, ((Number) value).longValue());
      default -> row.add(name, ((Number) value).intValue());
    }
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}

package dev.sheaf.format.internal.ipc;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * The Arrow field and physical layout of a type in a form. Spec: {@code
 * docs/format-spec.md#arrow-types}.
 *
 * @param field the Arrow field, with extension metadata
 * @param physical its nodes and buffers
 */
public record ArrowLayout(Field field, Physical physical) {
  private static final String EXTENSION = "ARROW:extension:name";
  private static final String EXTENSION_METADATA = "ARROW:extension:metadata";
  private static final ArrowType UINT32 = new ArrowType.Int(32, false);
  private static final ArrowType UINT64 = new ArrowType.Int(64, false);

  /**
   * Returns the layout of a column.
   *
   * @param facts the struct of the facts of a media column, else null
   */
  public static ArrowLayout of(String name, Type type, Form form, Type.Struct facts) {
    return switch (form) {
      case PLAIN -> plain(name, type);
      case VARYING -> varying(name, type);
      case FIXED ->
          leaf(name, UINT32, 32, Map.of("sheaf.placement", "fixed", "sheaf.type", type.toString()));
      case MEDIA -> media(name, type, facts);
      case LINKED -> linked(name, type, facts);
    };
  }

  /** Returns the layout of a type in the form {@link Form#PLAIN}. */
  public static ArrowLayout plain(String name, Type type) {
    if (type instanceof Type.Scalar scalar) {
      return scalar(name, scalar.dtype());
    }
    if (type instanceof Type.Tensor tensor) {
      return tensor.shape().isFixed() ? fixedTensor(name, tensor) : raggedTensor(name, tensor);
    }
    if (type instanceof Type.Utf8) {
      return variable(name, ArrowType.Utf8.INSTANCE, Map.of());
    }
    if (type instanceof Type.Binary) {
      return variable(name, ArrowType.Binary.INSTANCE, Map.of());
    }
    if (type instanceof Type.Json) {
      return variable(name, ArrowType.Utf8.INSTANCE, extension("arrow.json", ""));
    }
    if (type instanceof Type.Date) {
      return leaf(name, new ArrowType.Date(DateUnit.DAY), 32, Map.of());
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
      return leaf(name, new ArrowType.Timestamp(unit, zone), 64, Map.of());
    }
    if (type instanceof Type.ListOf list) {
      return lists(name, plain("item", list.element()));
    }
    if (type instanceof Type.Struct struct) {
      List<ArrowLayout> children = new ArrayList<>();
      for (Type.Field field : struct.fields()) {
        children.add(plain(field.name(), field.type()));
      }
      return struct(name, children, Map.of());
    }
    throw new AssertionError(type);
  }

  /** Returns the layout of the tensor chunk of a column in the form {@link Form#FIXED}. */
  public static ArrowLayout tensorChunk(String name, Type.Tensor tensor) {
    return fixedTensor(name, tensor);
  }

  /** Returns the bits of one element in memory that is not packed: packed dtypes take a byte. */
  static int storedBits(DType dtype) {
    return dtype == DType.BOOL ? 1 : Math.max(8, dtype.bits());
  }

  private static ArrowLayout scalar(String name, DType dtype) {
    return leaf(name, arrow(dtype), storedBits(dtype), dtypeExtension(dtype));
  }

  private static Map<String, String> dtypeExtension(DType dtype) {
    return switch (dtype) {
      case BFLOAT16, U1, U2, U4, I4 -> extension("sheaf." + dtype.id(), "");
      default -> Map.of();
    };
  }

  private static ArrowType arrow(DType dtype) {
    return switch (dtype) {
      case BOOL -> ArrowType.Bool.INSTANCE;
      case INT8, I4 -> new ArrowType.Int(8, true);
      case INT16 -> new ArrowType.Int(16, true);
      case INT32 -> new ArrowType.Int(32, true);
      case INT64 -> new ArrowType.Int(64, true);
      case UINT8, U1, U2, U4 -> new ArrowType.Int(8, false);
      case UINT16, BFLOAT16 -> new ArrowType.Int(16, false);
      case UINT32 -> UINT32;
      case UINT64 -> UINT64;
      case FLOAT16 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
      case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    };
  }

  private static ArrowLayout fixedTensor(String name, Type.Tensor tensor) {
    int elements = Math.toIntExact(tensor.shape().elementCount());
    String shape = dims(tensor.shape());
    if (tensor.dtype().isPacked()) {
      int bytes = Math.toIntExact(tensor.dtype().byteLength(elements));
      Map<String, String> extension =
          extension(
              "sheaf.packed_tensor",
              "{\"dtype\":\"" + tensor.dtype().id() + "\",\"shape\":" + shape + "}");
      if (bytes == 0) {
        // Arrow Java cannot open a file that has a fixed_size_binary of no bytes.
        return fixedLists(
            name, 0, leaf("item", new ArrowType.Int(8, false), 8, Map.of()), extension);
      }
      return leaf(name, new ArrowType.FixedSizeBinary(bytes), bytes * 8, extension);
    }
    return fixedLists(
        name,
        elements,
        scalar("item", tensor.dtype()),
        extension("arrow.fixed_shape_tensor", "{\"shape\":" + shape + "}"));
  }

  private static ArrowLayout fixedLists(
      String name, int length, ArrowLayout item, Map<String, String> metadata) {
    Field field = field(name, new ArrowType.FixedSizeList(length), metadata, List.of(item.field));
    return new ArrowLayout(field, new Physical.FixedLists(length, item.physical));
  }

  private static ArrowLayout raggedTensor(String name, Type.Tensor tensor) {
    List<ArrowLayout> children =
        List.of(raggedData("data", tensor.dtype()), shape("shape", tensor.shape().rank()));
    return struct(name, children, raggedExtension(tensor));
  }

  private static Map<String, String> raggedExtension(Type.Tensor tensor) {
    String uniform =
        LongStream.of(tensor.shape().dims())
            .mapToObj(dim -> dim == Shape.ANY ? "null" : Long.toString(dim))
            .collect(Collectors.joining(",", "[", "]"));
    if (tensor.dtype().isPacked()) {
      return extension(
          "sheaf.packed_ragged_tensor",
          "{\"dtype\":\"" + tensor.dtype().id() + "\",\"uniform_shape\":" + uniform + "}");
    }
    return extension("arrow.variable_shape_tensor", "{\"uniform_shape\":" + uniform + "}");
  }

  private static ArrowLayout raggedData(String name, DType dtype) {
    return dtype.isPacked()
        ? variable(name, ArrowType.Binary.INSTANCE, Map.of())
        : lists(name, scalar("item", dtype));
  }

  private static ArrowLayout shape(String name, int rank) {
    return fixedLists(
        name, rank, leaf("item", new ArrowType.Int(32, true), 32, Map.of()), Map.of());
  }

  private static ArrowLayout varying(String name, Type type) {
    if (type instanceof Type.Tensor tensor) {
      List<ArrowLayout> children =
          List.of(
              raggedData("inline", tensor.dtype()),
              reference(),
              shape("shape", tensor.shape().rank()));
      return struct(name, children, extension("sheaf.varying", type.toString()));
    }
    ArrowLayout inline = plain("inline", type);
    return struct(name, List.of(inline, reference()), extension("sheaf.varying", type.toString()));
  }

  private static ArrowLayout media(String name, Type type, Type.Struct facts) {
    ArrowLayout sha256 = leaf("sha256", new ArrowType.FixedSizeBinary(32), 256, Map.of());
    ArrowLayout inline = variable("inline", ArrowType.Binary.INSTANCE, Map.of());
    List<ArrowLayout> children = List.of(inline, reference(), sha256, plain("facts", facts));
    return struct(name, children, extension("sheaf.media", type.toString()));
  }

  private static ArrowLayout linked(String name, Type type, Type.Struct facts) {
    List<Field> fields = new ArrayList<>();
    ArrowLayout media = media(name, type, facts);
    fields.addAll(media.field.getChildren());
    List<Physical> parts = new ArrayList<>(media.physical.children());
    ArrowLayout link = variable("link", ArrowType.Utf8.INSTANCE, Map.of());
    fields.add(link.field);
    parts.add(link.physical);
    Map<String, String> extension = extension("sheaf.linked", type.toString());
    return new ArrowLayout(
        field(name, ArrowType.Struct.INSTANCE, extension, fields), new Physical.Structs(parts));
  }

  /**
   * Returns the layout of a descriptor: {@code struct{chunk, offset, length, crc32c, blocks, row}}.
   */
  static ArrowLayout reference() {
    return struct(
        "ref",
        List.of(
            leaf("chunk", UINT32, 32, Map.of()),
            leaf("offset", UINT64, 64, Map.of()),
            leaf("length", UINT64, 64, Map.of()),
            leaf("crc32c", UINT32, 32, Map.of()),
            lists("blocks", leaf("item", UINT32, 32, Map.of())),
            leaf("row", UINT32, 32, Map.of())),
        Map.of());
  }

  private static ArrowLayout leaf(
      String name, ArrowType type, int bits, Map<String, String> metadata) {
    return new ArrowLayout(field(name, type, metadata, List.of()), new Physical.Fixed(bits));
  }

  private static ArrowLayout variable(String name, ArrowType type, Map<String, String> metadata) {
    boolean large = type instanceof ArrowType.LargeBinary || type instanceof ArrowType.LargeUtf8;
    return new ArrowLayout(field(name, type, metadata, List.of()), new Physical.Variable(large));
  }

  /** Returns the layout of the values of a blob chunk. */
  public static ArrowLayout blobData() {
    return variable("data", ArrowType.LargeBinary.INSTANCE, Map.of());
  }

  /** Returns the layout of the checksums of a blob chunk. */
  public static ArrowLayout blobCrc() {
    return leaf("crc32c", UINT32, 32, Map.of());
  }

  private static ArrowLayout lists(String name, ArrowLayout item) {
    Field field = field(name, ArrowType.List.INSTANCE, Map.of(), List.of(item.field));
    return new ArrowLayout(field, new Physical.Lists(item.physical));
  }

  private static ArrowLayout struct(
      String name, List<ArrowLayout> children, Map<String, String> metadata) {
    List<Field> fields = children.stream().map(ArrowLayout::field).toList();
    List<Physical> parts = children.stream().map(ArrowLayout::physical).toList();
    return new ArrowLayout(
        field(name, ArrowType.Struct.INSTANCE, metadata, fields), new Physical.Structs(parts));
  }

  private static Field field(
      String name, ArrowType type, Map<String, String> metadata, List<Field> children) {
    return new Field(name, new FieldType(true, type, null, new TreeMap<>(metadata)), children);
  }

  private static Map<String, String> extension(String name, String metadata) {
    return Map.of(EXTENSION, name, EXTENSION_METADATA, metadata);
  }

  private static String dims(Shape shape) {
    return LongStream.of(shape.dims())
        .mapToObj(Long::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }
}

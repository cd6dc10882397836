package dev.sheaf.format.internal.source.arrow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Json;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.parquet.ParquetTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What Arrow types become. A dictionary is what its values are; a fixed-size list of numbers is a
 * tensor; a map is a list of {@code key} and {@code value}; decimals without fraction of up to 18
 * digits are {@code int64}, others {@code utf8}, for they must stay exact; times of day are {@code
 * utf8} as ISO 8601 has them; a duration is {@code int64} of its unit; an interval or union is
 * {@code json}; of extension types, the canonical ones keep their meaning and all others are their
 * storage.
 */
final class ArrowTypes {
  private final Map<Long, Dictionary> dictionaries;
  private final SourceFile file;

  public ArrowTypes(Map<Long, Dictionary> dictionaries, SourceFile file) {
    this.dictionaries = dictionaries;
    this.file = file;
  }

  public static boolean isNull(Field field) {
    return field.getType() instanceof ArrowType.Null;
  }

  public Dictionary dictionary(Field field) {
    Dictionary dictionary = dictionaries.get(field.getDictionary().getId());
    if (dictionary == null) {
      throw InputErrors.badFile(
          "Arrow",
          new IllegalStateException("dictionary " + field.getDictionary().getId() + " is missing"),
          file.location());
    }
    return dictionary;
  }

  /** Returns the name of a field's extension type, or the empty string. */
  public static String extension(Field field) {
    return field.getType() instanceof ArrowType.ExtensionType type
        ? type.extensionName()
        : field.getMetadata().getOrDefault("ARROW:extension:name", "");
  }

  private static String parameters(Field field) {
    return field.getType() instanceof ArrowType.ExtensionType type
        ? type.serialize()
        : field.getMetadata().getOrDefault("ARROW:extension:metadata", "");
  }

  public static ArrowType storage(Field field) {
    return field.getType() instanceof ArrowType.ExtensionType type
        ? type.storageType()
        : field.getType();
  }

  /** Returns the type of a field. */
  public Type of(Field field) {
    if (field.getDictionary() != null) {
      return of(dictionary(field).getVector().getField());
    }
    switch (extension(field)) {
      case "arrow.fixed_shape_tensor":
        return fixedTensor(field);
      case "arrow.variable_shape_tensor":
        return variableTensor(field);
      case "arrow.json":
        return Type.JSON;
      case "arrow.uuid":
        return Type.UTF8;
      case "arrow.bool8":
        return Type.scalar(DType.BOOL);
      default:
        return storage(field, storage(field));
    }
  }

  private Type storage(Field field, ArrowType type) {
    return switch (type.getTypeID()) {
      case Null, Utf8, LargeUtf8, Utf8View, Time -> Type.UTF8;
      case Struct -> new Type.Struct(fields(field));
      case List, LargeList, ListView, LargeListView -> Type.list(of(field.getChildren().get(0)));
      case FixedSizeList -> fixedList(field);
      case Map -> Type.list(of(field.getChildren().get(0)));
      case Union, Interval -> Type.JSON;
      case Int -> Type.scalar(integer((ArrowType.Int) type));
      case FloatingPoint -> Type.scalar(floating((ArrowType.FloatingPoint) type));
      case Binary, LargeBinary, BinaryView, FixedSizeBinary -> Type.BINARY;
      case Bool -> Type.scalar(DType.BOOL);
      case Decimal -> decimal((ArrowType.Decimal) type);
      case Date -> Type.DATE;
      case Timestamp -> timestamp((ArrowType.Timestamp) type);
      case Duration -> Type.scalar(DType.INT64);
      default ->
          throw InputErrors.unsupported(
              "Arrow type "
                  + type
                  + " of column \""
                  + Names.brief(field.getName())
                  + "\" cannot be read",
              file.location());
    };
  }

  private List<Type.Field> fields(Field field) {
    List<Type.Field> fields = new ArrayList<>();
    for (Field child : field.getChildren()) {
      fields.add(new Type.Field(child.getName(), of(child)));
    }
    return fields;
  }

  private Type fixedList(Field field) {
    Field child = field.getChildren().get(0);
    Type element = of(child);
    long length = ((ArrowType.FixedSizeList) storage(field)).getListSize();
    if (length > 0 && element instanceof Type.Scalar scalar && !scalar.dtype().isPacked()) {
      return Type.tensor(scalar.dtype(), length);
    }
    if (length > 0
        && element instanceof Type.Tensor tensor
        && tensor.shape().isFixed()
        && tensor.shape().rank() < Shape.MAX_RANK) {
      long[] dims = new long[tensor.shape().rank() + 1];
      dims[0] = length;
      System.arraycopy(tensor.shape().dims(), 0, dims, 1, dims.length - 1);
      return Type.tensor(tensor.dtype(), dims);
    }
    return Type.list(element);
  }

  private Type fixedTensor(Field field) {
    JsonNode shape = json(field).path("shape");
    JsonNode permutation = json(field).path("permutation");
    for (int i = 0; i < permutation.size(); i++) {
      if (permutation.get(i).asInt(-1) != i) {
        throw InputErrors.unsupported(
            "The permuted tensor column \"" + Names.brief(field.getName()) + "\" cannot be read",
            file.location());
      }
    }
    long[] dims = new long[shape.size()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.get(i).asLong(-1);
    }
    Type flat = fixedList(field);
    if (flat instanceof Type.Tensor tensor && dims.length <= Shape.MAX_RANK) {
      Shape wanted = Shape.of(dims);
      if (wanted.isFixed() && wanted.elementCount() == tensor.shape().elementCount()) {
        return new Type.Tensor(tensor.dtype(), wanted);
      }
    }
    return flat;
  }

  private Type variableTensor(Field field) {
    Type.Struct struct = new Type.Struct(fields(field));
    if (field.getChildren().size() == 2
        && struct.fields().get(0).type() instanceof Type.ListOf data
        && data.element() instanceof Type.Scalar scalar
        && !scalar.dtype().isPacked()
        && struct.fields().get(1).type() instanceof Type.Tensor shape) {
      long[] dims = new long[(int) shape.shape().dim(0)];
      JsonNode uniform = json(field).path("uniform_shape");
      for (int i = 0; i < dims.length; i++) {
        dims[i] = uniform.path(i).asLong(Shape.ANY);
      }
      return Type.tensor(scalar.dtype(), dims);
    }
    return struct;
  }

  private JsonNode json(Field field) {
    String text = parameters(field);
    try {
      return Json.MAPPER.readTree(text.isEmpty() ? "{}" : text);
    } catch (JsonProcessingException e) {
      throw InputErrors.badFile("Arrow", e, file.location());
    }
  }

  private static DType integer(ArrowType.Int type) {
    return switch (type.getBitWidth()) {
      case 8 -> type.getIsSigned() ? DType.INT8 : DType.UINT8;
      case 16 -> type.getIsSigned() ? DType.INT16 : DType.UINT16;
      case 32 -> type.getIsSigned() ? DType.INT32 : DType.UINT32;
      default -> type.getIsSigned() ? DType.INT64 : DType.UINT64;
    };
  }

  private static DType floating(ArrowType.FloatingPoint type) {
    return switch (type.getPrecision()) {
      case HALF -> DType.FLOAT16;
      case SINGLE -> DType.FLOAT32;
      case DOUBLE -> DType.FLOAT64;
    };
  }

  private static Type decimal(ArrowType.Decimal type) {
    return type.getScale() == 0 && type.getPrecision() <= ParquetTypes.INT64_DIGITS
        ? Type.scalar(DType.INT64)
        : Type.UTF8;
  }

  private static Type timestamp(ArrowType.Timestamp type) {
    String unit =
        switch (type.getUnit()) {
          case SECOND -> "s";
          case MILLISECOND -> "ms";
          case MICROSECOND -> "us";
          case NANOSECOND -> "ns";
        };
    return new Type.Timestamp(unit, type.getTimezone() == null ? "" : type.getTimezone());
  }
}

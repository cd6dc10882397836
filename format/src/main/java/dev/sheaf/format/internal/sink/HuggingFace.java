package dev.sheaf.format.internal.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.ipc.ArrowLayout;
import dev.sheaf.format.internal.source.parquet.DeclaredTensors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What Hugging Face's {@code datasets} keeps in the metadata of Parquet files: its features under
 * {@code huggingface}, and under {@code ARROW:schema} the Arrow types, by which it knows tensors of
 * two to five axes. Beside them stands under {@link DeclaredTensors#KEY} which columns are tensors
 * of whatever axes, for the way back.
 *
 * <p>A feature counts only where its Arrow type is that of the file, so one that an older {@code
 * datasets} does not know would do harm and one that is left out does none: JSON is left out.
 */
final class HuggingFace {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MOST_AXES = 5;

  private HuggingFace() {}

  /** Returns the metadata of a file with these columns. */
  static Map<String, String> metadata(List<Column> columns) {
    ObjectNode features = JSON.objectNode();
    List<Field> fields = new ArrayList<>();
    for (Column column : columns) {
      Type type = Plain.of(column.type());
      JsonNode feature = feature(type);
      if (feature != null) {
        features.set(column.name(), feature);
      }
      fields.add(field(column.name(), type));
    }
    ObjectNode root = JSON.objectNode();
    root.putObject("info").set("features", features);
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("huggingface", root.toString());
    ObjectNode tensors = JSON.objectNode();
    for (Column column : columns) {
      if (Plain.of(column.type()) instanceof Type.Tensor tensor) {
        tensors.put(column.name(), tensor.toString());
      }
    }
    if (!tensors.isEmpty()) {
      metadata.put(DeclaredTensors.KEY, JSON.objectNode().set("types", tensors).toString());
    }
    // A reader that restores the Arrow schema takes the metadata of that, not of the file.
    metadata.put("ARROW:schema", encoded(new Schema(fields, Map.copyOf(metadata))));
    return metadata;
  }

  private static String encoded(Schema schema) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (WriteChannel channel = new WriteChannel(Channels.newChannel(bytes))) {
      MessageSerializer.serialize(channel, schema);
    } catch (IOException e) {
      throw new AssertionError("an array in memory takes every byte", e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /** Returns the feature of a type, or null where there is none that every release knows. */
  private static JsonNode feature(Type type) {
    if (type instanceof Type.Media media) {
      return switch (media.kind()) {
        case IMAGE -> named("Image");
        case AUDIO -> named("Audio");
        case VIDEO -> named("Video");
        case FILE -> file();
      };
    }
    if (type instanceof Type.Scalar scalar) {
      return value(dtype(scalar.dtype()));
    }
    if (type instanceof Type.Tensor tensor) {
      return tensor(tensor);
    }
    if (type instanceof Type.ListOf list) {
      JsonNode element = feature(list.element());
      return element == null ? null : list(element);
    }
    if (type instanceof Type.Struct struct) {
      ObjectNode fields = JSON.objectNode();
      for (Type.Field field : struct.fields()) {
        JsonNode feature = feature(field.type());
        // A field of this name would be taken for the kind of a feature.
        if (feature == null || field.name().equals("_type")) {
          return null;
        }
        fields.set(field.name(), feature);
      }
      return fields;
    }
    return type instanceof Type.Json ? null : value(dtype(type));
  }

  private static ObjectNode named(String name) {
    return JSON.objectNode().put("_type", name);
  }

  private static ObjectNode value(String dtype) {
    return JSON.objectNode().put("dtype", dtype).put("_type", "Value");
  }

  private static ObjectNode file() {
    ObjectNode fields = JSON.objectNode();
    fields.set("bytes", value("binary"));
    fields.set("path", value("string"));
    return fields;
  }

  /** A list in brackets is one in every release, whereas "Sequence" and "List" took turns. */
  private static ArrayNode list(JsonNode element) {
    return JSON.arrayNode().add(element);
  }

  private static JsonNode tensor(Type.Tensor tensor) {
    if (isArray(tensor)) {
      ObjectNode array = JSON.objectNode();
      array.set("shape", shape(tensor.shape()));
      return array
          .put("dtype", dtype(tensor.dtype()))
          .put("_type", "Array" + tensor.shape().rank() + "D");
    }
    JsonNode feature = value(dtype(tensor.dtype()));
    for (int axis = 0; axis < tensor.shape().rank(); axis++) {
      feature = list(feature);
    }
    return feature;
  }

  private static ArrayNode shape(Shape shape) {
    ArrayNode dims = JSON.arrayNode();
    for (long dim : shape.dims()) {
      if (dim == Shape.ANY) {
        dims.addNull();
      } else {
        dims.add(dim);
      }
    }
    return dims;
  }

  /**
   * Tells whether a tensor is one of the arrays that datasets has: only the first axis may vary.
   */
  private static boolean isArray(Type.Tensor tensor) {
    Shape shape = tensor.shape();
    if (shape.rank() < 2 || shape.rank() > MOST_AXES) {
      return false;
    }
    for (int axis = 1; axis < shape.rank(); axis++) {
      if (shape.dim(axis) == Shape.ANY) {
        return false;
      }
    }
    return true;
  }

  private static String dtype(DType dtype) {
    return dtype.id();
  }

  private static String dtype(Type type) {
    if (type instanceof Type.Utf8) {
      return "string";
    }
    if (type instanceof Type.Binary) {
      return "binary";
    }
    if (type instanceof Type.Date) {
      return "date32";
    }
    Type.Timestamp timestamp = (Type.Timestamp) type;
    String unit = timestamp.unit().equals("s") ? "ms" : timestamp.unit();
    return timestamp.zone().isEmpty()
        ? "timestamp[" + unit + "]"
        : "timestamp[" + unit + ", tz=" + timestamp.zone() + "]";
  }

  private static Field field(String name, Type type) {
    if (type instanceof Type.Media) {
      return new Field(
          name,
          FieldType.nullable(ArrowType.Struct.INSTANCE),
          List.of(
              Field.nullable("bytes", ArrowType.Binary.INSTANCE),
              Field.nullable("path", ArrowType.Utf8.INSTANCE)));
    }
    if (type instanceof Type.Tensor tensor) {
      Field element =
          ArrowLayout.plain(tensor.shape().rank() == 0 ? name : "element", scalar(tensor)).field();
      for (int axis = tensor.shape().rank() - 1; axis >= 0; axis--) {
        String inner = axis == 0 ? name : "element";
        Map<String, String> extension =
            axis == 0 && isArray(tensor) ? arrayExtension(tensor) : Map.of();
        element =
            new Field(
                inner,
                new FieldType(true, ArrowType.List.INSTANCE, null, extension),
                List.of(element));
      }
      return element;
    }
    if (type instanceof Type.ListOf list) {
      return new Field(
          name,
          FieldType.nullable(ArrowType.List.INSTANCE),
          List.of(field("element", list.element())));
    }
    if (type instanceof Type.Struct struct) {
      List<Field> fields = new ArrayList<>();
      struct.fields().forEach(child -> fields.add(field(child.name(), child.type())));
      return new Field(name, FieldType.nullable(ArrowType.Struct.INSTANCE), fields);
    }
    Type plain =
        type instanceof Type.Timestamp timestamp && timestamp.unit().equals("s")
            ? new Type.Timestamp("ms", timestamp.zone())
            : type;
    return ArrowLayout.plain(name, plain).field();
  }

  private static Type scalar(Type.Tensor tensor) {
    return Type.scalar(tensor.dtype());
  }

  private static Map<String, String> arrayExtension(Type.Tensor tensor) {
    int rank = tensor.shape().rank();
    ArrayNode parameters = JSON.arrayNode().add(shape(tensor.shape()));
    parameters.add(dtype(tensor.dtype()));
    return Map.of(
        "ARROW:extension:name",
        "datasets.features.features.Array" + rank + "DExtensionType",
        "ARROW:extension:metadata",
        parameters.toString());
  }
}

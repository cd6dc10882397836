package dev.sheaf.format.internal.source.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Type;
import dev.sheaf.format.UnsupportedFormatException;
import dev.sheaf.format.internal.source.Json;
import java.util.Map;

/**
 * Which lists of numbers are tensors, by the metadata of a Parquet file: Parquet itself has lists
 * only. Our own exports say it under {@value #KEY}, by column the type; Hugging Face's {@code
 * datasets} under {@code huggingface} by its features {@code Array2D} to {@code Array5D}, and lists
 * of a fixed length, which are tensors of one axis.
 *
 * <p>What does not fit the columns of the file, or is no such metadata, is passed over: it was
 * written by another program than the columns.
 */
public final class DeclaredTensors {
  /** The key of our own exports. */
  public static final String KEY = "sheaf";

  private final JsonNode types;
  private final JsonNode features;

  private DeclaredTensors(JsonNode types, JsonNode features) {
    this.types = types;
    this.features = features;
  }

  static DeclaredTensors of(Map<String, String> metadata) {
    return new DeclaredTensors(
        read(metadata.get(KEY)).path("types"),
        read(metadata.get("huggingface")).path("info").path("features"));
  }

  private static JsonNode read(String json) {
    try {
      return json == null ? MissingNode.getInstance() : Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Returns the type of a column: the tensor that was declared, else what Parquet's type is. */
  Type of(org.apache.parquet.schema.Type field) {
    Type type = ParquetTypes.of(field);
    if (!(type instanceof Type.ListOf)) {
      return type;
    }
    Type declared = ours(types.path(field.getName()));
    if (declared == null) {
      declared = feature(features.path(field.getName()));
    }
    return declared instanceof Type.Tensor tensor && fits(tensor, type) ? tensor : type;
  }

  /** Tells whether a type is lists of lists, a list an axis, of the tensor's numbers. */
  private static boolean fits(Type.Tensor tensor, Type lists) {
    Type at = lists;
    for (int axis = 0; axis < tensor.shape().rank(); axis++) {
      if (!(at instanceof Type.ListOf list)) {
        return false;
      }
      at = list.element();
    }
    return at.equals(Type.scalar(tensor.dtype())) && tensor.dtype() != DType.BOOL;
  }

  private static Type ours(JsonNode type) {
    try {
      return type.isTextual() ? Type.parse(type.textValue()) : null;
    } catch (UnsupportedFormatException e) {
      return null;
    }
  }

  private static Type feature(JsonNode feature) {
    String kind = feature.path("_type").asText("");
    try {
      if (kind.matches("Array[2-5]D")) {
        return new Type.Tensor(
            DType.of(feature.path("dtype").asText("")), shape(feature.path("shape")));
      }
      int length = feature.path("length").asInt(-1);
      JsonNode element = feature.path("feature");
      boolean isList = kind.equals("Sequence") || kind.equals("List") || kind.equals("LargeList");
      return isList && length > 0 && element.path("_type").asText("").equals("Value")
          ? Type.tensor(DType.of(element.path("dtype").asText("")), length)
          : null;
    } catch (UnsupportedFormatException | IllegalArgumentException e) {
      return null;
    }
  }

  private static Shape shape(JsonNode dims) {
    long[] lengths = new long[dims.size()];
    for (int axis = 0; axis < lengths.length; axis++) {
      lengths[axis] = dims.get(axis).isNull() ? Shape.ANY : dims.get(axis).asLong(0);
    }
    return Shape.of(lengths);
  }
}

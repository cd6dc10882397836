package dev.sheaf.format.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.format.DType;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Cells written as JSON text. */
final class Values {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Values() {}

  static Object parse(Type type, String json) {
    try {
      return value(type, MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }

  private static Object value(Type type, JsonNode node) {
    if (node.isNull()) {
      return null;
    }
    if (type instanceof Type.Json) {
      return node.toString();
    }
    if (type instanceof Type.ListOf list) {
      List<Object> values = new ArrayList<>();
      node.forEach(element -> values.add(value(list.element(), element)));
      return values;
    }
    if (type instanceof Type.Struct struct) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (Type.Field field : struct.fields()) {
        fields.put(field.name(), value(field.type(), node.get(field.name())));
      }
      return fields;
    }
    if (type instanceof Type.Scalar scalar) {
      return scalar.dtype().kind() == DType.Kind.FLOAT
          ? (Object) node.doubleValue()
          : (Object) node.longValue();
    }
    if (type instanceof Type.Binary) {
      return ByteBuffer.wrap(node.textValue().getBytes(StandardCharsets.UTF_8));
    }
    if (type instanceof Type.Tensor) {
      float[] elements = new float[node.size()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = node.get(i).floatValue();
      }
      return Tensor.ofFloats(elements);
    }
    return node.textValue();
  }
}

package dev.sheaf.format.internal.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns cells as sources have them (text, JSON, typed values) into what {@link
 * dev.sheaf.format.Row} takes.
 */
public final class Cells {
  /** A value does not fit; the message says what was expected and found. */
  public static final class MisfitException extends Exception {
    private static final long serialVersionUID = 1L;

    MisfitException(Type expected, Object found) {
      super("expected " + expected + ", got " + describe(found), null, false, false);
    }

    MisfitException(String message) {
      super(message, null, false, false);
    }
  }

  private static final long EXACT_IN_DOUBLE = 1L << 53;

  private Cells() {}

  /**
   * Converts one cell.
   *
   * @param raw a String, JsonNode or typed value; null for null
   * @throws MisfitException if it does not fit
   */
  public static Object convert(Object raw, Type type) throws MisfitException {
    if (CanonicalHash.isNull(raw)) {
      return null;
    }
    try {
      if (type instanceof Type.Scalar scalar) {
        return scalar(raw, scalar);
      } else if (type instanceof Type.Utf8) {
        return text(raw, type);
      } else if (type instanceof Type.Json) {
        return json(raw, type);
      } else if (type instanceof Type.Date) {
        return raw instanceof LocalDate ? raw : TextValues.date(plain(raw, type));
      } else if (type instanceof Type.Timestamp) {
        return raw instanceof Instant ? raw : TextValues.moment(plain(raw, type));
      } else if (type instanceof Type.Binary) {
        return binary(raw, type);
      } else if (type instanceof Type.Tensor tensor) {
        return tensor(raw, tensor);
      } else if (type instanceof Type.ListOf list) {
        return list(raw, list);
      } else if (type instanceof Type.Struct struct) {
        return struct(raw, struct);
      }
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new MisfitException(type, raw);
    }
    throw new MisfitException(type, raw);
  }

  /** Returns a scalar cell as text, for use as a key; null if it is null. */
  public static String keyText(Object raw) {
    if (CanonicalHash.isNull(raw)) {
      return null;
    }
    if (raw instanceof JsonNode node) {
      return node.isValueNode() ? node.asText() : Json.text(node);
    }
    return raw.toString();
  }

  private static Object scalar(Object raw, Type.Scalar type) throws MisfitException {
    if (type.dtype() == DType.BOOL) {
      if (raw instanceof Boolean) {
        return raw;
      }
      if (raw instanceof JsonNode node) {
        if (node.isBoolean()) {
          return node.booleanValue();
        }
        throw new MisfitException(type, raw);
      }
      return TextValues.bool(requireText(raw, type));
    }
    return type.dtype().kind() == DType.Kind.FLOAT ? fraction(raw, type) : integer(raw, type);
  }

  private static Object integer(Object raw, Type.Scalar type) throws MisfitException {
    BigInteger value;
    if (raw instanceof JsonNode node) {
      if (node.isIntegralNumber() && node.canConvertToLong()) {
        return inRange(node.longValue(), type, raw);
      }
      if (!node.isIntegralNumber() && !node.isTextual()) {
        throw new MisfitException(type, raw);
      }
      value = node.isTextual() ? TextValues.integer(node.textValue()) : node.bigIntegerValue();
    } else if (raw instanceof BigInteger big) {
      value = big;
    } else if (raw instanceof Byte
        || raw instanceof Short
        || raw instanceof Integer
        || raw instanceof Long) {
      return inRange(((Number) raw).longValue(), type, raw);
    } else {
      value = TextValues.integer(requireText(raw, type));
    }
    if (value.bitLength() < 64) {
      return inRange(value.longValue(), type, raw);
    }
    if (type.dtype() == DType.UINT64 && value.signum() > 0 && value.bitLength() == 64) {
      return value;
    }
    throw new MisfitException(type, raw);
  }

  private static Object inRange(long value, Type.Scalar type, Object raw) throws MisfitException {
    int bits = type.dtype().bits();
    boolean fits;
    if (type.dtype().kind() == DType.Kind.SIGNED) {
      fits = bits == 64 || value >= -(1L << bits - 1) && value < 1L << bits - 1;
    } else {
      fits = value >= 0 && (bits >= 63 || value < 1L << bits);
    }
    if (!fits) {
      throw new MisfitException(type, raw);
    }
    return value;
  }

  private static Object fraction(Object raw, Type.Scalar type) throws MisfitException {
    double value;
    if (raw instanceof JsonNode node) {
      if (!node.isNumber()) {
        throw new MisfitException(type, raw);
      }
      value = number(node, type);
    } else if (raw instanceof Float || raw instanceof Double) {
      value = ((Number) raw).doubleValue();
    } else if (raw instanceof Number number) {
      value = number.doubleValue();
      if (Math.abs(value) > EXACT_IN_DOUBLE) {
        throw new MisfitException(type, raw);
      }
    } else {
      value = TextValues.fraction(requireText(raw, type));
    }
    return type.dtype() == DType.FLOAT64 ? (Object) value : (Object) (float) value;
  }

  private static double number(JsonNode node, Type type) throws MisfitException {
    double value = node.doubleValue();
    boolean lost =
        node.isIntegralNumber() && Math.abs(value) > EXACT_IN_DOUBLE
            || Double.isInfinite(value) && !node.isDouble();
    if (lost) {
      throw new MisfitException(type, node);
    }
    return value;
  }

  private static String requireText(Object raw, Type type) throws MisfitException {
    if (raw instanceof String text) {
      return text;
    }
    throw new MisfitException(type, raw);
  }

  private static String plain(Object raw, Type type) throws MisfitException {
    if (raw instanceof JsonNode node && node.isTextual()) {
      return node.textValue();
    }
    return requireText(raw, type);
  }

  private static String text(Object raw, Type type) throws MisfitException {
    if (raw instanceof JsonNode node) {
      if (node.isContainerNode()) {
        throw new MisfitException(type, raw);
      }
      return node.asText();
    }
    if (raw instanceof String text) {
      return text;
    }
    if (raw instanceof Number
        || raw instanceof Boolean
        || raw instanceof LocalDate
        || raw instanceof Instant) {
      return raw.toString();
    }
    throw new MisfitException(type, raw);
  }

  private static String json(Object raw, Type type) throws MisfitException {
    if (raw instanceof JsonNode node) {
      return Json.text(node);
    }
    if (raw instanceof TypedJson json) {
      return json.text();
    }
    if (raw instanceof String text) {
      return Json.text(JsonNodeFactory.instance.textNode(text));
    }
    if (raw instanceof Number
        || raw instanceof Boolean
        || raw instanceof List
        || raw instanceof Map) {
      return Json.text(Json.MAPPER.valueToTree(raw));
    }
    throw new MisfitException(type, raw);
  }

  private static Object binary(Object raw, Type type) throws MisfitException {
    if (raw instanceof byte[]) {
      return raw;
    }
    throw new MisfitException(type, raw);
  }

  private static Object list(Object raw, Type.ListOf type) throws MisfitException {
    List<Object> values = new ArrayList<>();
    if (raw instanceof JsonNode node && node.isArray()) {
      for (JsonNode value : node) {
        values.add(convert(value, type.element()));
      }
    } else if (raw instanceof List<?> list) {
      for (Object value : list) {
        values.add(convert(value, type.element()));
      }
    } else if (raw instanceof Tensor tensor && tensor.shape().rank() == 1) {
      for (long i = 0; i < tensor.shape().elementCount(); i++) {
        values.add(convert(tensor.element(i), type.element()));
      }
    } else {
      throw new MisfitException(type, raw);
    }
    return values;
  }

  private static Object struct(Object raw, Type.Struct type) throws MisfitException {
    Map<String, Object> values = new LinkedHashMap<>();
    if (raw instanceof JsonNode node && node.isObject()) {
      for (Type.Field field : type.fields()) {
        values.put(field.name(), convert(node.get(field.name()), field.type()));
      }
    } else if (raw instanceof Map<?, ?> map) {
      for (Type.Field field : type.fields()) {
        values.put(field.name(), convert(map.get(field.name()), field.type()));
      }
    } else {
      throw new MisfitException(type, raw);
    }
    return values;
  }

  private static Tensor tensor(Object raw, Type.Tensor type) throws MisfitException {
    if (raw instanceof Tensor tensor && tensor.dtype() == type.dtype()) {
      if (!type.shape().accepts(tensor.shape())) {
        throw new MisfitException("expected shape " + type.shape() + ", got " + tensor.shape());
      }
      return tensor;
    }
    List<Long> dims = new ArrayList<>();
    TensorValues.measure(raw, dims);
    if (!dims.isEmpty() && dims.get(dims.size() - 1) == 0) {
      // An array without elements does not show the axes within it.
      for (int axis = dims.size(); axis < type.shape().rank(); axis++) {
        dims.add(Math.max(0, type.shape().dim(axis)));
      }
    }
    Shape shape = Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
    if (!type.shape().accepts(shape)) {
      throw new MisfitException("expected shape " + type.shape() + ", got " + shape);
    }
    ByteBuffer data = TensorValues.allocate(type.dtype(), shape.elementCount());
    TensorValues.fill(raw, dims, 0, type.dtype(), data);
    return Tensor.of(type.dtype(), shape, data.flip());
  }

  public static String describe(Object found) {
    if (found instanceof JsonNode node) {
      return node.isContainerNode() ? Json.kind(node) : Names.brief(Json.text(node));
    }
    if (found instanceof String text) {
      return "\"" + Names.brief(text) + "\"";
    }
    if (found instanceof byte[] bytes) {
      return bytes.length + " bytes";
    }
    if (found instanceof BigDecimal || found instanceof Number || found instanceof Boolean) {
      return found.toString();
    }
    return found == null
        ? "null"
        : found instanceof List ? "a list" : found instanceof Map ? "a struct" : found.toString();
  }
}

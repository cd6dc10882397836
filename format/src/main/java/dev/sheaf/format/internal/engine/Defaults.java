package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.ipc.ArrayBuilder;
import dev.sheaf.format.internal.ipc.ArrowLayout;
import dev.sheaf.format.internal.ipc.Cells;
import dev.sheaf.format.internal.layer.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns defaults into values, and values into those of wider types. */
public final class Defaults {
  private Defaults() {}

  /**
   * Returns what a sample without a cell shows.
   *
   * @throws dev.sheaf.format.DatasetException if the default does not fit the column
   */
  public static Object value(Column column) {
    JsonNode node = Json.value(column.defaultJson(), "schema");
    if (node.isNull()) {
      return null;
    }
    try {
      Object value = value(column.type(), node, column.name());
      ArrayBuilder scratch = ArrayBuilder.of(ArrowLayout.plain("x", column.type()).physical());
      Cells.append(scratch, column.type(), value, column.name());
      return value;
    } catch (DateTimeException e) {
      throw misfit(column.type(), node, column.name());
    }
  }

  private static Object value(Type type, JsonNode node, String column) {
    if (type instanceof Type.Scalar scalar) {
      if (scalar.dtype() == DType.BOOL && node.isBoolean()) {
        return node.booleanValue();
      }
      if (scalar.dtype().kind() == DType.Kind.FLOAT && node.isNumber()) {
        return number(scalar.dtype(), node, column);
      }
      if (node.isIntegralNumber() && scalar.dtype() != DType.BOOL) {
        return node.canConvertToLong() ? (Object) node.longValue() : node.bigIntegerValue();
      }
    } else if (type instanceof Type.Json) {
      return node.toString();
    } else if (type instanceof Type.Utf8 && node.isTextual()) {
      return node.textValue();
    } else if (type instanceof Type.Date && node.isTextual()) {
      return LocalDate.parse(node.textValue());
    } else if (type instanceof Type.Timestamp timestamp && node.isTextual()) {
      return timestamp.zone().isEmpty()
          ? (Object) LocalDateTime.parse(node.textValue())
          : Instant.parse(node.textValue());
    } else if (type instanceof Type.ListOf list && node.isArray()) {
      List<Object> values = new ArrayList<>();
      node.forEach(
          element -> values.add(element.isNull() ? null : value(list.element(), element, column)));
      return values;
    } else if (type instanceof Type.Struct struct && node.isObject()) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (Type.Field field : struct.fields()) {
        JsonNode part = node.get(field.name());
        values.put(
            field.name(), part == null || part.isNull() ? null : value(field.type(), part, column));
      }
      return values;
    }
    throw misfit(type, node, column);
  }

  private static InvalidSchemaException misfit(Type type, JsonNode node, String column) {
    return new InvalidSchemaException(
        "SHEAF-SCH-011",
        "Default " + node + " does not fit type " + type,
        Location.NONE.with("column", column),
        "Give a JSON value of that type; tensors, binary and media have no default but null");
  }

  /** Rounds as a cell that is written is rounded. */
  private static Object number(DType dtype, JsonNode node, String column) {
    return switch (dtype) {
      case FLOAT64 -> node.doubleValue();
      case FLOAT16 -> HalfFloat.toFloat((short) Cells.bits(dtype, node.floatValue(), column));
      case BFLOAT16 ->
          Float.intBitsToFloat((int) Cells.bits(dtype, node.floatValue(), column) << 16);
      default -> node.floatValue();
    };
  }

  /** Returns a value read as {@code from} as a value of the wider type {@code to}. */
  public static Object widen(Object value, Type from, Type to) {
    if (value == null || from.equals(to)) {
      return value;
    }
    if (to instanceof Type.Scalar scalar && value instanceof Number number) {
      if (scalar.dtype() == DType.FLOAT64) {
        return number instanceof Float single ? HalfFloat.widen(single) : number.doubleValue();
      }
      if (scalar.dtype().kind() == DType.Kind.FLOAT) {
        return number.floatValue();
      }
    }
    return value;
  }

  /** Tells whether every value of {@code from} is a value of {@code to}. */
  public static boolean isWider(Type from, Type to) {
    if (!(from instanceof Type.Scalar narrow) || !(to instanceof Type.Scalar wide)) {
      return false;
    }
    DType a = narrow.dtype();
    DType b = wide.dtype();
    boolean fromInteger = a.kind() == DType.Kind.SIGNED || a.kind() == DType.Kind.UNSIGNED;
    if (b.kind() == DType.Kind.FLOAT) {
      int exact = b == DType.FLOAT64 ? 53 : b == DType.FLOAT32 ? 24 : b == DType.FLOAT16 ? 11 : 8;
      if (fromInteger) {
        return a.bits() <= exact;
      }
      return a.kind() == DType.Kind.FLOAT && b.bits() > a.bits();
    }
    if (!fromInteger || b.kind() == DType.Kind.BOOL) {
      return false;
    }
    if (a.kind() == b.kind()) {
      return b.bits() > a.bits();
    }
    return b.kind() == DType.Kind.SIGNED && b.bits() > a.bits();
  }
}

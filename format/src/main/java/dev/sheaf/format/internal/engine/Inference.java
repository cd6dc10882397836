package dev.sheaf.format.internal.engine;

import dev.sheaf.format.DType;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Media;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Chooses the type of a column from its first value. */
final class Inference {
  private Inference() {}

  static Type of(String column, Object value) {
    if (value instanceof Boolean) {
      return Type.scalar(DType.BOOL);
    }
    if (value instanceof Byte) {
      return Type.scalar(DType.INT8);
    }
    if (value instanceof Short) {
      return Type.scalar(DType.INT16);
    }
    if (value instanceof Integer) {
      return Type.scalar(DType.INT32);
    }
    if (value instanceof Long) {
      return Type.scalar(DType.INT64);
    }
    if (value instanceof BigInteger) {
      return Type.scalar(DType.UINT64);
    }
    if (value instanceof Float) {
      return Type.scalar(DType.FLOAT32);
    }
    if (value instanceof Double) {
      return Type.scalar(DType.FLOAT64);
    }
    if (value instanceof String) {
      return Type.UTF8;
    }
    if (value instanceof byte[] || value instanceof ByteBuffer) {
      return Type.BINARY;
    }
    if (value instanceof LocalDate) {
      return Type.DATE;
    }
    if (value instanceof Instant) {
      return new Type.Timestamp("us", "UTC");
    }
    if (value instanceof LocalDateTime) {
      return new Type.Timestamp("us", "");
    }
    if (value instanceof Tensor tensor) {
      return new Type.Tensor(tensor.dtype(), tensor.shape());
    }
    if (value instanceof Media media) {
      return Type.media(media.kind());
    }
    if (value instanceof List<?> list) {
      for (Object element : list) {
        if (element != null) {
          return Type.list(of(column, element));
        }
      }
    } else if (value instanceof Map<?, ?> map) {
      List<Type.Field> fields = new ArrayList<>();
      map.forEach((name, field) -> fields.add(new Type.Field((String) name, of(column, field))));
      return new Type.Struct(fields);
    }
    throw new InvalidSchemaException(
        "SHEAF-SCH-013",
        "Cannot tell the type of the column from "
            + (value == null ? "null" : value.getClass().getSimpleName()),
        Location.NONE.with("column", column),
        "Declare it with addColumn");
  }
}

package dev.sheaf.query.internal.exec;

import dev.sheaf.format.Tensor;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * Values one by one, in the Java types of Calcite's enumerable operators, and back. The enumerable
 * operators know moments to the millisecond. Stateless.
 */
final class Boxes {
  private static final int ENUMERABLE_PRECISION = 3;

  private Boxes() {}

  /** Returns a value as enumerable operators take it. */
  static Object box(Vec vec, int row, RelDataType type) {
    if (vec.isNull(row)) {
      return null;
    }
    SqlTypeName name = type.getSqlTypeName();
    if (vec instanceof Vec.Longs longs) {
      long value = longs.values[row];
      return switch (name) {
        case TINYINT -> (byte) value;
        case SMALLINT -> (short) value;
        case INTEGER, DATE -> (int) value;
        case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
            Moments.rescale(value, precision(type), ENUMERABLE_PRECISION);
        default -> value;
      };
    }
    if (vec instanceof Vec.Doubles doubles) {
      double value = doubles.values[row];
      return name == SqlTypeName.REAL ? (Object) (float) value : (Object) value;
    }
    if (vec instanceof Vec.Bools bools) {
      return bools.values[row];
    }
    if (vec instanceof Vec.Texts texts) {
      return name == SqlTypeName.BINARY || name == SqlTypeName.VARBINARY
          ? new ByteString(bytes(texts, row))
          : texts.text(row);
    }
    return nested(((Vec.Objects) vec).values[row], type);
  }

  /** Returns a struct, a list, or what lies in one, as enumerable operators take it. */
  static Object nested(Object value, RelDataType type) {
    if (value == null) {
      return null;
    }
    if (type.isStruct()) {
      return StructRow.of(value, type);
    }
    if (value instanceof List<?> list && type.getComponentType() != null) {
      List<Object> elements = new ArrayList<>(list.size());
      for (Object element : list) {
        elements.add(nested(element, type.getComponentType()));
      }
      return elements;
    }
    return StructRow.narrow(value, type);
  }

  /** Undoes {@link #nested}. */
  private static Object original(Object value) {
    if (value instanceof StructRow struct) {
      return struct.original();
    }
    if (value instanceof List<?> list && list.stream().anyMatch(StructRow.class::isInstance)) {
      List<Object> elements = new ArrayList<>(list.size());
      list.forEach(element -> elements.add(original(element)));
      return elements;
    }
    return value;
  }

  private static int precision(RelDataType type) {
    return Math.max(0, type.getPrecision());
  }

  static byte[] bytes(Vec.Texts texts, int row) {
    return java.util.Arrays.copyOfRange(texts.bytes, texts.offsets[row], texts.offsets[row + 1]);
  }

  /** Returns column {@code column} of rows as enumerable operators give them. */
  static Vec unbox(List<Object[]> rows, int column, RelDataType type) {
    int size = rows.size();
    boolean[] nulls = null;
    for (int i = 0; i < size; i++) {
      if (rows.get(i)[column] == null) {
        nulls = nulls == null ? new boolean[size] : nulls;
        nulls[i] = true;
      }
    }
    switch (Kind.of(type)) {
      case LONG -> {
        boolean moment =
            type.getSqlTypeName() == SqlTypeName.TIMESTAMP
                || type.getSqlTypeName() == SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE;
        long[] values = new long[size];
        for (int i = 0; i < size; i++) {
          Object value = rows.get(i)[column];
          if (value != null) {
            long number = ((Number) value).longValue();
            values[i] =
                moment ? Moments.rescale(number, ENUMERABLE_PRECISION, precision(type)) : number;
          }
        }
        return new Vec.Longs(values, nulls);
      }
      case DOUBLE -> {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
          Object value = rows.get(i)[column];
          values[i] = value == null ? 0 : ((Number) value).doubleValue();
        }
        return new Vec.Doubles(values, nulls);
      }
      case BOOL -> {
        boolean[] values = new boolean[size];
        for (int i = 0; i < size; i++) {
          Object value = rows.get(i)[column];
          values[i] = value != null && (Boolean) value;
        }
        return new Vec.Bools(values, nulls);
      }
      case TEXT -> {
        TextBuilder texts = new TextBuilder(size);
        for (int i = 0; i < size; i++) {
          Object value = rows.get(i)[column];
          if (value == null) {
            texts.addNull();
          } else {
            texts.add(
                value instanceof ByteString bytes
                    ? bytes.getBytes()
                    : value.toString().getBytes(StandardCharsets.UTF_8));
          }
        }
        return texts.build();
      }
      default -> {
        Object[] values = new Object[size];
        for (int i = 0; i < size; i++) {
          Object value = rows.get(i)[column];
          values[i] = original(value);
        }
        return new Vec.Objects(values);
      }
    }
  }

  /**
   * Returns a value as {@code Sample.value} gives it.
   *
   * @param type the SQL type
   */
  static Object value(Vec vec, int row, RelDataType type, dev.sheaf.format.Type columnType) {
    if (vec.isNull(row)) {
      return null;
    }
    if (vec instanceof Vec.Longs longs) {
      long value = longs.values[row];
      if (columnType instanceof dev.sheaf.format.Type.Timestamp timestamp) {
        return Moments.moment(timestamp, value);
      }
      return type.getSqlTypeName() == SqlTypeName.DATE
          ? (Object) java.time.LocalDate.ofEpochDay(value)
          : (Object) value;
    }
    if (vec instanceof Vec.Doubles doubles) {
      return type.getSqlTypeName() == SqlTypeName.REAL
          ? (Object) (float) doubles.values[row]
          : (Object) doubles.values[row];
    }
    if (vec instanceof Vec.Bools bools) {
      return bools.values[row];
    }
    if (vec instanceof Vec.Texts texts) {
      return columnType instanceof dev.sheaf.format.Type.Binary
          ? java.nio.ByteBuffer.wrap(bytes(texts, row)).asReadOnlyBuffer()
          : texts.text(row);
    }
    Object value = ((Vec.Objects) vec).values[row];
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    return value instanceof Tensor || !(value instanceof Object[])
        ? value
        : List.of((Object[]) value);
  }
}

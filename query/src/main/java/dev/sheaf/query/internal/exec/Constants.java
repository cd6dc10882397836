package dev.sheaf.query.internal.exec;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.TimestampString;

/** Literals. Stateless. */
final class Constants {
  private Constants() {}

  /**
   * Returns a literal as Long, Double, Boolean, String, or null; or this class if it is another.
   */
  static Object value(RexLiteral literal) {
    if (literal.isNull()) {
      return null;
    }
    RelDataType type = literal.getType();
    SqlTypeName name = type.getSqlTypeName();
    return switch (Kind.of(type)) {
      case LONG ->
          switch (name) {
            case DATE -> (long) literal.getValueAs(DateString.class).getDaysSinceEpoch();
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                units(literal.getValueAs(TimestampString.class), type.getPrecision());
            default -> literal.getValueAs(BigDecimal.class).longValueExact();
          };
      case DOUBLE -> {
        Double value = literal.getValueAs(Double.class);
        yield name == SqlTypeName.REAL ? (Double) (double) value.floatValue() : value;
      }
      case BOOL -> literal.getValueAs(Boolean.class);
      case TEXT ->
          name == SqlTypeName.BINARY || name == SqlTypeName.VARBINARY
              ? Constants.class
              : literal.getValueAs(String.class);
      case OBJECT ->
          name == SqlTypeName.DECIMAL
              ? (Object) literal.getValueAs(BigDecimal.class).doubleValue()
              : Constants.class;
    };
  }

  private static long units(TimestampString timestamp, int precision) {
    long seconds = Math.floorDiv(timestamp.getMillisSinceEpoch(), 1000L);
    String text = timestamp.toString(9);
    long nanos = Long.parseLong(text.substring(text.length() - 9));
    return Moments.rescale(
        Math.addExact(Math.multiplyExact(seconds, 1_000_000_000L), nanos), 9, precision);
  }

  /** Returns the expression of a value that {@link #value} gives. */
  static Expr expr(Object value, Kind kind) {
    Vec[] last = {null};
    return batch -> {
      if (last[0] == null || last[0].size() != batch.size()) {
        last[0] = vec(value, kind, batch.size());
      }
      return last[0];
    };
  }

  static Vec vec(Object value, Kind kind, int size) {
    boolean[] nulls = null;
    if (value == null) {
      nulls = new boolean[size];
      Arrays.fill(nulls, true);
    }
    switch (kind) {
      case LONG -> {
        long[] values = new long[size];
        Arrays.fill(values, value == null ? 0 : (Long) value);
        return new Vec.Longs(values, nulls);
      }
      case DOUBLE -> {
        double[] values = new double[size];
        Arrays.fill(values, value == null ? 0 : (Double) value);
        return new Vec.Doubles(values, nulls);
      }
      case BOOL -> {
        boolean[] values = new boolean[size];
        Arrays.fill(values, value != null && (Boolean) value);
        return new Vec.Bools(values, nulls);
      }
      case TEXT -> {
        byte[] text =
            value == null ? new byte[0] : ((String) value).getBytes(StandardCharsets.UTF_8);
        TextBuilder texts = new TextBuilder(size);
        for (int i = 0; i < size; i++) {
          if (value == null) {
            texts.addNull();
          } else {
            texts.add(text);
          }
        }
        return texts.build();
      }
      default -> {
        Object[] values = new Object[size];
        Arrays.fill(values, value);
        return new Vec.Objects(values);
      }
    }
  }
}

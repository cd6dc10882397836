package dev.sheaf.query.internal.exec;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;

/** CAST, column-wise. Stateless. */
final class Casts {
  private Casts() {}

  /** Returns a cast between dates and moments, or empty if there is none here. */
  static Optional<Expr> moment(Expr value, RelDataType from, RelDataType to) {
    SqlTypeName a = from.getSqlTypeName();
    SqlTypeName b = to.getSqlTypeName();
    if (a == SqlTypeName.DATE && b == SqlTypeName.TIMESTAMP) {
      long perDay = Moments.rescale(86_400, 0, to.getPrecision());
      return Optional.of(batch -> map(value.eval(batch), days -> Math.multiplyExact(days, perDay)));
    }
    if (a == SqlTypeName.TIMESTAMP && b == SqlTypeName.DATE) {
      long perDay = Moments.rescale(86_400, 0, from.getPrecision());
      return Optional.of(batch -> map(value.eval(batch), units -> Math.floorDiv(units, perDay)));
    }
    if (a == b) {
      return Optional.of(
          batch ->
              map(
                  value.eval(batch),
                  units -> Moments.rescale(units, from.getPrecision(), to.getPrecision())));
    }
    return Optional.empty();
  }

  private static Vec map(Vec vec, java.util.function.LongUnaryOperator function) {
    long[] values = ((Vec.Longs) vec).values;
    long[] result = new long[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = vec.isNull(i) ? 0 : function.applyAsLong(values[i]);
    }
    return new Vec.Longs(result, vec.nulls());
  }

  /** Returns a cast between numbers, text and truth values, or empty if there is none here. */
  static Optional<Expr> of(Expr value, Kind from, RelDataType to) {
    return switch (Kind.of(to)) {
      case LONG ->
          switch (from) {
            case LONG -> Optional.of(batch -> fit(value.eval(batch), to));
            case DOUBLE -> Optional.of(batch -> fit(whole(value.eval(batch)), to));
            case TEXT -> Optional.of(batch -> fit(parseLongs(value.eval(batch)), to));
            case BOOL, OBJECT -> Optional.empty();
          };
      case DOUBLE ->
          switch (from) {
            case LONG, DOUBLE -> Optional.of(batch -> floating(value.eval(batch), to));
            case TEXT -> Optional.of(batch -> floating(parseDoubles(value.eval(batch)), to));
            case BOOL, OBJECT -> Optional.empty();
          };
      case TEXT ->
          from == Kind.LONG && to.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED
              ? Optional.of(batch -> texts(value.eval(batch)))
              : Optional.empty();
      case BOOL, OBJECT -> Optional.empty();
    };
  }

  private static Vec fit(Vec vec, RelDataType to) {
    int bits =
        switch (to.getSqlTypeName()) {
          case TINYINT -> 8;
          case SMALLINT -> 16;
          case INTEGER -> 32;
          default -> 64;
        };
    Numbers.fit(((Vec.Longs) vec).values, vec.nulls(), bits);
    return vec;
  }

  private static Vec whole(Vec vec) {
    double[] values = ((Vec.Doubles) vec).values;
    long[] result = new long[values.length];
    for (int i = 0; i < result.length; i++) {
      if (!vec.isNull(i)) {
        if (!(values[i] > -0x1p63 - 1 && values[i] < 0x1p63)) {
          throw Numbers.tooLarge("BIGINT", "DOUBLE");
        }
        result[i] = (long) values[i];
      }
    }
    return new Vec.Longs(result, vec.nulls());
  }

  private static Vec floating(Vec vec, RelDataType to) {
    double[] values = Numbers.doubles(vec);
    return new Vec.Doubles(
        to.getSqlTypeName() == SqlTypeName.REAL ? Numbers.singles(values.clone()) : values,
        vec.nulls());
  }

  private static Vec parseLongs(Vec vec) {
    long[] result = new long[vec.size()];
    for (int i = 0; i < result.length; i++) {
      if (!vec.isNull(i)) {
        String text = ((Vec.Texts) vec).text(i);
        try {
          result[i] = Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
          throw noNumber(text);
        }
      }
    }
    return new Vec.Longs(result, vec.nulls());
  }

  private static Vec parseDoubles(Vec vec) {
    double[] result = new double[vec.size()];
    for (int i = 0; i < result.length; i++) {
      if (!vec.isNull(i)) {
        String text = ((Vec.Texts) vec).text(i);
        try {
          result[i] = Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
          throw noNumber(text);
        }
      }
    }
    return new Vec.Doubles(result, vec.nulls());
  }

  private static Vec texts(Vec vec) {
    TextBuilder texts = new TextBuilder(vec.size());
    long[] values = ((Vec.Longs) vec).values;
    for (int i = 0; i < values.length; i++) {
      if (vec.isNull(i)) {
        texts.addNull();
      } else {
        texts.add(Long.toString(values[i]).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return texts.build();
  }

  private static InvalidInputException noNumber(String text) {
    return new InvalidInputException(
        "SHEAF-QRY-023",
        "\"" + text + "\" is no number",
        Location.NONE,
        "Leave such samples out, for example with WHERE x LIKE …");
  }
}

package dev.sheaf.query.internal.exec;

import dev.sheaf.format.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Dates and moments as numbers, and back. */
public final class Moments {
  private Moments() {}

  /** Returns how many units of a timestamp make a second. */
  public static long perSecond(String unit) {
    return switch (unit) {
      case "s" -> 1;
      case "ms" -> 1_000;
      case "us" -> 1_000_000;
      default -> 1_000_000_000;
    };
  }

  /** Returns the number that stands for an integer, bool, date or moment. */
  static long stored(Type type, Object value) {
    if (value instanceof Boolean bool) {
      return bool ? 1 : 0;
    }
    if (value instanceof LocalDate date) {
      return date.toEpochDay();
    }
    if (type instanceof Type.Timestamp timestamp) {
      Instant instant =
          value instanceof LocalDateTime local ? local.toInstant(ZoneOffset.UTC) : (Instant) value;
      long perSecond = perSecond(timestamp.unit());
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), perSecond),
          instant.getNano() / (1_000_000_000 / perSecond));
    }
    return ((Number) value).longValue();
  }

  /** Returns the moment that a number stands for: an Instant, or a LocalDateTime without zone. */
  public static Object moment(Type.Timestamp type, long units) {
    long perSecond = perSecond(type.unit());
    Instant instant =
        Instant.ofEpochSecond(
            Math.floorDiv(units, perSecond),
            Math.floorMod(units, perSecond) * (1_000_000_000 / perSecond));
    return type.zone().isEmpty() ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC) : instant;
  }

  /** Returns units of one precision in units of another, rounded down. */
  static long rescale(long units, int fromPrecision, int toPrecision) {
    long result = units;
    for (int i = fromPrecision; i < toPrecision; i++) {
      result = Math.multiplyExact(result, 10L);
    }
    for (int i = toPrecision; i < fromPrecision; i++) {
      result = Math.floorDiv(result, 10L);
    }
    return result;
  }
}

package dev.sheaf.format.internal.git;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the moments that a revision may name. Without an offset they are in UTC, so that a revision
 * means the same on every machine; a date alone means its last second, so that what was made on the
 * day is in it.
 */
final class Moment {
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern TIME =
      Pattern.compile(
          "(\\d{4}-\\d{2}-\\d{2})[T ](\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?) ?(Z|[+-]\\d{2}:?\\d{2})?");
  private static final Pattern AGO =
      Pattern.compile("(\\d{1,6})[ .](second|minute|hour|day|week|month|year)s?[ .]ago");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "second", ChronoUnit.SECONDS,
          "minute", ChronoUnit.MINUTES,
          "hour", ChronoUnit.HOURS,
          "day", ChronoUnit.DAYS,
          "week", ChronoUnit.WEEKS,
          "month", ChronoUnit.MONTHS,
          "year", ChronoUnit.YEARS);

  private Moment() {}

  /** Returns the moment, or empty if the text is none. */
  static Optional<Instant> parse(String text, Instant now) {
    String plain = text.strip();
    try {
      if (DATE.matcher(plain).matches()) {
        return Optional.of(LocalDate.parse(plain).atTime(23, 59, 59).toInstant(ZoneOffset.UTC));
      }
      Matcher time = TIME.matcher(plain);
      if (time.matches()) {
        LocalDateTime local = LocalDateTime.parse(time.group(1) + "T" + time.group(2));
        ZoneOffset offset =
            time.group(3) == null ? ZoneOffset.UTC : ZoneOffset.of(offset(time.group(3)));
        return Optional.of(local.toInstant(offset));
      }
      String lower = plain.toLowerCase(Locale.ROOT);
      if (lower.equals("now")) {
        return Optional.of(now);
      }
      Matcher ago = AGO.matcher(lower.equals("yesterday") ? "1.day.ago" : lower);
      if (ago.matches()) {
        OffsetDateTime from = now.atOffset(ZoneOffset.UTC);
        return Optional.of(
            from.minus(Long.parseLong(ago.group(1)), UNITS.get(ago.group(2))).toInstant());
      }
      return Optional.empty();
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String offset(String text) {
    return text.equals("Z") || text.contains(":")
        ? text
        : text.substring(0, 3) + ":" + text.substring(3);
  }
}

package dev.sheaf.format.internal.source;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Pattern;

/** What text can be read as, strictly: leading zeros, blanks and plus signs make it text. */
final class TextValues {
  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9]\\d*)");
  private static final Pattern FRACTION =
      Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?|NaN|-?Infinity");
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
  private static final Pattern MOMENT =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?([Zz]|[-+]\\d\\d:\\d\\d)");
  private static final int LONGEST = 64;

  private TextValues() {}

  /** Returns what a field of plain text looks like. */
  public static TypeGuess.Kind kindOf(String value) {
    if (value.isEmpty() || value.length() > LONGEST) {
      return TypeGuess.Kind.TEXT;
    }
    char first = value.charAt(0);
    if (first == '-' || first == 'N' || first == 'I' || first >= '0' && first <= '9') {
      if (INTEGER.matcher(value).matches()) {
        return TypeGuess.Kind.INTEGER;
      }
      if (FRACTION.matcher(value).matches() && !hidesInfinity(value)) {
        return TypeGuess.Kind.FRACTION;
      }
      return TypeGuess.Kind.TEXT;
    }
    return isBool(value) ? TypeGuess.Kind.BOOL : TypeGuess.Kind.TEXT;
  }

  private static boolean hidesInfinity(String value) {
    return !value.endsWith("Infinity") && Double.isInfinite(Double.parseDouble(value));
  }

  public static boolean isBool(String value) {
    return switch (value) {
      case "true", "false", "True", "False", "TRUE", "FALSE" -> true;
      default -> false;
    };
  }

  public static boolean bool(String value) {
    if (!isBool(value)) {
      throw new IllegalArgumentException();
    }
    return value.toLowerCase(Locale.ROOT).equals("true");
  }

  public static BigInteger integer(String value) {
    if (value.length() > LONGEST || !INTEGER.matcher(value).matches()) {
      throw new IllegalArgumentException();
    }
    return new BigInteger(value);
  }

  public static double fraction(String value) {
    if (value.length() > LONGEST || !FRACTION.matcher(value).matches()) {
      throw new IllegalArgumentException();
    }
    return Double.parseDouble(value);
  }

  public static boolean isDate(String value) {
    try {
      return value.length() == 10 && date(value) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  public static LocalDate date(String value) {
    if (!DATE.matcher(value).matches()) {
      throw new IllegalArgumentException();
    }
    try {
      return LocalDate.parse(value);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public static boolean isMoment(String value) {
    try {
      return value.length() >= 20 && value.length() <= 32 && moment(value) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  public static Instant moment(String value) {
    if (!MOMENT.matcher(value).matches()) {
      throw new IllegalArgumentException();
    }
    try {
      return OffsetDateTime.parse(value.toUpperCase(Locale.ROOT)).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(e);
    }
  }
}

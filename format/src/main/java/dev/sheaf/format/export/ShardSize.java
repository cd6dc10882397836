package dev.sheaf.format.export;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.sink.SinkErrors;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a file of an export is finished and the next begun. A sample is never cut in two.
 *
 * @param bytes the bytes of a file, about, or 0 for any number
 * @param rows the samples of a file, or 0 for any number
 */
public record ShardSize(long bytes, long rows) {
  private static final Pattern TEXT =
      Pattern.compile("([1-9][0-9]{0,14})\\s*([kmgt]?i?b|rows|)", Pattern.CASE_INSENSITIVE);

  private static final Map<String, Long> UNITS =
      Map.of(
          "b", 1L,
          "kb", 1_000L,
          "mb", 1_000_000L,
          "gb", 1_000_000_000L,
          "tb", 1_000_000_000_000L,
          "kib", 1L << 10,
          "mib", 1L << 20,
          "gib", 1L << 30,
          "tib", 1L << 40);

  /** Checks that one of the two is given. */
  public ShardSize {
    if (bytes < 0 || rows < 0 || bytes + rows == 0) {
      throw new IllegalArgumentException("bytes=" + bytes + ", rows=" + rows);
    }
  }

  /** Returns a size in bytes. */
  public static ShardSize ofBytes(long bytes) {
    return new ShardSize(bytes, 0);
  }

  /** Returns a size in samples. */
  public static ShardSize ofRows(long rows) {
    return new ShardSize(0, rows);
  }

  /**
   * Reads {@code 256MB}, {@code 1GiB}, {@code 64kb} as bytes and {@code 10000} or {@code 10000rows}
   * as samples.
   *
   * @throws InvalidInputException if it is neither
   */
  public static ShardSize parse(String text) {
    Matcher size = TEXT.matcher(text.strip());
    if (size.matches()) {
      long number = Long.parseLong(size.group(1));
      String unit = size.group(2).toLowerCase(Locale.ROOT);
      if (unit.isEmpty() || unit.equals("rows")) {
        return ofRows(number);
      }
      Long factor = UNITS.get(unit);
      if (factor != null && number <= Long.MAX_VALUE / factor) {
        return ofBytes(number * factor);
      }
    }
    throw SinkErrors.of(
        7,
        "Bad size of a shard: \"" + text + "\"",
        Location.NONE,
        "Give bytes with a unit, as in 256MB or 1GiB, or a number of samples, as in 10000");
  }
}

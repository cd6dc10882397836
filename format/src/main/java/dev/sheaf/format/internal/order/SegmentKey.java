package dev.sheaf.format.internal.order;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;

/**
 * Names a segment: the run that appended it and the ordinal of its first sample. Ordered by run,
 * then first, both unsigned.
 *
 * @param run the 64 bits that name the run, unsigned
 * @param first the ordinal of the first sample within the run, unsigned
 */
public record SegmentKey(long run, long first) implements Comparable<SegmentKey> {
  private static final int RUN_DIGITS = 16;

  /**
   * Reads {@code <run as 16 hex digits>/<first>}, as {@link #toString()} writes it.
   *
   * @throws InvalidInputException if {@code text} is not exactly that
   */
  public static SegmentKey parse(String text) {
    try {
      if (text.length() > RUN_DIGITS + 1 && text.charAt(RUN_DIGITS) == '/') {
        SegmentKey key =
            new SegmentKey(
                Long.parseUnsignedLong(text.substring(0, RUN_DIGITS), 16),
                Long.parseUnsignedLong(text.substring(RUN_DIGITS + 1)));
        if (key.toString().equals(text)) {
          return key;
        }
      }
    } catch (NumberFormatException e) {
      // falls through to the message below, which names the whole text
    }
    throw new InvalidInputException(
        "SHEAF-ORD-009",
        "Bad segment name \"" + text + "\"",
        Location.NONE,
        "Expected 16 lower-case hex digits, '/' and a number, as in 00f3a2b4c5d6e7f8/65536");
  }

  @Override
  public int compareTo(SegmentKey other) {
    int byRun = Long.compareUnsigned(run, other.run);
    return byRun != 0 ? byRun : Long.compareUnsigned(first, other.first);
  }

  @Override
  public String toString() {
    String hex = Long.toHexString(run);
    return "0".repeat(RUN_DIGITS - hex.length()) + hex + "/" + Long.toUnsignedString(first);
  }
}

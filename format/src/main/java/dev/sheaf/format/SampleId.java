package dev.sheaf.format;

import java.util.HexFormat;

/**
 * The identity of a sample: the run that appended it and its ordinal within that run. The same on
 * every branch; survives update, reorder, compaction and merge; never reused.
 *
 * @param run the first 64 bits of the SHA-256 that names the run
 * @param ordinal the position within the run, from 0
 */
public record SampleId(long run, long ordinal) implements Comparable<SampleId> {
  /**
   * Reads {@code <run as 16 hex digits>-<ordinal>}, as {@link #toString()} writes it.
   *
   * @throws InvalidInputException if it is none
   */
  public static SampleId parse(String text) {
    int dash = text.indexOf('-');
    try {
      if (dash == 16) {
        return new SampleId(
            Long.parseUnsignedLong(text.substring(0, 16), 16),
            Long.parseUnsignedLong(text.substring(17)));
      }
    } catch (NumberFormatException e) {
      // falls through to the message below, which names the whole text
    }
    throw new InvalidInputException(
        "SHEAF-INP-002",
        "Bad sample id \"" + text + "\"",
        Location.NONE,
        "Expected 16 hex digits, '-' and a number, as in 00f3a2b4c5d6e7f8-17");
  }

  @Override
  public int compareTo(SampleId other) {
    int byRun = Long.compareUnsigned(run, other.run);
    return byRun != 0 ? byRun : Long.compareUnsigned(ordinal, other.ordinal);
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(run) + "-" + Long.toUnsignedString(ordinal);
  }
}

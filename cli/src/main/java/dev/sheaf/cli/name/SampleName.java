package dev.sheaf.cli.name;

import dev.sheaf.cli.failure.UsageException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.SampleId;

/** How a sample, or a range of them, is named on the command line. */
public sealed interface SampleName {
  /** A position; from the end when negative. */
  record At(long index) implements SampleName {}

  /**
   * Positions {@code [from, to)}, each from the end when negative.
   *
   * @param open whether {@code to} was left out, so that the range goes to the end
   */
  record Between(long from, long to, boolean open) implements SampleName {
    /** Returns the first position among {@code size} samples. */
    public long first(long size) {
      return clamp(from, size);
    }

    /** Returns the position after the last among {@code size} samples, at least the first. */
    public long end(long size) {
      return Math.max(first(size), open ? size : clamp(to, size));
    }

    private static long clamp(long index, long size) {
      return Math.max(0, Math.min(size, index < 0 ? index + size : index));
    }
  }

  /** An identity. */
  record Id(SampleId id) implements SampleName {}

  /** What the outside calls it. */
  record Key(String key) implements SampleName {}

  /** Tells whether the text looks like a position or range, so that {@code -1} is no option. */
  static boolean isPosition(String text) {
    return text.matches("-?[0-9]+|(-?[0-9]+)?:(-?[0-9]+)?");
  }

  /**
   * Reads a sample name.
   *
   * @throws UsageException if it is none
   */
  static SampleName parse(String text) {
    try {
      if (text.startsWith("key:")) {
        return new Key(text.substring(4));
      }
      if (text.startsWith("id:")) {
        return new Id(SampleId.parse(text.substring(3)));
      }
      if (isPosition(text)) {
        int colon = text.indexOf(':');
        return colon < 0 ? new At(Long.parseLong(text)) : between(text, colon);
      }
    } catch (InvalidInputException e) {
      throw new UsageException("SHEAF-CLI-005", e.headline(), e.hint());
    } catch (NumberFormatException e) {
      throw new UsageException(
          "SHEAF-CLI-005",
          "Sample position \"" + text + "\" does not fit 64 bits",
          "Positions go from 0 to one less than the number of samples");
    }
    throw new UsageException(
        "SHEAF-CLI-005",
        "Bad sample name \"" + text + "\"",
        "Name samples by position (17, -1), range (10:20), identity (id:00f3a2b4c5d6e7f8-17) or"
            + " key (key:"
            + text
            + ")");
  }

  private static Between between(String text, int colon) {
    String from = text.substring(0, colon);
    String to = text.substring(colon + 1);
    return new Between(
        from.isEmpty() ? 0 : Long.parseLong(from),
        to.isEmpty() ? 0 : Long.parseLong(to),
        to.isEmpty());
  }
}

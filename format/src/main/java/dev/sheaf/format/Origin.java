package dev.sheaf.format;

import java.util.Objects;

/**
 * Where a sample came from.
 *
 * @param source the file, relative to the source that was ingested, or another name of the outside
 * @param unit what {@code position} counts
 * @param position the byte offset or row in the source, or -1 when the sample is the whole of it
 * @param sha256 the SHA-256 of the sample's own bytes in the source (the file, the line, the
 *     canonical row) as 64 hex digits, or the empty string if unknown
 */
public record Origin(String source, Unit unit, long position, String sha256) {
  /** What a position counts. */
  public enum Unit {
    /** The sample is the whole source. */
    WHOLE,
    /** Bytes from the start. */
    OFFSET,
    /** Rows from 0. */
    ROW
  }

  /** Checks the parts. */
  public Origin {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(sha256, "sha256");
    if (!sha256.isEmpty() && !sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("sha256=\"" + sha256 + "\" is not 64 hex digits");
    }
  }

  /** Returns the origin of a sample that is a whole file. */
  public static Origin file(String source, String sha256) {
    return new Origin(source, Unit.WHOLE, -1, sha256);
  }

  /** Returns the origin of a sample that is a row of a table. */
  public static Origin row(String source, long row, String sha256) {
    return new Origin(source, Unit.ROW, row, sha256);
  }

  /** Returns the origin of a sample that begins at a byte of a file. */
  public static Origin offset(String source, long offset, String sha256) {
    return new Origin(source, Unit.OFFSET, offset, sha256);
  }
}

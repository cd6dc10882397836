package dev.sheaf.format.internal.source;

import java.util.Objects;

/**
 * The hashes of a row.
 *
 * @param row SHA-256 of the row as the source has it (for a file: of the file), or empty if not
 *     known
 * @param content SHA-256 of the row and the payload files that it names, or empty if not known
 */
public record Fingerprint(String row, String content) {
  /** Requires both. */
  public Fingerprint {
    Objects.requireNonNull(row, "row");
    Objects.requireNonNull(content, "content");
  }
}

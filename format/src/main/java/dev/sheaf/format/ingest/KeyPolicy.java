package dev.sheaf.format.ingest;

import dev.sheaf.format.Location;
import dev.sheaf.format.internal.source.InputErrors;
import java.util.Objects;

/**
 * How samples get their keys.
 *
 * @param kind the rule
 * @param column the column for {@link Kind#COLUMN}, else the empty string
 */
public record KeyPolicy(Kind kind, String column) {
  /** The rules. */
  public enum Kind {
    /** {@link #RELPATH} for files, {@link #HASH} for the rows of tables. */
    DEFAULT,
    /** The path of a file relative to the source, with {@code /}. */
    RELPATH,
    /**
     * The first 128 bits of the SHA-256 of the file or canonical row as hex digits, {@code #}, and
     * how often that content has come by now, from 1. Inserting a row moves no other row's key.
     */
    HASH,
    /** The text of a column, which differs from row to row. */
    COLUMN,
    /**
     * The name of the table, {@code #}, and the row from 0: for tables that only ever grow at their
     * end.
     */
    ROW
  }

  /** Paths for files, content hashes for the rows of tables. */
  public static final KeyPolicy DEFAULT = new KeyPolicy(Kind.DEFAULT, "");

  /** Requires both. */
  public KeyPolicy {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(column, "column");
  }

  /**
   * Reads {@code relpath}, {@code hash}, {@code row} or {@code column:NAME}.
   *
   * @throws dev.sheaf.format.InvalidInputException if it is none of them
   */
  public static KeyPolicy parse(String text) {
    if (text.startsWith("column:") && text.length() > "column:".length()) {
      return new KeyPolicy(Kind.COLUMN, text.substring("column:".length()));
    }
    return switch (text) {
      case "relpath" -> new KeyPolicy(Kind.RELPATH, "");
      case "hash" -> new KeyPolicy(Kind.HASH, "");
      case "row" -> new KeyPolicy(Kind.ROW, "");
      default ->
          throw InputErrors.of(
              50,
              "Unknown key rule \"" + text + "\"",
              Location.NONE,
              "Known: relpath, hash, row, column:NAME");
    };
  }
}

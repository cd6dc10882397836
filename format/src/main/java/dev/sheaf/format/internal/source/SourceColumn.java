package dev.sheaf.format.internal.source;

import dev.sheaf.format.Type;
import java.util.Objects;

/**
 * One column that a source has.
 *
 * @param name the name
 * @param type the type that all its rows fit
 * @param birth in what form the cells lie in the source
 * @param vacant whether every cell is null, so that the type is only a stand-in
 */
public record SourceColumn(String name, Type type, Birth birth, boolean vacant) {
  /** The forms of cells, which decide what they can be turned into without loss. */
  public enum Birth {
    /** Plain text, as in CSV. */
    TEXT,
    /** JSON values. */
    JSON,
    /** Values of a declared type. */
    TYPED
  }

  /** Requires name, type and birth. */
  public SourceColumn {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(birth, "birth");
  }
}

package dev.sheaf.format.export;

import java.util.Objects;

/**
 * How one column is carried by a format.
 *
 * @param name the column
 * @param type its type, as {@link dev.sheaf.format.Type} spells it
 * @param as what it becomes, in the words of the format
 * @param note what a reader of the format does not see as it was, or the empty string: such as
 *     {@code read back as text}
 */
public record ExportedColumn(String name, String type, String as, String note) {
  /** Requires all. */
  public ExportedColumn {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(as, "as");
    Objects.requireNonNull(note, "note");
  }
}

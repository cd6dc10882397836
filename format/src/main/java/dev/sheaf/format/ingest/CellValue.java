package dev.sheaf.format.ingest;

import dev.sheaf.format.Column;
import dev.sheaf.format.internal.source.CellText;
import java.nio.file.Path;

/** Reads one cell from text that a person typed, by the type of its column. */
public final class CellValue {
  private CellValue() {}

  /**
   * Returns the value of plain text: text as it is, numbers, {@code true}, dates and times as they
   * are written in tables, binary as Base64, media as the name of a file, and everything else as
   * JSON.
   *
   * @param folder where relative file names begin
   * @throws dev.sheaf.format.DatasetException if it does not fit the column
   */
  public static Object ofText(Column column, String text, Path folder) {
    return CellText.ofText(column.type(), column.name(), text, folder);
  }

  /**
   * Returns the value of JSON text, null for null; tensors are nested arrays.
   *
   * @throws dev.sheaf.format.DatasetException if it does not fit the column
   */
  public static Object ofJson(Column column, String json) {
    return CellText.ofJson(column.type(), column.name(), json);
  }
}

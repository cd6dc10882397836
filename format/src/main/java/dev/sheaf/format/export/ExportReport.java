package dev.sheaf.format.export;

import java.nio.file.Path;
import java.util.List;

/**
 * What an export did.
 *
 * @param format the format
 * @param folder the folder that was made
 * @param rows the samples written
 * @param files the files written
 * @param bytes the bytes of these files
 * @param columns how each column was carried
 * @param notes what a user may want to know, such as that cells are stale
 * @param seconds how long it took
 */
public record ExportReport(
    ExportFormat format,
    Path folder,
    long rows,
    long files,
    long bytes,
    List<ExportedColumn> columns,
    List<String> notes,
    double seconds) {
  /** Copies the lists. */
  public ExportReport {
    columns = List.copyOf(columns);
    notes = List.copyOf(notes);
  }
}

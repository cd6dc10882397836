package dev.sheaf.format.export;

import java.util.List;

/**
 * What an export would do.
 *
 * @param format the format
 * @param rows the samples
 * @param columns how each column would be carried
 * @param notes what a user may want to know, such as that cells are stale
 */
public record ExportPlan(
    ExportFormat format, long rows, List<ExportedColumn> columns, List<String> notes) {
  /** Copies the lists. */
  public ExportPlan {
    columns = List.copyOf(columns);
    notes = List.copyOf(notes);
  }
}

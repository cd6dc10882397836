package dev.sheaf.format;

import java.time.Instant;
import java.util.List;

/**
 * An export that the dataset remembers, so that a purge can name it.
 *
 * @param id 16 hex digits; the same export again has the same
 * @param time when it was first made
 * @param author who made it
 * @param commit the version that was exported
 * @param format the format, such as {@code parquet}
 * @param target the folder, as it was named
 * @param columns the columns
 * @param rows how many samples
 * @param some whether these are some of the version's samples: those of a view, or picked ones
 */
public record ExportRecord(
    String id,
    Instant time,
    String author,
    String commit,
    String format,
    String target,
    List<String> columns,
    long rows,
    boolean some) {
  /** Copies the list. */
  public ExportRecord {
    columns = List.copyOf(columns);
  }
}

package dev.sheaf.format.ingest;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.PendingRow;
import dev.sheaf.format.internal.source.RowCursor;
import dev.sheaf.format.internal.source.SampleSource;
import java.util.Map;
import java.util.Optional;

/** The rows of a source up to its end, or to where it cannot be read on. */
final class Reading implements AutoCloseable {
  private RowCursor cursor;
  private DatasetException problem;

  Reading(SampleSource source, Map<String, Type> types) {
    try {
      cursor = source.open(types);
    } catch (DatasetException e) {
      problem = e;
    }
  }

  /** Returns the next row, or null at the end. */
  PendingRow next() {
    try {
      return cursor == null || problem != null ? null : cursor.next();
    } catch (DatasetException e) {
      problem = e;
      return null;
    }
  }

  /** Returns why the source could not be read to its end. */
  Optional<DatasetException> problem() {
    return Optional.ofNullable(problem);
  }

  @Override
  public void close() {
    if (cursor != null) {
      cursor.close();
    }
  }
}

package dev.sheaf.format.ingest;

import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.PendingRow;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.RowCursor;
import dev.sheaf.format.internal.source.SampleSource;
import java.util.List;

/** Refuses a key that comes twice, with both places. Not safe for use by several threads. */
final class UniqueKeys {
  private static final int SOURCE_SHIFT = 40;

  private final List<SampleSource> sources;
  private final Reconciler columns;
  private final KeyTable seen = new KeyTable();

  UniqueKeys(List<SampleSource> sources, Reconciler columns) {
    this.sources = sources;
    this.columns = columns;
  }

  /**
   * Takes note of a key.
   *
   * @throws dev.sheaf.format.InvalidInputException if it came before
   */
  void check(String key, Item item) {
    long before = seen.get(key);
    if (before == 0) {
      seen.put(key, ((long) item.source() << SOURCE_SHIFT | item.ordinal()) + 1);
      return;
    }
    long ordinal = before - 1 & (1L << SOURCE_SHIFT) - 1;
    Place first = placeOf((int) (before - 1 >>> SOURCE_SHIFT), ordinal);
    throw InputErrors.of(
        44,
        "Duplicate key \"" + key + "\": it was given before at " + first.location(),
        item.row().place().location(),
        "Give each sample a key of its own, choose another --key, or ingest the sources into"
            + " datasets of their own");
  }

  /** Reads a source again up to a row: only for the message, so that no place needs to be kept. */
  private Place placeOf(int source, long ordinal) {
    SampleSource from = sources.get(source);
    try (RowCursor cursor = from.open(columns.typesOf(from))) {
      PendingRow row = cursor.next();
      for (long i = 0; i < ordinal && row != null; i++) {
        row = cursor.next();
      }
      return row == null
          ? new Place(from.file(), dev.sheaf.format.Origin.Unit.ROW, ordinal, 0)
          : row.place();
    }
  }
}

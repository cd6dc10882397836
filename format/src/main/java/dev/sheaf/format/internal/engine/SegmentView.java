package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Schema;
import dev.sheaf.format.internal.layer.CellReader;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A segment through the schema of a version: the readers of each column by position. Safe for
 * several threads.
 */
final class SegmentView {
  private final SegmentReader reader;
  private final Schema schema;
  private final AtomicReferenceArray<CellReader[]> cells;

  SegmentView(SegmentReader reader, Schema schema) {
    this.reader = reader;
    this.schema = schema;
    this.cells = new AtomicReferenceArray<>(schema.size());
  }

  SegmentReader reader() {
    return reader;
  }

  /** Returns the readers of a column's cells, newest layer first. */
  CellReader[] cells(int position) {
    CellReader[] readers = cells.get(position);
    if (readers == null) {
      readers = reader.cells(schema.column(position).id());
      cells.set(position, readers);
    }
    return readers;
  }

  /** Returns the reader whose layer holds the newest cell of a slot, or null if none does. */
  CellReader cell(int position, int slot) {
    for (CellReader candidate : cells(position)) {
      if (candidate.layer().rowOf(slot) >= 0) {
        return candidate;
      }
    }
    return null;
  }
}

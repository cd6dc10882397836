package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Type;
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
  private volatile BaseLayer base;

  SegmentView(SegmentReader reader, Schema schema) {
    this.reader = reader;
    this.schema = schema;
    this.cells = new AtomicReferenceArray<>(schema.size());
  }

  SegmentReader reader() {
    return reader;
  }

  /** Returns the columns. */
  Schema schema() {
    return schema;
  }

  /** Returns the readers of a column's cells, newest layer first. */
  CellReader[] cells(int position) {
    CellReader[] readers = cells.get(position);
    if (readers == null) {
      readers = reader.cells(schema.column(position).id());
      for (CellReader one : readers) {
        check(one, schema.column(position));
      }
      cells.set(position, readers);
    }
    return readers;
  }

  private void check(CellReader cell, Column column) {
    Type written = cell.column().type();
    if (!written.equals(column.type()) && !Defaults.isWider(written, column.type())) {
      throw new CorruptDataException(
          "SHEAF-TRE-004",
          "Layer has cells of type " + written + ", the schema says " + column.type(),
          Location.NONE.with("column", column.name()).with("segment", reader.key().toString()),
          "Run `sheaf fsck`");
    }
  }

  /** Tells whether a column is one of Sheaf's own, which nobody reads by the way. */
  boolean isSystem(int position) {
    return schema.column(position).name().startsWith("_");
  }

  /** Returns the layer that most columns of an unedited segment are in, prepared at first use. */
  BaseLayer base() {
    BaseLayer known = base;
    if (known == null) {
      known = BaseLayer.of(this, schema.size());
      base = known;
    }
    return known;
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

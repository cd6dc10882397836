package dev.sheaf.format.internal.source.table;

import java.util.Map;

/** Turns the cells of a row as its file has them into those that are ingested. Stateless. */
@FunctionalInterface
public interface RowForm {
  /** Leaves rows as they are. */
  RowForm SAME = cells -> cells;

  /** Returns the cells to ingest; may change and return the map that is given. */
  Map<String, Object> apply(Map<String, Object> cells);
}

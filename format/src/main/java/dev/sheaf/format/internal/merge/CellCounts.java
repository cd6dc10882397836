package dev.sheaf.format.internal.merge;

import java.util.HashMap;
import java.util.Map;

/** Per column, how many cells came from where. */
final class CellCounts {
  private final Map<String, long[]> byColumn = new HashMap<>();

  /** Where a cell came from; the position in an array of counts. */
  enum From {
    OURS,
    THEIRS,
    SAME,
    MERGED,
    RESOLVED,
    CONFLICT
  }

  void add(MergedColumn column, From from, long cells) {
    if (cells > 0) {
      byColumn.computeIfAbsent(column.id(), id -> new long[From.values().length])[from.ordinal()] +=
          cells;
    }
  }

  long of(MergedColumn column, From from) {
    long[] counts = byColumn.get(column.id());
    return counts == null ? 0 : counts[from.ordinal()];
  }

  boolean has(MergedColumn column) {
    return byColumn.containsKey(column.id());
  }
}

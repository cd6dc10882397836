package dev.sheaf.format.internal.engine;

import dev.sheaf.format.ColumnStatistics;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.PageStatistics;
import dev.sheaf.format.internal.layer.SegmentRecord;
import org.roaringbitmap.RoaringBitmap;

/** What the statistics of all layers say of a column in a range of slots. Stateless. */
final class SegmentStatistics {
  private SegmentStatistics() {}

  /** Receives the pages of a layer. */
  @FunctionalInterface
  interface Pages {
    void page(LayerRecord record, int page);
  }

  /** Returns the union of what each layer says of the slots {@code [first, end)}. */
  static ColumnStatistics of(
      LocalVersion version, SegmentView segment, int position, int first, int end) {
    Type type = version.state().schema().column(position).type();
    String folder = SegmentRecord.path(segment.reader().key());
    ColumnStatistics[] all = {null};
    boolean dense = false;
    for (CellReader cell : segment.cells(position)) {
      PageStatistics statistics =
          cell.layer().statistics(folder, path -> version.state().tree().find(path));
      forEachPage(
          cell,
          first,
          end,
          (record, page) -> {
            int rows = record.firstRow(page + 1) - record.firstRow(page);
            add(all, statistics.of(cell.column().column(), type, page, rows));
          });
      dense |= cell.layer().isDense();
    }
    if (!dense) {
      add(all, ofDefault(version.state().defaultOf(position)));
    }
    return all[0] == null ? ColumnStatistics.UNKNOWN : all[0];
  }

  private static void add(ColumnStatistics[] all, ColumnStatistics more) {
    all[0] = all[0] == null ? more : PageStatistics.union(all[0], more);
  }

  private static ColumnStatistics ofDefault(Object value) {
    return value == null
        ? new ColumnStatistics(true, false, null, null)
        : new ColumnStatistics(false, true, null, null);
  }

  /** Calls for each page of a layer that holds cells of the slots {@code [first, end)}. */
  static void forEachPage(CellReader cell, int first, int end, Pages pages) {
    LayerRecord record = cell.layer().record();
    RoaringBitmap slots = record.slots().orElse(null);
    int from = slots == null ? first : first == 0 ? 0 : slots.rank(first - 1);
    int to = slots == null ? end : slots.rank(end - 1);
    if (from >= to) {
      return;
    }
    for (int page = record.pageOf(from); page <= record.pageOf(to - 1); page++) {
      pages.page(record, page);
    }
  }
}

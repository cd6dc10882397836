package dev.sheaf.query.internal.exec;

import dev.sheaf.format.Batch;
import dev.sheaf.format.PageFilter;
import dev.sheaf.format.Scan;
import dev.sheaf.format.ScanMetrics;
import dev.sheaf.format.Version;
import java.util.Iterator;
import java.util.List;

/** Scans a version: gives batches whose cells are read when an operator asks for them. */
final class ScanSource implements Operator {
  private final List<String> columns;
  private final Scan rows;
  private final Iterator<Batch> batches;
  private final ScanMetrics metrics;

  /**
   * Creates a scan.
   *
   * @param version the version, projected to stored columns, those of the filter first
   * @param columns the columns to give, pseudo-columns among them
   * @param filter what statistics may rule out, or null
   */
  ScanSource(Version version, List<String> columns, PageFilter filter, long from, long to) {
    this.columns = columns;
    Scan scan = version.scan();
    this.metrics = scan.metrics();
    this.rows = scan;
    Scan cut = scan.batchRows(RowBatch.ROWS).range(from, to);
    this.batches = (filter == null ? cut : cut.where(filter)).iterator();
  }

  ScanMetrics metrics() {
    return metrics;
  }

  @Override
  public RowBatch next() {
    return batches.hasNext() ? batch(new Slice(this, batches.next())) : null;
  }

  private RowBatch batch(Slice slice) {
    Column[] stored = new Column[columns.size()];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = new Column.Stored(slice, columns.get(i));
    }
    return new RowBatch(slice.size(), stored);
  }

  /** Returns the samples at these positions. */
  Slice slice(long[] indices) {
    return new Slice(
        this, rows.batchRows(Math.max(1, indices.length)).rows(indices).iterator().next());
  }
}

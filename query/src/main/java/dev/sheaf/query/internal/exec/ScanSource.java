package dev.sheaf.query.internal.exec;

import dev.sheaf.format.Batch;
import dev.sheaf.format.PageFilter;
import dev.sheaf.format.Scan;
import java.util.Iterator;
import java.util.List;

/** Scans a version: gives batches whose cells are read when an operator asks for them. */
final class ScanSource implements Operator {
  private final Scan rows;
  private final Scan filtered;
  private final List<String> columns;
  private final Morsel morsel;
  private Iterator<Batch> batches;
  private int number;

  /**
   * Creates a scan.
   *
   * @param scan the scan, of stored columns, those of the filter first
   * @param columns the columns to give, pseudo-columns among them
   * @param filter what statistics may rule out, or null
   * @param batchRows the samples of a batch
   * @param morsel the part to scan
   */
  ScanSource(Scan scan, List<String> columns, PageFilter filter, int batchRows, Morsel morsel) {
    this.rows = scan;
    Scan cut = scan.batchRows(batchRows);
    this.filtered = filter == null ? cut : cut.where(filter);
    this.columns = columns;
    this.morsel = morsel;
  }

  @Override
  public RowBatch next() {
    if (number != morsel.number()) {
      number = morsel.number();
      batches = filtered.range(morsel.from(), morsel.to()).iterator();
    }
    return batches != null && batches.hasNext() ? batch(new Slice(this, batches.next())) : null;
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

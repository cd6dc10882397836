package dev.sheaf.format;

import java.util.Iterator;

/**
 * All samples of a version in order, a batch at a time. Iterate once or several times; each pass
 * starts anew. Immutable: every refinement returns a new scan.
 */
public interface Scan extends Iterable<Batch> {
  /**
   * Returns this scan with at most {@code rows} samples a batch, whatever pages they lie in;
   * without it a batch ends with a page.
   */
  Scan batchRows(int rows);

  /** Returns this scan limited to the samples {@code [from, to)}. */
  Scan range(long from, long to);

  /**
   * Returns this scan without the pages that a filter rules out by their statistics. What is left
   * may still hold samples that are not wanted. Pages are those of the first column: select the
   * columns that the filter asks for first.
   */
  Scan where(PageFilter filter);

  /**
   * Returns a scan of these samples alone, in this order, repeats allowed; range and filter are not
   * looked at. Cells are read when a batch is asked for them.
   *
   * @param indices positions in the version, from 0
   * @throws IndexOutOfBoundsException while iterating, if one is out of range
   */
  Scan rows(long... indices);

  /** Returns what all passes over this scan and the scans refined from the same one have read. */
  ScanMetrics metrics();

  @Override
  Iterator<Batch> iterator();
}

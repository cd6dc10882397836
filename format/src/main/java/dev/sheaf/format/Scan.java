package dev.sheaf.format;

import java.util.Iterator;

/**
 * All samples of a version in order, a batch at a time. Iterate once or several times; each pass
 * starts anew.
 */
public interface Scan extends Iterable<Batch> {
  /**
   * Returns this scan with at most {@code rows} samples a batch; without it a batch ends with a
   * page.
   */
  Scan batchRows(int rows);

  /** Returns this scan limited to the samples {@code [from, to)}. */
  Scan range(long from, long to);

  @Override
  Iterator<Batch> iterator();
}

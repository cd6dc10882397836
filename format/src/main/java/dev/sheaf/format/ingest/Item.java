package dev.sheaf.format.ingest;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.internal.source.Fingerprint;
import dev.sheaf.format.internal.source.LoadedRow;
import dev.sheaf.format.internal.source.PendingRow;

/**
 * A row on its way.
 *
 * @param row the row
 * @param source the position of its source in the list of sources
 * @param ordinal its position in its source
 * @param mine whether this shard takes it
 */
record Item(PendingRow row, int source, long ordinal, boolean mine) {
  /**
   * What the reading threads found out.
   *
   * @param fingerprint the hashes, as far as they are needed; null if there is a problem
   * @param loaded the row, or null where it was not read because it seems to be unchanged, or not
   *     to be taken
   * @param problem why the row cannot be taken, or null
   */
  record Outcome(Fingerprint fingerprint, LoadedRow loaded, DatasetException problem) {}
}

package dev.sheaf.format.internal.engine;

import dev.sheaf.format.ScanMetrics;
import dev.sheaf.format.internal.layer.CellCopy;
import dev.sheaf.format.internal.layer.LayerReader;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.Map;

/** Counts what scans read. Safe for use by several threads. */
final class ScanCounts implements ScanMetrics, CellCopy.Reads {
  private final Map<LayerReader, BitSet> read = new IdentityHashMap<>();
  private final Map<LayerReader, BitSet> pruned = new IdentityHashMap<>();
  private long pageBytes;
  private long wideBytes;
  private long rowsScanned;
  private long rowsPruned;

  @Override
  public synchronized void page(LayerReader layer, int page) {
    BitSet pages = read.computeIfAbsent(layer, key -> new BitSet());
    if (!pages.get(page)) {
      pages.set(page);
      pageBytes += layer.record().pageLength(page);
    }
  }

  @Override
  public synchronized void wide(long bytes) {
    wideBytes += bytes;
  }

  /** Statistics ruled out the pages {@code [from, to)} of a layer for some of their rows. */
  synchronized void pruned(LayerReader layer, int from, int to) {
    pruned.computeIfAbsent(layer, key -> new BitSet()).set(from, to);
  }

  synchronized void rows(long scanned, long ruledOut) {
    rowsScanned += scanned;
    rowsPruned += ruledOut;
  }

  @Override
  public synchronized long pagesRead() {
    return read.values().stream().mapToLong(BitSet::cardinality).sum();
  }

  @Override
  public synchronized long pagesPruned() {
    long count = 0;
    for (Map.Entry<LayerReader, BitSet> entry : pruned.entrySet()) {
      BitSet left = (BitSet) entry.getValue().clone();
      BitSet touched = read.get(entry.getKey());
      if (touched != null) {
        left.andNot(touched);
      }
      count += left.cardinality();
    }
    return count;
  }

  @Override
  public synchronized long bytesRead() {
    return pageBytes + wideBytes;
  }

  @Override
  public synchronized long rowsScanned() {
    return rowsScanned;
  }

  @Override
  public synchronized long rowsPruned() {
    return rowsPruned;
  }
}

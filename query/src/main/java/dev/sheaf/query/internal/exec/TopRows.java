package dev.sheaf.query.internal.exec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The first rows of an order. Holds no more than these and the rows of a batch that come before the
 * last of them; cells that are no keys are read for the result alone.
 */
final class TopRows {
  private final List<SortKey> keys;
  private final int count;
  private RowBatch kept;
  private Vec[] keptKeys;

  TopRows(List<SortKey> keys, int count) {
    this.keys = keys;
    this.count = count;
  }

  /** Returns the rows in order, or null if there is none. */
  RowBatch kept() {
    return kept;
  }

  void add(RowBatch batch) {
    add(batch, keys.stream().map(key -> batch.column(key.column()).vec()).toArray(Vec[]::new));
  }

  /** Adds the rows of another, which come after those of this one. */
  void merge(TopRows later) {
    if (later.kept != null) {
      add(later.kept, later.keptKeys);
    }
  }

  private void add(RowBatch batch, Vec[] vecs) {
    int[] rows = new int[batch.size()];
    int found = 0;
    boolean full = kept != null && kept.size() == count;
    for (int i = 0; i < rows.length; i++) {
      rows[found] = i;
      // An equal row that comes later stays behind.
      found += full && SortOperator.compare(keys, keptKeys, count - 1, vecs, i) <= 0 ? 0 : 1;
    }
    if (found == 0) {
      return;
    }
    int before = kept == null ? 0 : kept.size();
    int[] numbers = new int[before + found];
    int[] all = new int[before + found];
    for (int i = 0; i < all.length; i++) {
      numbers[i] = i < before || kept == null ? 0 : 1;
      all[i] = i < before ? i : rows[i - before];
    }
    List<RowBatch> batches = kept == null ? List.of(batch) : List.of(kept, batch);
    Vec[] merged = new Vec[vecs.length];
    for (int i = 0; i < merged.length; i++) {
      List<Vec> both = new ArrayList<>();
      if (kept != null) {
        both.add(keptKeys[i]);
      }
      both.add(vecs[i]);
      merged[i] = Vecs.collect(both, numbers, all);
    }
    int[] order = SortOperator.order(keys, merged, all.length);
    order = Arrays.copyOf(order, Math.min(count, order.length));
    int[] orderedNumbers = new int[order.length];
    int[] orderedRows = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      orderedNumbers[i] = numbers[order[i]];
      orderedRows[i] = all[order[i]];
    }
    kept = RowBatch.collect(batches, orderedNumbers, orderedRows);
    keptKeys = new Vec[merged.length];
    for (int i = 0; i < merged.length; i++) {
      keptKeys[i] = merged[i].take(order);
    }
  }
}

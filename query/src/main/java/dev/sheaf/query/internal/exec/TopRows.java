package dev.sheaf.query.internal.exec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The first rows of an order. Holds these and the few batches that they came with last; cells that
 * are no keys are read for the result alone.
 */
final class TopRows {
  /** How many batches are held before the rows kept are taken out of them. */
  private static final int MOST_BATCHES = 16;

  private final List<SortKey> keys;
  private final int count;
  private final List<RowBatch> batches = new ArrayList<>();

  /** Of each row kept, in order: its batch, its row there, its keys. */
  private int[] numbers = new int[0];

  private int[] rows = new int[0];
  private Vec[] keptKeys;

  TopRows(List<SortKey> keys, int count) {
    this.keys = keys;
    this.count = count;
  }

  /** Returns the rows in order, or null if there is none. */
  RowBatch kept() {
    if (rows.length > 0) {
      compact();
    }
    return rows.length == 0 ? null : batches.get(0);
  }

  void add(RowBatch batch) {
    add(batch, keys.stream().map(key -> batch.column(key.column()).vec()).toArray(Vec[]::new));
  }

  /** Adds the rows of another, which come after those of this one. */
  void merge(TopRows later) {
    RowBatch batch = later.kept();
    if (batch != null) {
      add(batch, later.keptKeys);
    }
  }

  private void add(RowBatch batch, Vec[] vecs) {
    int[] fresh = new int[batch.size()];
    int found = candidates(vecs, fresh);
    if (found == 0) {
      return;
    }
    int before = rows.length;
    int[] ofWhich = new int[before + found];
    int[] at = new int[before + found];
    for (int i = 0; i < at.length; i++) {
      ofWhich[i] = i < before ? 0 : 1;
      at[i] = i < before ? i : fresh[i - before];
    }
    Vec[] merged = new Vec[vecs.length];
    for (int i = 0; i < merged.length; i++) {
      merged[i] =
          before == 0 ? vecs[i].take(at) : Vecs.collect(List.of(keptKeys[i], vecs[i]), ofWhich, at);
    }
    int[] order = SortOperator.order(keys, merged, at.length);
    order = Arrays.copyOf(order, Math.min(count, order.length));
    int[] orderedNumbers = new int[order.length];
    int[] orderedRows = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      boolean old = order[i] < before;
      orderedNumbers[i] = old ? numbers[order[i]] : batches.size();
      orderedRows[i] = old ? rows[order[i]] : fresh[order[i] - before];
    }
    batches.add(batch.detached());
    numbers = orderedNumbers;
    rows = orderedRows;
    keptKeys = new Vec[merged.length];
    for (int i = 0; i < merged.length; i++) {
      keptKeys[i] = merged[i].take(order);
    }
    if (batches.size() > MOST_BATCHES) {
      compact();
    }
  }

  /** Takes the rows kept out of their batches. */
  private void compact() {
    RowBatch one = RowBatch.collect(batches, numbers, rows);
    batches.clear();
    batches.add(one);
    numbers = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = i;
    }
  }

  /** Puts the rows that come before the last one kept into {@code chosen}; returns their number. */
  private int candidates(Vec[] vecs, int[] chosen) {
    int found = 0;
    if (rows.length < count) {
      for (int i = 0; i < chosen.length; i++) {
        chosen[found++] = i;
      }
      return found;
    }
    if (vecs.length == 1
        && vecs[0] instanceof Vec.Doubles numbers
        && numbers.nulls() == null
        && !keptKeys[0].isNull(count - 1)) {
      double last = ((Vec.Doubles) keptKeys[0]).values[count - 1];
      boolean descending = keys.get(0).descending();
      if (!Double.isNaN(last)) {
        for (int i = 0; i < chosen.length; i++) {
          chosen[found] = i;
          double number = numbers.values[i];
          // NaN is the greatest: neither less than the last nor less than or equal to it.
          found += (descending ? !(number <= last) : number < last) ? 1 : 0;
        }
        return found;
      }
    }
    for (int i = 0; i < chosen.length; i++) {
      chosen[found] = i;
      // An equal row that comes later stays behind.
      found += SortOperator.compare(keys, keptKeys, count - 1, vecs, i) <= 0 ? 0 : 1;
    }
    return found;
  }
}

package dev.sheaf.query.internal.exec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sorts all rows. Equal rows stay in order. Cells that are no keys and not read yet are read when
 * the result is asked for.
 */
final class SortOperator implements Operator {
  private final Operator input;
  private final List<SortKey> keys;
  private final Memory memory;
  private List<RowBatch> batches;
  private int[] numbers;
  private int[] rows;
  private int at;

  SortOperator(Operator input, List<SortKey> keys, Memory memory) {
    this.input = input;
    this.keys = keys;
    this.memory = memory;
  }

  @Override
  public RowBatch next() {
    if (batches == null) {
      sort();
    }
    if (at >= rows.length) {
      return null;
    }
    int end = Math.min(rows.length, at + RowBatch.ROWS);
    RowBatch batch =
        RowBatch.collect(
            batches, Arrays.copyOfRange(numbers, at, end), Arrays.copyOfRange(rows, at, end));
    at = end;
    return batch;
  }

  private void sort() {
    batches = new ArrayList<>();
    List<List<Vec>> keyVecs = new ArrayList<>();
    keys.forEach(key -> keyVecs.add(new ArrayList<>()));
    int count = 0;
    for (RowBatch batch = input.next(); batch != null; batch = input.next()) {
      batches.add(batch);
      count = Math.addExact(count, batch.size());
      long bytes = batch.bytes() + 16L * batch.size();
      for (int i = 0; i < keyVecs.size(); i++) {
        Vec vec = batch.column(keys.get(i).column()).vec();
        keyVecs.get(i).add(vec);
        bytes += vec.bytes();
      }
      memory.take(bytes, "sorting");
    }
    numbers = new int[count];
    rows = new int[count];
    int next = 0;
    for (int i = 0; i < batches.size(); i++) {
      for (int row = 0; row < batches.get(i).size(); row++) {
        numbers[next] = i;
        rows[next++] = row;
      }
    }
    if (count == 0) {
      return;
    }
    Vec[] whole = new Vec[keys.size()];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = Vecs.collect(keyVecs.get(i), numbers, rows);
    }
    int[] order = order(keys, whole, count);
    int[] sortedNumbers = new int[count];
    int[] sortedRows = new int[count];
    for (int i = 0; i < count; i++) {
      sortedNumbers[i] = numbers[order[i]];
      sortedRows[i] = rows[order[i]];
    }
    numbers = sortedNumbers;
    rows = sortedRows;
  }

  /** Returns the rows in order, equal ones as they came. */
  static int[] order(List<SortKey> keys, Vec[] vecs, int count) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    merge(order.clone(), order, 0, count, keys, vecs);
    return order;
  }

  private static void merge(
      int[] from, int[] to, int start, int end, List<SortKey> keys, Vec[] vecs) {
    if (end - start < 2) {
      return;
    }
    int middle = (start + end) >>> 1;
    merge(to, from, start, middle, keys, vecs);
    merge(to, from, middle, end, keys, vecs);
    if (compare(keys, vecs, from[middle - 1], vecs, from[middle]) <= 0) {
      System.arraycopy(from, start, to, start, end - start);
      return;
    }
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft =
          right >= end || left < middle && compare(keys, vecs, from[left], vecs, from[right]) <= 0;
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }

  /** Compares two rows by all keys. */
  static int compare(List<SortKey> keys, Vec[] a, int i, Vec[] b, int j) {
    for (int k = 0; k < a.length; k++) {
      int order = keys.get(k).compare(a[k], i, b[k], j);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @Override
  public void close() {
    input.close();
  }
}

package dev.sheaf.query.internal.exec;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Some rows of a relation, column by column. Immutable. */
public final class RowBatch {
  /** How many rows the operators work on at a time. */
  public static final int ROWS = 4096;

  private final int size;
  private final Column[] columns;

  /** Creates a batch of this many rows. */
  RowBatch(int size, Column... columns) {
    this.size = size;
    this.columns = columns;
  }

  /** Returns a batch of values. */
  public static RowBatch of(int size, Vec... vecs) {
    Column[] columns = new Column[vecs.length];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = new Column.Ready(vecs[i]);
    }
    return new RowBatch(size, columns);
  }

  /** Returns the number of rows. */
  public int size() {
    return size;
  }

  /** Returns the number of columns. */
  public int width() {
    return columns.length;
  }

  /** Returns a column. */
  public Column column(int number) {
    return columns[number];
  }

  /** Returns some rows; cells that are not read yet stay so. */
  RowBatch take(int[] rows) {
    Map<Slice, Slice> slices = new IdentityHashMap<>();
    Column[] taken = new Column[columns.length];
    for (int i = 0; i < taken.length; i++) {
      taken[i] =
          columns[i] instanceof Column.Stored stored
              ? stored.of(slices.computeIfAbsent(stored.slice, slice -> slice.take(rows)))
              : new Column.Ready(columns[i].vec().take(rows));
    }
    return new RowBatch(rows.length, taken);
  }

  /** Returns about how much memory the values at hand take. */
  long bytes() {
    long bytes = 0;
    for (Column column : columns) {
      bytes += column instanceof Column.Ready ? column.vec().bytes() : 16L * size;
    }
    return bytes;
  }

  /**
   * Returns rows of several batches of one relation, in any order.
   *
   * @param numbers the batch of each row
   * @param rows the row within that batch
   */
  static RowBatch collect(List<RowBatch> batches, int[] numbers, int[] rows) {
    int width = batches.get(0).columns.length;
    Column[] collected = new Column[width];
    Map<ScanSource, List<Slice[]>> known = new IdentityHashMap<>();
    for (int i = 0; i < width; i++) {
      collected[i] = collect(batches, i, numbers, rows, known);
    }
    return new RowBatch(rows.length, collected);
  }

  private static Column collect(
      List<RowBatch> batches,
      int column,
      int[] numbers,
      int[] rows,
      Map<ScanSource, List<Slice[]>> known) {
    Slice[] slices = new Slice[batches.size() + 1];
    for (int i = 0; i < batches.size(); i++) {
      if (!(batches.get(i).columns[column] instanceof Column.Stored stored)) {
        return new Column.Ready(Vecs.collect(vecs(batches, column), numbers, rows));
      }
      slices[i] = stored.slice;
    }
    ScanSource source = slices[0].source;
    // Columns of one scan come from the same slices: they share the one that is collected.
    List<Slice[]> before = known.computeIfAbsent(source, key -> new ArrayList<>());
    Slice found = null;
    for (Slice[] other : before) {
      boolean same = true;
      for (int i = 0; i < batches.size(); i++) {
        same &= other[i] == slices[i];
      }
      found = same ? other[batches.size()] : found;
    }
    if (found == null) {
      long[] indices = new long[rows.length];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = slices[numbers[i]].index(rows[i]);
      }
      found = source.slice(indices);
      slices[batches.size()] = found;
      before.add(slices);
    }
    return ((Column.Stored) batches.get(0).columns[column]).of(found);
  }

  private static List<Vec> vecs(List<RowBatch> batches, int column) {
    List<Vec> vecs = new ArrayList<>();
    for (RowBatch batch : batches) {
      vecs.add(batch.columns[column].vec());
    }
    return vecs;
  }
}

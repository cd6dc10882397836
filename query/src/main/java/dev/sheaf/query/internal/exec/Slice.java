package dev.sheaf.query.internal.exec;

import dev.sheaf.format.Batch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Some samples of a batch of a scan, whose cells are read when asked for: only those that are left
 * after filtering, and wide ones only once. For one thread.
 */
final class Slice {
  static final String INDEX = "_index";
  static final String ID = "_id";

  final ScanSource source;
  private final Batch batch;
  private final int[] rows;
  private final Slice parent;
  private final int[] rowsOfParent;
  private final Map<List<String>, Vec> read = new HashMap<>();

  Slice(ScanSource source, Batch batch) {
    this(source, batch, null, null, null);
  }

  private Slice(ScanSource source, Batch batch, int[] rows, Slice parent, int[] rowsOfParent) {
    this.source = source;
    this.batch = batch;
    this.rows = rows;
    this.parent = parent;
    this.rowsOfParent = rowsOfParent;
  }

  int size() {
    return rows == null ? batch.size() : rows.length;
  }

  /** Returns some rows of this slice. */
  Slice take(int[] chosen) {
    int[] ofBatch = chosen;
    if (rows != null) {
      ofBatch = new int[chosen.length];
      for (int i = 0; i < chosen.length; i++) {
        ofBatch[i] = rows[chosen[i]];
      }
    }
    return new Slice(source, batch, ofBatch, this, chosen);
  }

  /** Returns the same samples with nothing read. */
  Slice detached() {
    return new Slice(source, batch, rows, null, null);
  }

  /** Returns the position in the version of a row. */
  long index(int row) {
    return batch.index(rows == null ? row : rows[row]);
  }

  Vec vec(String name, String... path) {
    List<String> key = key(name, path);
    Vec known = read.get(key);
    if (known == null) {
      Vec whole = parent == null ? null : parent.known(key);
      known = whole == null ? load(name, path) : whole.take(rowsOfParent);
      read.put(key, known);
    }
    return known;
  }

  private static List<String> key(String name, String... path) {
    if (path.length == 0) {
      return List.of(name);
    }
    String[] key = new String[path.length + 1];
    key[0] = name;
    System.arraycopy(path, 0, key, 1, path.length);
    return List.of(key);
  }

  private Vec known(List<String> key) {
    Vec known = read.get(key);
    if (known == null && parent != null) {
      Vec whole = parent.known(key);
      known = whole == null ? null : whole.take(rowsOfParent);
    }
    return known;
  }

  private Vec load(String name, String... path) {
    if (name.equals(INDEX)) {
      long[] indices = new long[size()];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = index(i);
      }
      return new Vec.Longs(indices, null);
    }
    if (name.equals(ID)) {
      TextBuilder ids = new TextBuilder(size());
      for (int i = 0; i < size(); i++) {
        String id = batch.id(rows == null ? i : rows[i]).toString();
        ids.add(id.getBytes(StandardCharsets.US_ASCII));
      }
      return ids.build();
    }
    return Column.vec(batch.column(rows, name, path));
  }

  Optional<ByteBuffer> matrix(String name) {
    return rows == null ? batch.matrix(name) : Optional.empty();
  }

  /** See {@link Batch#checkMatrix}. */
  void checkMatrix(String name) {
    batch.checkMatrix(name);
  }
}

package dev.sheaf.curation.internal.run;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Column;
import dev.sheaf.format.ColumnStatistics;
import dev.sheaf.format.ColumnValues;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.PageFilter;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Scan;
import dev.sheaf.format.ScanMetrics;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Version;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A version with columns that are not committed yet, which hide committed ones of the same name.
 * Immutable and thread-safe.
 */
final class Overlay implements Version {
  private final Version base;
  private final Schema schema;
  private final Map<String, List<Object>> added;

  private Overlay(Version base, Schema schema, Map<String, List<Object>> added) {
    this.base = base;
    this.schema = schema;
    this.added = added;
  }

  /** Returns the version as it is. */
  static Overlay of(Version base) {
    return new Overlay(base, base.schema(), Map.of());
  }

  /**
   * Returns this version with a column more.
   *
   * @param cells one for each index, null for null; not copied
   */
  Overlay with(Column column, List<Object> cells) {
    Map<String, List<Object>> more = new LinkedHashMap<>(added);
    more.put(column.name(), cells);
    return new Overlay(base, extended(schema, column), more);
  }

  /** Returns a schema with a column in the place of the one of that name, or after all others. */
  static Schema extended(Schema schema, Column column) {
    List<Column> columns = new ArrayList<>(schema.columns());
    if (schema.contains(column.name())) {
      columns.set(schema.indexOf(column.name()), column);
    } else {
      int end = 0;
      while (end < columns.size() && !columns.get(end).name().startsWith("_")) {
        end++;
      }
      columns.add(end, column);
    }
    return Schema.of(columns);
  }

  @Override
  public CommitInfo commit() {
    return base.commit();
  }

  @Override
  public long size() {
    return base.size();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public Version select(String... columns) {
    List<Column> chosen = new ArrayList<>();
    List<String> committed = new ArrayList<>();
    for (String name : columns) {
      chosen.add(schema.column(name));
      if (!added.containsKey(name)) {
        committed.add(name);
      }
    }
    if (committed.isEmpty()) {
      committed.add("_key"); // a scan takes its pages from a column
    }
    Version narrower = base.select(committed.toArray(new String[0]));
    return new Overlay(narrower, Schema.of(chosen), added);
  }

  @Override
  public Sample sample(long index) {
    return wrap(base.sample(index));
  }

  @Override
  public List<Sample> take(long... indices) {
    return base.take(indices).stream().map(this::wrap).toList();
  }

  private Sample wrap(Sample sample) {
    return new OverlaySample(sample, schema, added);
  }

  @Override
  public Scan scan() {
    return new OverlayScan(base.scan());
  }

  @Override
  public OptionalLong indexOf(SampleId id) {
    return base.indexOf(id);
  }

  @Override
  public long columnBytes(String column) {
    if (added.containsKey(column)) {
      throw new NotFoundException(
          "SHEAF-NF-041",
          "Column \"" + column + "\" is not committed yet, so it has no bytes",
          dev.sheaf.format.Location.NONE,
          "Ask again after the commit");
    }
    return base.columnBytes(column);
  }

  @Override
  public Optional<Sample> find(String key) {
    return base.find(key).map(this::wrap);
  }

  @Override
  public Version pick(long... indices) {
    Map<String, List<Object>> picked = new LinkedHashMap<>();
    added.forEach(
        (name, cells) -> {
          List<Object> some = new ArrayList<>();
          for (long index : indices) {
            some.add(cells.get((int) (index < 0 ? index + cells.size() : index)));
          }
          picked.put(name, some);
        });
    return new Overlay(base.pick(indices), schema, picked);
  }

  @Override
  public String dataDigest() {
    return base.dataDigest();
  }

  @Override
  public Optional<byte[]> document(String path) {
    return base.document(path);
  }

  @Override
  public List<String> documents(String folder) {
    return base.documents(folder);
  }

  private final class OverlayScan implements Scan {
    private final Scan scan;

    OverlayScan(Scan scan) {
      this.scan = scan;
    }

    @Override
    public Scan batchRows(int rows) {
      return new OverlayScan(scan.batchRows(rows));
    }

    @Override
    public Scan range(long from, long to) {
      return new OverlayScan(scan.range(from, to));
    }

    @Override
    public Scan where(PageFilter filter) {
      return new OverlayScan(
          scan.where(
              statistics ->
                  filter.mayMatch(
                      name ->
                          added.containsKey(name)
                              ? ColumnStatistics.UNKNOWN
                              : statistics.apply(name))));
    }

    @Override
    public Scan rows(long... indices) {
      return new OverlayScan(scan.rows(indices));
    }

    @Override
    public ScanMetrics metrics() {
      return scan.metrics();
    }

    @Override
    public Iterator<Batch> iterator() {
      Iterator<Batch> batches = scan.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return batches.hasNext();
        }

        @Override
        public Batch next() {
          return new OverlayBatch(batches.next());
        }
      };
    }
  }

  private final class OverlayBatch implements Batch {
    private final Batch batch;

    OverlayBatch(Batch batch) {
      this.batch = batch;
    }

    @Override
    public long firstIndex() {
      return batch.firstIndex();
    }

    @Override
    public long index(int row) {
      return batch.index(row);
    }

    @Override
    public SampleId id(int row) {
      return batch.id(row);
    }

    @Override
    public int size() {
      return batch.size();
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public Sample sample(int row) {
      return wrap(batch.sample(row));
    }

    @Override
    public ColumnValues column(int[] rows, String column, String... path) {
      if (!added.containsKey(column)) {
        return batch.column(rows, column, path);
      }
      int count = rows == null ? batch.size() : rows.length;
      Object[] cells = new Object[count];
      for (int i = 0; i < count; i++) {
        cells[i] = added.get(column).get((int) batch.index(rows == null ? i : rows[i]));
      }
      return AddedValues.of(schema.column(column), cells, path);
    }

    @Override
    public Optional<ByteBuffer> matrix(String column) {
      return added.containsKey(column) ? Optional.empty() : batch.matrix(column);
    }

    @Override
    public void checkMatrix(String column) {
      if (!added.containsKey(column)) {
        batch.checkMatrix(column);
      }
    }
  }
}

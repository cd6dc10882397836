package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Batch;
import dev.sheaf.format.ColumnValues;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.order.SegmentKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Samples that lie in stretches of segments, one behind the other. */
final class LocalBatch implements Batch {
  private final LocalVersion version;
  private final Stretch[] stretches;
  private final int[] starts;
  private final int size;
  private final long firstIndex;
  private final long[] indices;
  private final ScanCounts counts;

  /**
   * Creates a batch.
   *
   * @param indices the index of each sample, or null when they are {@code firstIndex} and on
   */
  LocalBatch(
      LocalVersion version,
      List<Stretch> stretches,
      long firstIndex,
      long[] indices,
      ScanCounts counts) {
    this.version = version;
    this.stretches = stretches.toArray(new Stretch[0]);
    this.starts = new int[this.stretches.length];
    int rows = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = rows;
      rows += this.stretches[i].size();
    }
    this.size = rows;
    this.firstIndex = firstIndex;
    this.indices = indices;
    this.counts = counts;
  }

  LocalVersion version() {
    return version;
  }

  Stretch[] stretches() {
    return stretches;
  }

  private int numberOf(int row) {
    Objects.checkIndex(row, size);
    if (starts.length == 1) {
      return 0;
    }
    int found = Arrays.binarySearch(starts, row);
    return found >= 0 ? found : -found - 2;
  }

  /** Returns the stretch that holds a row. */
  Stretch stretchOf(int row) {
    return stretches[numberOf(row)];
  }

  /** Returns the row at which the stretch of a row begins. */
  int firstRowOf(int row) {
    return starts[numberOf(row)];
  }

  @Override
  public long firstIndex() {
    return firstIndex;
  }

  @Override
  public long index(int row) {
    Objects.checkIndex(row, size);
    return indices == null ? firstIndex + row : indices[row];
  }

  @Override
  public SampleId id(int row) {
    int number = numberOf(row);
    SegmentKey key = stretches[number].segment().reader().key();
    return new SampleId(key.run(), key.first() + stretches[number].slot(row - starts[number]));
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Schema schema() {
    return version.schema();
  }

  @Override
  public Sample sample(int row) {
    int number = numberOf(row);
    Stretch stretch = stretches[number];
    return new LocalSample(
        version, stretch.segment(), stretch.slot(row - starts[number]), index(row), true);
  }

  @Override
  public ColumnValues column(int[] rows, String column, String... path) {
    int position = version.position(version.schema().indexOf(column));
    return ColumnGather.read(this, rows, position, path, counts);
  }

  @Override
  public Optional<ByteBuffer> matrix(String column) {
    int position = version.position(version.schema().indexOf(column));
    if (stretches.length != 1 || stretches[0].slots() != null) {
      return Optional.empty();
    }
    int first = stretches[0].firstSlot();
    CellReader[] readers = stretches[0].segment().cells(position);
    // Where layers of edits lie above, none of them may hold a slot of this batch.
    for (int i = 0; i + 1 < readers.length; i++) {
      boolean edited =
          readers[i]
              .layer()
              .record()
              .slots()
              .map(slots -> slots.intersects(first, (long) first + size))
              .orElse(true);
      if (edited) {
        return Optional.empty();
      }
    }
    if (readers.length == 0) {
      return Optional.empty();
    }
    CellReader reader = readers[readers.length - 1];
    boolean whole =
        reader.layer().isDense()
            && reader.column().type().equals(version.state().schema().column(position).type());
    Optional<ByteBuffer> matrix = whole ? reader.matrix(first, first + size) : Optional.empty();
    matrix.ifPresent(bytes -> counts.wide(bytes.remaining()));
    return matrix;
  }

  @Override
  public void checkMatrix(String column) {
    int position = version.position(version.schema().indexOf(column));
    CellReader[] readers = stretches[0].segment().cells(position);
    if (readers.length == 0) {
      return;
    }
    CellReader reader = readers[readers.length - 1];
    try {
      reader.settleMatrix();
    } catch (InternalError e) {
      String chunk = reader.matrixChunk();
      throw new CorruptDataException(
          "SHEAF-CHK-006",
          "File was cut short while it was mapped",
          version.location().with("column", column).with("chunk", chunk),
          "Run `sheaf fsck` to list all damaged chunks",
          e);
    }
  }
}

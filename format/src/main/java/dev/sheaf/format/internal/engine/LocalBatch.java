package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Schema;
import dev.sheaf.format.internal.layer.CellReader;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/** Consecutive slots of one segment. */
final class LocalBatch implements Batch {
  private final LocalVersion version;
  private final SegmentView segment;
  private final int firstSlot;
  private final int size;
  private final long firstIndex;

  LocalBatch(LocalVersion version, SegmentView segment, int firstSlot, int size, long firstIndex) {
    this.version = version;
    this.segment = segment;
    this.firstSlot = firstSlot;
    this.size = size;
    this.firstIndex = firstIndex;
  }

  @Override
  public long firstIndex() {
    return firstIndex;
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
    Objects.checkIndex(row, size);
    return new LocalSample(version, segment, firstSlot + row, firstIndex + row, true);
  }

  @Override
  public Optional<ByteBuffer> matrix(String column) {
    int position = version.position(version.schema().indexOf(column));
    CellReader[] readers = segment.cells(position);
    boolean whole =
        readers.length == 1
            && readers[0].layer().isDense()
            && readers[0].column().type().equals(version.state().schema().column(position).type());
    return whole ? readers[0].matrix(firstSlot, firstSlot + size) : Optional.empty();
  }
}

package dev.sheaf.format.internal.layer;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.RowCopy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Fixed-shape tensors in a chunk of their own. */
final class FixedCells extends CellReader {
  private final ArrayReader.Fixed crcs;
  private final LayerRecord.TensorChunk chunk;
  private final Type.Tensor type;
  private final Verified verified;
  private final Runnable settling = this::settleMapped;
  private volatile ByteBuffer mapped;

  FixedCells(LayerReader layer, int position, LayerColumn column, ArrayReader.Fixed crcs) {
    super(layer, position, column);
    this.crcs = crcs;
    this.chunk = layer.record().tensors().get(position);
    this.type = (Type.Tensor) column.type();
    this.verified = new Verified(layer.record().rows());
  }

  @Override
  ArrayReader array() {
    return crcs;
  }

  @Override
  public boolean addTo(RowCopy.Builder rows) {
    return rows.add(crcs);
  }

  @Override
  public boolean isNull(Page page, int row) {
    return crcs.isNull(page, row - page.firstRow());
  }

  @Override
  public Object value(Page page, int row) {
    int at = row - page.firstRow();
    if (crcs.isNull(page, at)) {
      return null;
    }
    // The checksum is a cache line of its own: it is fetched only where it is needed.
    ByteBuffer data = verified.test(row) ? mapped(row) : null;
    if (data == null) {
      data = layer.context().store().read(chunk.chunk(), offset(row), chunk.width());
      check(data, row, crcs.int32(page, at));
    }
    return data.isDirect()
        ? Tensor.of(type.dtype(), type.shape(), data, settling)
        : Tensor.of(type.dtype(), type.shape(), data);
  }

  @Override
  public void settleMatrix() {
    layer.context().store().map(chunk.chunk()).ifPresent(Mapped::settle);
  }

  @Override
  public String matrixChunk() {
    return chunk.chunk();
  }

  private void settleMapped() {
    Mapped.settle(mapped);
  }

  private long offset(int row) {
    return chunk.offset() + (long) row * chunk.width();
  }

  /** Returns a row of the mapped chunk, or null where there is none. */
  private ByteBuffer mapped(int row) {
    ByteBuffer whole = mapped;
    if (whole == null) {
      whole = layer.context().store().map(chunk.chunk()).orElse(null);
      mapped = whole;
    }
    long offset = offset(row);
    return whole == null || offset + chunk.width() > whole.capacity()
        ? null
        : whole.slice((int) offset, chunk.width()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void check(ByteBuffer bytes, int row, int stored) {
    int computed = Checksums.crc32c(bytes);
    if (computed != stored) {
      throw new CorruptDataException(
          "SHEAF-CHK-001",
          String.format(
              "Tensor checksum does not match: stored=0x%08x computed=0x%08x", stored, computed),
          location(row).with("chunk", chunk.chunk()),
          "The file is damaged; run `sheaf fsck` to list all damaged chunks");
    }
    verified.mark(row);
  }

  @Override
  public String wideChunk(int row) {
    return isNull(row) ? "" : chunk.chunk();
  }

  @Override
  public long verify(int row) {
    value(row);
    return chunk.width();
  }

  @Override
  public Optional<ByteBuffer> matrix(int from, int to) {
    boolean allVerified = true;
    for (int row = from; row < to; row++) {
      if (!verified.test(row)) {
        allVerified = false;
        if (isNull(row)) {
          return Optional.empty();
        }
      }
    }
    long offset = chunk.offset() + (long) from * chunk.width();
    int length = Math.multiplyExact(to - from, chunk.width());
    if (!allVerified) {
      ByteBuffer bytes = layer.context().store().read(chunk.chunk(), offset, length);
      for (int row = from; row < to; row++) {
        ByteBuffer one = bytes.slice((row - from) * chunk.width(), chunk.width());
        Page page = pageOf(row);
        check(one, row, crcs.int32(page, row - page.firstRow()));
      }
      return Optional.of(bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }
    return layer
        .context()
        .store()
        .map(chunk.chunk())
        .filter(mapped -> offset + length <= mapped.capacity())
        .map(mapped -> mapped.slice((int) offset, length).order(ByteOrder.LITTLE_ENDIAN));
  }
}

package dev.sheaf.format.internal.layer;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.ipc.Page;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** A payload of a dataset. */
public final class StoredMedia implements Media {
  private final CellReader cell;
  private final Page page;
  private final int row;
  private final long length;

  StoredMedia(CellReader cell, Page page, int row, long length) {
    this.cell = cell;
    this.page = page;
    this.row = row;
    this.length = length;
  }

  @Override
  public MediaKind kind() {
    return ((Type.Media) cell.column().type()).kind();
  }

  @Override
  public long byteLength() {
    return length;
  }

  @Override
  public String sha256() {
    return read(() -> cell.sha256(page, row));
  }

  @Override
  public Map<String, Object> facts() {
    return read(() -> Collections.unmodifiableMap(cell.facts(page, row)));
  }

  @Override
  public ByteBuffer bytes() {
    return read(() -> cell.bytes(page, row));
  }

  @Override
  public ByteBuffer range(long offset, int count) {
    Objects.checkFromIndexSize(offset, (long) count, length);
    return read(() -> cell.range(page, row, offset, count));
  }

  @Override
  public byte[] toBytes() {
    byte[] copy = new byte[Math.toIntExact(length)];
    copyTo(ByteBuffer.wrap(copy));
    return copy;
  }

  @Override
  public void copyTo(ByteBuffer target) {
    try {
      target.put(cell.bytes(page, row));
      Mapped.settle();
    } catch (InternalError e) {
      throw cutShort(e);
    }
  }

  private <T> T read(Supplier<T> reading) {
    try {
      T value = reading.get();
      if (page.isMapped()) {
        Mapped.settle();
      }
      return value;
    } catch (InternalError e) {
      throw cutShort(e);
    }
  }

  private CorruptDataException cutShort(InternalError e) {
    return new CorruptDataException(
        "SHEAF-CHK-006",
        "File was cut short while it was mapped",
        cell.location(row),
        "Run `sheaf fsck` to list all damaged chunks",
        e);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(toBytes());
  }

  /** Returns where the payload lies, or empty if it lies in its page. */
  public Optional<Place> place() {
    return read(() -> cell.place(row));
  }

  /** Tells whether the payload lies in the dataset that keeps its chunks in {@code store}. */
  public boolean isIn(ChunkStore store) {
    return cell.layer().context().store().equals(store);
  }
}

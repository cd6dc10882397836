package dev.sheaf.format.internal.layer;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.io.ChunkStore;
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
  private final int row;
  private final long length;

  StoredMedia(CellReader cell, int row, long length) {
    this.cell = cell;
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
    return guarded(() -> cell.sha256(row));
  }

  @Override
  public Map<String, Object> facts() {
    return Collections.unmodifiableMap(guarded(() -> cell.facts(row)));
  }

  @Override
  public ByteBuffer bytes() {
    return guarded(() -> cell.bytes(row));
  }

  @Override
  public ByteBuffer range(long offset, int count) {
    Objects.checkFromIndexSize(offset, (long) count, length);
    return guarded(() -> cell.range(row, offset, count));
  }

  @Override
  public byte[] toBytes() {
    byte[] copy = new byte[Math.toIntExact(length)];
    copyTo(ByteBuffer.wrap(copy));
    return copy;
  }

  @Override
  public void copyTo(ByteBuffer target) {
    guarded(
        () -> {
          ByteBuffer bytes = cell.bytes(row);
          target.put(bytes);
          if (bytes.isDirect()) {
            cell.settleValue(row);
          }
          return target;
        });
  }

  private <T> T guarded(Supplier<T> read) {
    try {
      T value = read.get();
      cell.settle();
      return value;
    } catch (InternalError
        | IndexOutOfBoundsException
        | NegativeArraySizeException
        | CorruptDataException e) {
      boolean cut = Mapped.takeFault() || e instanceof InternalError;
      if (!cut && e instanceof CorruptDataException known) {
        throw known;
      }
      throw new CorruptDataException(
          "SHEAF-CHK-006",
          cut ? "File was cut short while it was mapped" : "Payload does not lie within its page",
          cell.location(row),
          "Run `sheaf fsck` to list all damaged chunks",
          e);
    }
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(toBytes());
  }

  /** Returns where the payload lies, or empty if it lies in its page. */
  public Optional<Place> place() {
    return cell.place(row);
  }

  /** Tells whether the payload lies in the dataset that keeps its chunks in {@code store}. */
  public boolean isIn(ChunkStore store) {
    return cell.layer().context().store().equals(store);
  }
}

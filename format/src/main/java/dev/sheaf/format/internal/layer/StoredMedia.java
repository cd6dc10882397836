package dev.sheaf.format.internal.layer;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.PurgedException;
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
    return guarded(() -> cell.sha256(page, row), page.isMapped());
  }

  @Override
  public Map<String, Object> facts() {
    return Collections.unmodifiableMap(guarded(() -> cell.facts(page, row), page.isMapped()));
  }

  @Override
  public ByteBuffer bytes() {
    return guarded(() -> cell.bytes(page, row), cell.isMapped(page));
  }

  @Override
  public ByteBuffer range(long offset, int count) {
    Objects.checkFromIndexSize(offset, (long) count, length);
    return guarded(() -> cell.range(page, row, offset, count), page.isMapped());
  }

  @Override
  public ByteBuffer unverifiedRange(long offset, int count) {
    Objects.checkFromIndexSize(offset, (long) count, length);
    return guarded(() -> cell.unverifiedRange(page, row, offset, count), page.isMapped());
  }

  @Override
  public Optional<ByteBuffer> frameTable() {
    return guarded(() -> cell.frameTable(row), page.isMapped());
  }

  @Override
  public byte[] toBytes() {
    return guarded(
        () -> {
          // The length in the page is a claim; only these bytes are known to be there.
          ByteBuffer bytes = cell.bytes(page, row);
          byte[] copy = new byte[bytes.remaining()];
          Mapped.copy(ByteBuffer.wrap(copy), bytes);
          settleCopied(bytes);
          return copy;
        },
        false);
  }

  @Override
  public void copyTo(ByteBuffer target) {
    guarded(
        () -> {
          ByteBuffer bytes = cell.bytes(page, row);
          Mapped.copy(target, bytes);
          settleCopied(bytes);
          return target;
        },
        false);
  }

  private void settleCopied(ByteBuffer bytes) {
    if (bytes.isDirect()) {
      cell.settleValue(page, row);
    }
  }

  private <T> T guarded(Supplier<T> read, boolean mapped) {
    try {
      T value = read.get();
      if (mapped) {
        cell.settle();
      }
      return value;
    } catch (PurgedException e) {
      throw new PurgedException(e.headline(), cell.location(row), e);
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
    return guarded(() -> cell.place(row), page.isMapped());
  }

  /**
   * Returns the error of packets whose checksum does not match: of a linked payload it says which
   * file has changed.
   */
  public CorruptDataException mismatch(CorruptDataException found) {
    String link = place().map(Place::link).orElse("");
    if (link.isEmpty()) {
      return found;
    }
    String file = cell.layer().context().store().path(link).map(Object::toString).orElse(link);
    return new CorruptDataException(
        "SHEAF-LNK-002",
        "Linked file has changed: " + file + ": " + found.headline(),
        found.location().within(cell.location(row).with("link", link)),
        "Bring the old file back, or take the new one in with `sheaf ingest --link`",
        found);
  }

  /** Tells whether the payload lies in the dataset that keeps its chunks in {@code store}. */
  public boolean isIn(ChunkStore store) {
    return cell.layer().context().store().equals(store);
  }
}

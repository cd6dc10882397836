package dev.sheaf.format.internal.layer;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.internal.blob.Place;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.ipc.ArrayReader;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.RowCopy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads the descriptors of one column and the wide values that they refer to. */
final class WideCells {
  private final CellReader cell;
  private final ArrayReader.Structs ref;
  private final ArrayReader.Variable link;
  private final Verified verified;

  /**
   * Creates a reader.
   *
   * @param link the paths of linked files, or null where no value lies in one
   */
  WideCells(CellReader cell, ArrayReader ref, ArrayReader link) {
    this.cell = cell;
    this.ref = (ArrayReader.Structs) ref;
    this.link = (ArrayReader.Variable) link;
    this.verified = new Verified(cell.layer.record().rows());
  }

  /** Returns the array of descriptors. */
  ArrayReader.Structs ref() {
    return ref;
  }

  /** Tells whether descriptors are read from mapped memory. */
  boolean isMapped(Page page) {
    return page.isMapped() && !field(1).isCopied(page);
  }

  /** Tells whether a value is in the page: exactly one of {@code inline} and {@code ref} is. */
  boolean isInline(ArrayReader inline, Page page, int at, int row) {
    boolean here = ref.isNull(page, at);
    if (inline.isNull(page, at) == here) {
      throw damaged(here ? "Value is nowhere" : "Value is in its page and elsewhere", row);
    }
    return here;
  }

  boolean isNull(Page page, int at) {
    return ref.isNull(page, at);
  }

  boolean addTo(RowCopy.Builder rows) {
    return rows.add(ref)
        & rows.add(field(0))
        & rows.add(field(1))
        & rows.add(field(2))
        & rows.add(field(3))
        & rows.add(field(5))
        & (link == null || rows.add(link));
  }

  ArrayReader.Fixed field(int number) {
    return (ArrayReader.Fixed) ref.child(number);
  }

  long length(Page page, int at) {
    return field(2).int64(page, at);
  }

  Place place(Page page, int at, int row) {
    ArrayReader.Lists lists = (ArrayReader.Lists) ref.child(4);
    int from = lists.isNull(page, at) ? 0 : lists.from(page, at);
    int to = lists.isNull(page, at) ? 0 : lists.to(page, at);
    int[] blocks = new int[to - from];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = ((ArrayReader.Fixed) lists.child()).int32(page, from + i);
    }
    int textRow = field(5).isNull(page, at) ? -1 : field(5).int32(page, at);
    return Place.of(
        chunk(page, at, row),
        field(1).int64(page, at),
        length(page, at),
        field(3).int32(page, at),
        blocks,
        textRow);
  }

  /** Returns what holds a value: a chunk, or a linked file. */
  private String chunk(Page page, int at, int row) {
    String name = cell.layer.record().blobs().get(number(page, at, row));
    boolean linked = LinkName.isLink(name);
    if (linked != (link != null && !link.isNull(page, at))) {
      throw damaged(
          linked ? "Descriptor of a link without a path" : "Link into a chunk of the dataset", row);
    }
    return linked ? name + "/" + StandardCharsets.UTF_8.decode(link.view(page, at)) : name;
  }

  private int number(Page page, int at, int row) {
    int number = field(0).int32(page, at);
    if (number < 0 || number >= cell.layer.record().blobs().size()) {
      throw damaged(
          "Descriptor names chunk " + number + " of " + cell.layer.record().blobs().size(), row);
    }
    return number;
  }

  ByteBuffer bytes(Page page, int at, int row) {
    int number = number(page, at, row);
    long offset = field(1).int64(page, at);
    long length = length(page, at);
    if (offset < 0 || length < 0 || length > 1 << 30) {
      throw damaged("Descriptor with offset=" + offset + " length=" + length, row);
    }
    boolean whole = field(5).isNull(page, at);
    if (whole && verified.test(row)) {
      if (isMapped(page)) {
        // A descriptor that is zeros must not be followed.
        cell.layer.settle();
      }
      ByteBuffer mapped = cell.layer.mappedBlob(number);
      if (mapped != null && offset + length <= mapped.capacity()) {
        return mapped.slice((int) offset, (int) length).order(ByteOrder.LITTLE_ENDIAN);
      }
    }
    String chunk = chunk(page, at, row);
    int crc = field(3).int32(page, at);
    if (!whole) {
      return text(chunk, offset, (int) length, crc, field(5).int32(page, at), row);
    }
    ByteBuffer bytes = read(chunk, offset, (int) length, row);
    check(bytes, crc, chunk, offset, row);
    verified.mark(row);
    return bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  void settle(Page page, int row) {
    int at = row - page.firstRow();
    if (!isNull(page, at)) {
      ByteBuffer file = cell.layer.mappedBlob(number(page, at, row));
      if (file != null) {
        Mapped.settle(file);
      }
    }
  }

  /** Returns what tells whether the mapped chunk of a value was cut short. */
  Runnable settling(Page page, int at, int row) {
    ByteBuffer file = cell.layer.mappedBlob(number(page, at, row));
    return () -> Mapped.settle(file);
  }

  private void check(ByteBuffer bytes, int stored, String chunk, long offset, int row) {
    int computed = Checksums.crc32c(bytes);
    if (computed != stored) {
      CorruptDataException error =
          cell.layer.context().store().mismatch(chunk, offset, bytes.remaining(), stored, computed);
      throw new CorruptDataException(
          error.code(),
          error.headline(),
          cell.location(row)
              .with(LinkName.isLink(chunk) ? "link" : "chunk", chunk)
              .with("offset", offset),
          error.hint());
    }
  }

  private ByteBuffer text(String chunk, long offset, int length, int crc, int textRow, int row) {
    HeapPages cache = cell.layer.context().heapPages();
    Page page = cache.get(chunk, offset);
    if (page == null) {
      ChunkStore.PageBytes found =
          cell.layer.context().store().readPage(chunk, offset, length, crc);
      check(found.bytes(), found.crc32c(), chunk, offset, row);
      Location location = cell.location(row).with("chunk", chunk).with("offset", offset);
      page = ReadContext.TEXT_PARSER.parseAnyRows(found.bytes(), location).without(found.purged());
      cache.put(chunk, offset, page);
    }
    if (textRow < 0 || textRow >= page.rows()) {
      throw damaged("Descriptor names row " + textRow + " of " + page.rows(), row);
    }
    page.purged().check(textRow);
    return ReadContext.TEXT.view(page, textRow);
  }

  ByteBuffer range(Page page, int at, int row, long from, int count) {
    ArrayReader.Lists lists = (ArrayReader.Lists) ref.child(4);
    boolean atHand = verified.test(row) && !isLink(page, at);
    if (atHand || lists.isNull(page, at) || !field(5).isNull(page, at)) {
      return bytes(page, at, row).slice((int) from, count).order(ByteOrder.LITTLE_ENDIAN);
    }
    String chunk = chunk(page, at, row);
    long offset = field(1).int64(page, at);
    long length = length(page, at);
    int firstBlock = (int) (from / Checksums.BLOCK_BYTES);
    int lastBlock = (int) ((from + Math.max(1, count) - 1) / Checksums.BLOCK_BYTES);
    long start = (long) firstBlock * Checksums.BLOCK_BYTES;
    int bytes = (int) (Math.min(length, (lastBlock + 1L) * Checksums.BLOCK_BYTES) - start);
    int firstCrc = lists.from(page, at);
    if (lastBlock >= lists.to(page, at) - firstCrc) {
      throw damaged("Descriptor has too few block checksums", row);
    }
    ByteBuffer blocks = read(chunk, offset + start, bytes, row);
    for (int block = firstBlock; block <= lastBlock; block++) {
      int blockFrom = (block - firstBlock) * Checksums.BLOCK_BYTES;
      int blockLength = Math.min(Checksums.BLOCK_BYTES, bytes - blockFrom);
      int stored = ((ArrayReader.Fixed) lists.child()).int32(page, firstCrc + block);
      check(blocks.slice(blockFrom, blockLength), stored, chunk, offset + start + blockFrom, row);
    }
    return blocks
        .slice((int) (from - start), count)
        .asReadOnlyBuffer()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Reads a range; what is wrong with a file of the outside is said with the cell. */
  private ByteBuffer read(String chunk, long offset, int length, int row) {
    ChunkStore store = cell.layer.context().store();
    if (!LinkName.isLink(chunk)) {
      return store.read(chunk, offset, length);
    }
    try {
      return store.read(chunk, offset, length);
    } catch (NotFoundException e) {
      throw new NotFoundException(
          e.code(), e.headline(), cell.location(row).with("link", chunk), e.hint(), e);
    } catch (CorruptDataException e) {
      throw new CorruptDataException(
          e.code(), e.headline(), cell.location(row).with("link", chunk), e.hint(), e);
    }
  }

  /** Tells whether a value lies in a file of the outside, which is checked at every read. */
  private boolean isLink(Page page, int at) {
    return link != null && !link.isNull(page, at);
  }

  ByteBuffer unverified(Page page, int at, int row, long from, int count) {
    String chunk = chunk(page, at, row);
    return read(chunk, field(1).int64(page, at) + from, count, row);
  }

  CorruptDataException damaged(String what, int row) {
    return new CorruptDataException(
        "SHEAF-CHK-005", what, cell.location(row), "Run `sheaf fsck` to list all damaged chunks");
  }
}

package dev.sheaf.format.internal.ipc;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.io.ChunkStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** The footer of a chunk: its schema, and where its record batches lie. For one thread. */
public final class IpcFile {
  private static final int TRAILER_BYTES = 4 + IpcWriter.MAGIC.length;
  private static final int MAX_FOOTER_BYTES = 1 << 28;

  private final ChunkStore store;
  private final String chunk;
  private final Location location;
  private final Footer footer;
  private final List<IpcWriter.Placed> batches = new ArrayList<>();

  /**
   * Reads the footer of a chunk.
   *
   * @throws CorruptDataException if it is none, or a batch lies outside the file
   */
  public IpcFile(ChunkStore store, String chunk, Location dataset) {
    this.store = store;
    this.chunk = chunk;
    this.location = dataset.with("chunk", chunk);
    long size = store.size(chunk);
    require(size > TRAILER_BYTES, "length");
    ByteBuffer trailer = store.read(chunk, size - TRAILER_BYTES, TRAILER_BYTES);
    int length = trailer.getInt(0);
    require(length > 0 && length <= MAX_FOOTER_BYTES, "length of the footer");
    require(length <= size - TRAILER_BYTES, "length of the footer");
    try {
      ByteBuffer bytes = store.read(chunk, size - TRAILER_BYTES - length, length);
      footer = Footer.getRootAsFooter(bytes.order(ByteOrder.LITTLE_ENDIAN));
      long end = 0;
      for (int i = 0; i < footer.recordBatchesLength(); i++) {
        Block block = footer.recordBatches(i);
        require(block.offset() >= end && block.offset() % 8 == 0, "place of a batch");
        require(block.metaDataLength() >= 8 && block.bodyLength() >= 0, "length of a batch");
        end = Math.addExact(block.offset() + block.metaDataLength(), block.bodyLength());
        require(end <= size, "length of a batch");
        batches.add(
            new IpcWriter.Placed(block.offset(), block.metaDataLength(), block.bodyLength()));
      }
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      throw damaged("footer", e);
    }
  }

  /** Returns the schema. */
  public Schema schema() {
    return Schema.convertSchema(footer.schema());
  }

  /** Returns the record batches in the order of the file. */
  public List<IpcWriter.Placed> batches() {
    return List.copyOf(batches);
  }

  /**
   * Returns what the checksums beside values of a blob chunk must become once these are zeros:
   * bytes by their place. Of a chunk that has none, nothing.
   *
   * @param ranges the lengths of the values by their first byte
   */
  public TreeMap<Long, byte[]> checksumPatches(NavigableMap<Long, Long> ranges) {
    TreeMap<Long, byte[]> patches = new TreeMap<>();
    Schema schema = schema();
    if (schema.getFields().size() != 2 || !schema.getFields().get(1).getName().equals("crc32c")) {
      return patches;
    }
    try {
      for (IpcWriter.Placed batch : batches) {
        long end = batch.offset() + batch.length();
        NavigableMap<Long, Long> within = ranges.subMap(batch.offset(), true, end, false);
        if (!within.isEmpty()) {
          addPatches(batch, within, patches);
        }
      }
    } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException e) {
      throw damaged("record batch", e);
    }
    return patches;
  }

  private void addPatches(
      IpcWriter.Placed batch, NavigableMap<Long, Long> ranges, Map<Long, byte[]> patches) {
    ByteBuffer head = store.read(chunk, batch.offset(), batch.metadataLength());
    Message message =
        Message.getRootAsMessage(head.slice(8, head.capacity() - 8).order(ByteOrder.LITTLE_ENDIAN));
    require(message.headerType() == MessageHeader.RecordBatch, "record batch");
    RecordBatch header = (RecordBatch) message.header(new RecordBatch());
    require(header.buffersLength() == 5, "record batch");
    Buffer offsets = header.buffers(1);
    long values = batch.bodyOffset() + header.buffers(2).offset();
    long checksums = batch.bodyOffset() + header.buffers(4).offset();
    require(offsets.length() == (header.length() + 1) * 8, "offsets");
    require(header.buffers(4).length() == header.length() * 4, "checksums");
    ByteBuffer ends =
        store.read(chunk, batch.bodyOffset() + offsets.offset(), (int) offsets.length());
    for (int row = 0; row < header.length(); row++) {
      long from = ends.getLong(row * 8);
      long length = ends.getLong(row * 8 + 8) - from;
      Long gone = ranges.get(values + from);
      if (gone != null && gone == length) {
        patches.put(checksums + row * 4L, zeros(length));
      }
    }
  }

  /** Returns the CRC-32C of zeros, little-endian. */
  private static byte[] zeros(long length) {
    CRC32C crc = new CRC32C();
    byte[] block = new byte[1 << 16];
    for (long left = length; left > 0; left -= block.length) {
      crc.update(block, 0, (int) Math.min(block.length, left));
    }
    return ByteBuffer.allocate(4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) crc.getValue())
        .array();
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw damaged(what, null);
    }
  }

  private CorruptDataException damaged(String what, Throwable cause) {
    return new CorruptDataException(
        "SHEAF-CHK-003",
        "Chunk is no Arrow file: bad " + what,
        location,
        "Run `sheaf fsck --deep`, and restore the chunk from another copy",
        cause);
  }
}

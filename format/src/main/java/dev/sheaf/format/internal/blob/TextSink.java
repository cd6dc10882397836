package dev.sheaf.format.internal.blob;

import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.ChunkWriter;
import dev.sheaf.format.internal.ipc.ArrayBuilder;
import dev.sheaf.format.internal.ipc.BatchParts;
import dev.sheaf.format.internal.ipc.IpcWriter;
import dev.sheaf.format.internal.ipc.Physical;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes long texts as rows of compressed pages of a text chunk.
 *
 * <p>Spec: {@code docs/format-spec.md#text-chunks}. Not safe for use by several threads.
 */
public final class TextSink implements AutoCloseable {
  /**
   * The text of a page, in bytes before compression: small enough to unfold for one row, large
   * enough to compress.
   */
  static final long PAGE_BYTES = 512 << 10;

  private static final int SHORTEST_SHARED = 4096;
  private static final Schema SCHEMA =
      new Schema(List.of(Field.nullable("data", ArrowType.Utf8.INSTANCE)));
  private static final Physical LAYOUT = new Physical.Variable(false);

  private final Supplier<ChunkWriter> chunks;
  private final long chunkBytes;
  private final Map<String, Place> bySha256 = new HashMap<>();
  private final List<Place> waiting = new ArrayList<>();
  private ArrayBuilder.Variable page = newPage();
  private ChunkSlot slot;
  private ChunkWriter writer;
  private IpcWriter file;

  /** Creates a sink; a chunk that has reached {@code chunkBytes} is sealed. */
  public TextSink(Supplier<ChunkWriter> chunks, long chunkBytes) {
    this.chunks = chunks;
    this.chunkBytes = chunkBytes;
  }

  private static ArrayBuilder.Variable newPage() {
    return (ArrayBuilder.Variable) ArrayBuilder.of(LAYOUT);
  }

  /** Returns the layout of a page of a text chunk. */
  public static Physical layout() {
    return LAYOUT;
  }

  /** Stores a text. */
  public Place put(ByteBuffer utf8) {
    String sha256 = "";
    if (utf8.remaining() >= SHORTEST_SHARED) {
      byte[] copy = new byte[utf8.remaining()];
      utf8.duplicate().get(copy);
      sha256 = Checksums.hex(Checksums.sha256(copy));
      Place known = bySha256.get(sha256);
      if (known != null) {
        return known;
      }
    }
    if (file == null) {
      writer = chunks.get();
      slot = new ChunkSlot();
      file = new IpcWriter(SCHEMA, writer::write);
    }
    if (page.size() > 0 && page.byteSize() + utf8.remaining() > PAGE_BYTES) {
      flush();
      if (file == null) {
        return put(utf8);
      }
    }
    Place place = new Place(slot);
    place.row = page.size();
    place.valueBytes = utf8.remaining();
    page.add(utf8);
    waiting.add(place);
    if (!sha256.isEmpty()) {
      bySha256.put(sha256, place);
    }
    return place;
  }

  /** Writes what is waiting; afterwards every place handed out is complete. */
  public void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    BatchParts parts = new BatchParts();
    page.emit(0, page.size(), parts);
    IpcWriter.Written written = file.writeBatch(page.size(), parts, true);
    int crc = written.crc32c();
    for (Place place : waiting) {
      place.offset = written.placed().offset();
      place.length = written.placed().length();
      place.crc32c = crc;
    }
    waiting.clear();
    page = newPage();
    if (file.position() >= chunkBytes) {
      seal();
    }
  }

  private void seal() {
    file.end();
    slot.sealed(writer.seal());
    writer = null;
    file = null;
  }

  /** Writes what is waiting and seals the last chunk. */
  public void finish() {
    flush();
    if (file != null) {
      seal();
    }
  }

  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
  }
}

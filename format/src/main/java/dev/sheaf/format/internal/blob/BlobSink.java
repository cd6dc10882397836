package dev.sheaf.format.internal.blob;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.ChunkWriter;
import dev.sheaf.format.internal.io.WriteQueue;
import dev.sheaf.format.internal.ipc.ArrowLayout;
import dev.sheaf.format.internal.ipc.BatchParts;
import dev.sheaf.format.internal.ipc.IpcWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes payloads one behind the other into blob chunks of about 512 MiB; bytes that one sink is
 * given twice are stored once. Bytes are hashed and written on a thread of this sink's own, which
 * ends when there is nothing to write; its first error is thrown by the next call.
 *
 * <p>Spec: {@code docs/format-spec.md#blob-chunks}. Not safe for use by several threads.
 */
public final class BlobSink implements AutoCloseable {
  /** The longest payload, in bytes: a chunk never exceeds 1 GiB. */
  public static final long MAX_PAYLOAD = (1L << 30) - (1 << 20);

  private static final long BATCH_BYTES = 8 << 20;
  private static final Schema SCHEMA =
      new Schema(List.of(ArrowLayout.blobData().field(), ArrowLayout.blobCrc().field()));

  private final Supplier<ChunkWriter> chunks;
  private final long chunkBytes;
  private final Supplier<Runnable> written;
  private final WriteQueue queue = new WriteQueue();
  private final Map<String, Place> bySha256 = new HashMap<>();
  private final List<byte[]> waiting = new ArrayList<>();
  private final List<Place> waitingPlaces = new ArrayList<>();
  private final List<ChunkSlot> slots = new ArrayList<>();
  private final List<ByteBuffer> pieces = new ArrayList<>();
  private final List<ChunkWriter> opened = new ArrayList<>();
  private long waitingBytes;
  private ChunkWriter writer;
  private IpcWriter file;

  /**
   * Creates a sink.
   *
   * @param chunkBytes a chunk that has reached this length is sealed
   * @param written is asked, each time that all payloads put so far are about to be written, for
   *     what to run once they are in their chunks; that runs on the writing thread
   */
  public BlobSink(Supplier<ChunkWriter> chunks, long chunkBytes, Supplier<Runnable> written) {
    this.chunks = chunks;
    this.written = written;
    this.chunkBytes = chunkBytes;
  }

  /**
   * Stores a payload, which must not change afterwards.
   *
   * @param sha256 its SHA-256, by which an identical one is found
   * @throws InvalidInputException if it is longer than {@link #MAX_PAYLOAD}
   */
  public Place put(byte[] payload, String sha256) {
    Place known = bySha256.get(sha256);
    if (known != null) {
      return known;
    }
    if (payload.length > MAX_PAYLOAD) {
      throw new InvalidInputException(
          "SHEAF-INP-003",
          "Value is too long: at most " + MAX_PAYLOAD + " bytes, got " + payload.length,
          Location.NONE,
          "Split it, for a video into clips");
    }
    if (file != null && file.position() + waitingBytes + payload.length > MAX_PAYLOAD) {
      flush();
      if (file != null) {
        seal();
      }
    }
    if (file == null) {
      writer = chunks.get();
      opened.add(writer);
      slots.add(new ChunkSlot());
      file = new IpcWriter(SCHEMA, pieces::add);
    }
    Place place = new Place(slots.get(slots.size() - 1));
    place.length = payload.length;
    place.valueBytes = payload.length;
    place.crc32c = Checksums.crc32c(payload, 0, payload.length);
    place.blocks = Checksums.blocks(payload);
    bySha256.put(sha256, place);
    waiting.add(payload);
    waitingPlaces.add(place);
    waitingBytes += payload.length;
    if (waitingBytes >= BATCH_BYTES) {
      flush();
    }
    return place;
  }

  /** Tells whether a chunk with this schema is a blob chunk. */
  public static boolean isSchema(Schema schema) {
    return schema.getFields().stream()
        .map(Field::getName)
        .toList()
        .equals(SCHEMA.getFields().stream().map(Field::getName).toList());
  }

  /**
   * Gives what is waiting to the writing thread; afterwards every place handed out has its offset.
   */
  public void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    int rows = waiting.size();
    ByteBuffer offsets = ByteBuffer.allocate((rows + 1) * 8).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer crcs = ByteBuffer.allocate(rows * 4).order(ByteOrder.LITTLE_ENDIAN);
    long end = 0;
    for (int i = 0; i < rows; i++) {
      offsets.putLong(end);
      crcs.putInt(waitingPlaces.get(i).crc32c);
      end += waiting.get(i).length;
    }
    offsets.putLong(end);
    BatchParts nodes = BatchParts.nodes(rows, rows);
    long[] lengths = {0, offsets.capacity(), waitingBytes, 0, crcs.capacity()};
    file.beginBatch(rows, nodes, lengths, 8);
    file.write(offsets.flip());
    for (int i = 0; i < rows; i++) {
      waitingPlaces.get(i).offset = file.position();
      file.write(ByteBuffer.wrap(waiting.get(i)));
    }
    file.pad(8);
    file.write(crcs.flip());
    file.pad(8);
    waiting.clear();
    waitingPlaces.clear();
    waitingBytes = 0;
    write(written.get());
    if (file.position() >= chunkBytes) {
      seal();
    }
  }

  /** Gives the pieces there are to the writing thread. */
  private void write(Runnable after) {
    List<ByteBuffer> batch = List.copyOf(pieces);
    pieces.clear();
    ChunkWriter chunk = writer;
    long bytes = batch.stream().mapToLong(ByteBuffer::remaining).sum();
    queue.put(
        bytes,
        () -> {
          batch.forEach(chunk::write);
          after.run();
        });
  }

  private void seal() {
    file.end();
    ChunkWriter chunk = writer;
    ChunkSlot slot = slots.get(slots.size() - 1);
    write(() -> slot.sealed(chunk.seal()));
    writer = null;
    file = null;
  }

  /** Runs something on the writing thread, behind all that was given to it. */
  public void afterwards(Runnable work) {
    queue.put(0, work);
  }

  /** Writes what is waiting, seals the last chunk, and waits until all chunks are sealed. */
  public void finish() {
    flush();
    if (file != null) {
      seal();
    }
    queue.await();
  }

  /** Writes to the end what was flushed and leaves the chunk that is not sealed as it is then. */
  public void leave() {
    queue.close();
    opened.forEach(ChunkWriter::leave);
  }

  /** Drops what is not sealed. */
  @Override
  public void close() {
    queue.cancel();
    queue.close();
    opened.forEach(ChunkWriter::close);
  }
}

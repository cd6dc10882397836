package dev.sheaf.format.internal.engine;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.io.ChunkWriter;
import dev.sheaf.format.internal.io.LocalChunkStore;
import dev.sheaf.format.internal.io.MovedChunk;
import dev.sheaf.format.internal.io.Purge;
import dev.sheaf.format.internal.ipc.BatchParts;
import dev.sheaf.format.internal.ipc.IpcFile;
import dev.sheaf.format.internal.ipc.IpcWriter;
import dev.sheaf.format.internal.ipc.Page;
import dev.sheaf.format.internal.ipc.PageEraser;
import dev.sheaf.format.internal.ipc.PageParser;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes successors of chunks without what is to go. Of a blob or tensor chunk all stays in its
 * place, with zeros where values were; a layer or text chunk gets its pages anew. For one thread.
 */
final class ChunkEraser {
  private static final int COPY_BYTES = 1 << 20;

  private final LocalChunkStore store;
  private final Location dataset;
  private final Purge purge;

  ChunkEraser(LocalChunkStore store, Location dataset, Purge purge) {
    this.store = store;
    this.dataset = dataset;
    this.purge = purge;
  }

  /**
   * Replaces a chunk; durable when this returns. Where all that is to go is null or zeros already,
   * the chunk stays as it is.
   */
  void erase(String chunk, ErasePlan.Chunk plan) {
    MovedChunk moved = plan.pages().isEmpty() ? blank(chunk, plan) : rewrite(chunk, plan);
    if (!moved.successor().orElseThrow().equals(chunk)) {
      store.syncNames();
      store.move(chunk, moved);
    }
  }

  /** Copies a chunk with zeros in the place of ranges. */
  private MovedChunk blank(String chunk, ErasePlan.Chunk plan) {
    TreeMap<Long, byte[]> patches =
        new IpcFile(store, chunk, dataset).checksumPatches(plan.ranges());
    List<MovedChunk.Range> ranges = new ArrayList<>();
    long size = store.size(chunk);
    String successor;
    try (ChunkWriter writer = store.create()) {
      forEachPart(
          chunk,
          (at, part) -> {
            blankWithin(plan.ranges(), at, part);
            patches
                .subMap(at - 3, true, at + part.capacity(), false)
                .forEach((offset, bytes) -> patch(part, offset - at, bytes));
            writer.write(part);
          });
      successor = writer.seal();
    }
    long from = 0;
    for (Map.Entry<Long, Long> gone : plan.ranges().entrySet()) {
      if (gone.getKey() > from) {
        ranges.add(new MovedChunk.Kept(from, gone.getKey() - from, from));
      }
      ranges.add(new MovedChunk.Gone(gone.getKey(), gone.getValue(), purge));
      from = gone.getKey() + gone.getValue();
    }
    if (from < size) {
      ranges.add(new MovedChunk.Kept(from, size - from, from));
    }
    return MovedChunk.of(successor, ranges);
  }

  private static void blankWithin(TreeMap<Long, Long> ranges, long at, ByteBuffer part) {
    long end = at + part.capacity();
    Map.Entry<Long, Long> range = ranges.lowerEntry(end);
    while (range != null && range.getKey() + range.getValue() > at) {
      int from = (int) (Math.max(range.getKey(), at) - at);
      int to = (int) (Math.min(range.getKey() + range.getValue(), end) - at);
      for (int i = from; i < to; i++) {
        part.put(i, (byte) 0);
      }
      range = ranges.lowerEntry(range.getKey());
    }
  }

  private static void patch(ByteBuffer part, long at, byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (at + i >= 0 && at + i < part.capacity()) {
        part.put((int) at + i, bytes[i]);
      }
    }
  }

  /** Copies pages, those with rows that are to go without them. */
  private MovedChunk rewrite(String chunk, ErasePlan.Chunk plan) {
    forEachPart(chunk, (at, part) -> {});
    IpcFile file = new IpcFile(store, chunk, dataset);
    List<MovedChunk.Range> ranges = new ArrayList<>();
    String successor;
    int found = 0;
    try (ChunkWriter writer = store.create()) {
      IpcWriter out = new IpcWriter(file.schema(), writer::write);
      for (IpcWriter.Placed batch : file.batches()) {
        ErasePlan.Page page = plan.pages().get(batch.offset());
        if (page == null) {
          IpcWriter.Placed copy = out.beginCopy(batch.metadataLength(), batch.bodyLength());
          for (long at = 0; at < batch.length(); at += COPY_BYTES) {
            int length = (int) Math.min(COPY_BYTES, batch.length() - at);
            out.write(store.read(chunk, batch.offset() + at, length));
          }
          ranges.add(new MovedChunk.Kept(batch.offset(), batch.length(), copy.offset()));
        } else {
          ranges.add(rewrite(chunk, batch.offset(), page, out));
          found++;
        }
      }
      out.end();
      successor = writer.seal();
    }
    if (found != plan.pages().size()) {
      throw damaged("Chunk does not list all of its pages", chunk);
    }
    return MovedChunk.of(successor, ranges);
  }

  private MovedChunk.Rewritten rewrite(
      String chunk, long offset, ErasePlan.Page plan, IpcWriter out) {
    ByteBuffer bytes = store.read(chunk, offset, plan.length());
    if (Checksums.crc32c(bytes) != plan.crc32c()) {
      throw damaged("Page checksum does not match", chunk);
    }
    Location location = dataset.with("chunk", chunk).with("offset", offset);
    Page page = new PageParser(plan.physical()).parseAnyRows(bytes, location);
    int[] rows = plan.rows().stream().mapToInt(Integer::intValue).toArray();
    BatchParts parts = new PageEraser(plan.physical()).without(page, rows);
    IpcWriter.Written written = out.writeBatch(page.rows(), parts, page.isUnfolded());
    SortedMap<Integer, Purge> purged = new TreeMap<>();
    plan.rows().forEach(row -> purged.put(row, purge));
    return new MovedChunk.Rewritten(
        offset,
        plan.length(),
        written.placed().offset(),
        (int) written.placed().length(),
        written.crc32c(),
        purged);
  }

  /** What takes the bytes of a chunk from a place on. */
  private interface Part {
    void at(long offset, ByteBuffer bytes);
  }

  /**
   * Passes all bytes of a chunk, in memory that may be changed.
   *
   * @throws CorruptDataException at the end, if the chunk does not match its name
   */
  private void forEachPart(String chunk, Part consumer) {
    MessageDigest digest = Checksums.sha256();
    long size = store.size(chunk);
    for (long at = 0; at < size; at += COPY_BYTES) {
      ByteBuffer part = store.read(chunk, at, (int) Math.min(COPY_BYTES, size - at));
      digest.update(part.duplicate());
      consumer.at(at, part.order(ByteOrder.LITTLE_ENDIAN));
    }
    if (!Checksums.hex(digest.digest()).equals(chunk)) {
      throw damaged("Chunk does not match its name", chunk);
    }
  }

  private CorruptDataException damaged(String what, String chunk) {
    return new CorruptDataException(
        "SHEAF-CHK-003",
        what,
        dataset.with("chunk", chunk),
        "Restore the chunk from another copy first; nothing was removed from it");
  }
}

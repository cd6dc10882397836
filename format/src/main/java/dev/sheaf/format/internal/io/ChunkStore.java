package dev.sheaf.format.internal.io;

import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Immutable files named by the SHA-256 of their bytes. Safe for use by several threads.
 *
 * <p>The seam behind which a file system, an object store or a counting test store stands.
 */
public interface ChunkStore extends AutoCloseable {
  /**
   * Reads a range by position into fresh heap memory, little-endian, from position 0 to {@code
   * length}.
   *
   * @throws dev.sheaf.format.CorruptDataException if the chunk ends before the range does
   * @throws dev.sheaf.format.NotFoundException if there is no such chunk
   * @throws dev.sheaf.format.PurgedException if something in the range was purged
   */
  ByteBuffer read(String chunk, long offset, int length);

  /**
   * A page as it lies in a chunk today.
   *
   * @param bytes message and body
   * @param crc32c what their CRC-32C must be
   * @param purged the rows that are gone from it
   */
  record PageBytes(ByteBuffer bytes, int crc32c, PurgedRows purged) {}

  /**
   * Reads a page, which may have been written anew since its record was made; else as {@link
   * #read}.
   *
   * @param crc32c the CRC-32C that its record states
   */
  default PageBytes readPage(String chunk, long offset, int length, int crc32c) {
    return new PageBytes(read(chunk, offset, length), crc32c, PurgedRows.NONE);
  }

  /**
   * Returns what {@code <chunk>.moved} says, or empty if there is no such file. Where the chunk
   * itself is still there, it counts.
   *
   * @throws dev.sheaf.format.CorruptDataException if the file is damaged
   */
  default Optional<MovedChunk> moved(String chunk) {
    return Optional.empty();
  }

  /**
   * Returns what became of a chunk, with a successor that is there, or empty if the chunk itself is
   * there.
   *
   * @throws dev.sheaf.format.NotFoundException if neither is there
   */
  default Optional<MovedChunk> resolved(String chunk) {
    return Optional.empty();
  }

  /**
   * Returns the whole chunk as mapped, read-only, little-endian memory, or empty where this store
   * does not map. The memory stays mapped as long as the buffer is reachable.
   */
  Optional<ByteBuffer> map(String chunk);

  /** Returns the file of a chunk, or empty where chunks are no files. */
  default Optional<Path> path(String chunk) {
    return Optional.empty();
  }

  /** Returns the length of a chunk in bytes, or -1 if there is none. */
  long size(String chunk);

  /**
   * Returns the error of a value whose checksum does not match, to be thrown by who checked it; it
   * says what holds the value and what to do.
   *
   * @param chunk the chunk or link
   * @param stored the CRC-32C that the bytes should have
   */
  default CorruptDataException mismatch(
      String chunk, long offset, int length, int stored, int computed) {
    return new CorruptDataException(
        "SHEAF-CHK-001",
        String.format(
            "Value checksum does not match: stored=0x%08x computed=0x%08x", stored, computed),
        Location.NONE.with("chunk", chunk).with("offset", offset),
        "The file is damaged; run `sheaf fsck` to list all damaged chunks");
  }

  /** Begins a new chunk. */
  ChunkWriter create();

  /** Makes the names of all chunks sealed since the last call durable. */
  void syncNames();

  @Override
  void close();
}

package dev.sheaf.format.internal.io;

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
   */
  ByteBuffer read(String chunk, long offset, int length);

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

  /** Begins a new chunk. */
  ChunkWriter create();

  /** Makes the names of all chunks sealed since the last call durable. */
  void syncNames();

  @Override
  void close();
}

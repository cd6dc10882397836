package dev.sheaf.format.internal.io;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Writes one new chunk from front to back. For one thread at a time. */
public interface ChunkWriter extends AutoCloseable {
  /** Appends the bytes between position and limit, which end up equal. */
  void write(ByteBuffer bytes);

  /**
   * Returns the file under which the bytes lie until the chunk is sealed, or empty where there is
   * none.
   */
  default Optional<Path> file() {
    return Optional.empty();
  }

  /** Returns how many bytes were appended. */
  long position();

  /**
   * Ends the chunk, makes its bytes durable and gives it its name. The entry of the directory is
   * durable after {@link ChunkStore#syncNames}.
   *
   * @return the SHA-256 of the bytes, 64 hex digits
   */
  String seal();

  /**
   * Ends the writing and leaves {@link #file} with what was written; does nothing to a chunk that
   * is sealed.
   */
  default void leave() {}

  /** Drops the chunk unless it is sealed. */
  @Override
  void close();
}

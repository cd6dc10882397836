package dev.sheaf.format.internal.source;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A payload that lies in a table cell, with the path that came with it (or null), and where it lies
 * in a file, if it does so byte for byte.
 */
public final class MediaBytes {
  private final byte[] bytes;
  private final String path;
  private final Path file;
  private final long offset;

  public MediaBytes(byte[] bytes, String path) {
    this(bytes, path, null, 0);
  }

  private MediaBytes(byte[] bytes, String path, Path file, long offset) {
    this.bytes = bytes;
    this.path = path;
    this.file = file;
    this.offset = offset;
  }

  /** Returns the same, said to lie in a file from {@code first} on. */
  public MediaBytes at(Path where, long first) {
    return new MediaBytes(bytes, path, where, first);
  }

  /** Returns the file in which the bytes lie as they are, or empty if they do not. */
  public Optional<Path> file() {
    return Optional.ofNullable(file);
  }

  /** Returns the first byte in that file. */
  public long offset() {
    return offset;
  }

  /** Returns the payload itself, not a copy; null when only the path is given. */
  public byte[] bytes() {
    return bytes;
  }

  public String path() {
    return path;
  }
}

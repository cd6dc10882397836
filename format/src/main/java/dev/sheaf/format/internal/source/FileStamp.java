package dev.sheaf.format.internal.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What tells an untouched file from a changed one without reading it.
 *
 * @param path the absolute path
 * @param size in bytes
 * @param mtimeNanos nanoseconds since 1970
 * @param inode the file system's own name of the file, or {@code -}
 */
public record FileStamp(String path, long size, long mtimeNanos, String inode) {
  /** Reads the stamp of a file. */
  static FileStamp of(Path path) throws IOException {
    BasicFileAttributes facts = Files.readAttributes(path, BasicFileAttributes.class);
    return new FileStamp(
        path.toUri().getRawPath(),
        facts.size(),
        facts.lastModifiedTime().to(TimeUnit.NANOSECONDS),
        facts.fileKey() == null ? "-" : facts.fileKey().toString());
  }

  /** Returns the facts as one text without the path: equal as long as the file is untouched. */
  public String facts() {
    return size + "|" + mtimeNanos + "|" + inode;
  }

  @Override
  public String toString() {
    return path + "|" + facts();
  }
}

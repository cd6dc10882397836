package dev.sheaf.format.internal.source;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What tells an untouched file, or a range of one, from a changed one without reading it.
 *
 * @param path the absolute path; of a range followed by {@code #offset+length}
 * @param size in bytes, of the file or of the range
 * @param mtimeNanos nanoseconds since 1970
 * @param inode the file system's own name of the file, or {@code -}
 */
public record FileStamp(String path, long size, long mtimeNanos, String inode) {
  /** Reads the stamp of a payload. */
  static FileStamp of(PayloadRef ref) throws IOException {
    Path path = ref.path();
    BasicFileAttributes facts = Files.readAttributes(path, BasicFileAttributes.class);
    // The URI of a member of a zip is opaque and has the zip in it.
    String uri =
        path.getFileSystem() == FileSystems.getDefault()
            ? path.toUri().getRawPath()
            : path.toUri().toString();
    return new FileStamp(
        ref.isWhole() ? uri : uri + "#" + ref.offset() + "+" + ref.length(),
        ref.isWhole() ? facts.size() : ref.length(),
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

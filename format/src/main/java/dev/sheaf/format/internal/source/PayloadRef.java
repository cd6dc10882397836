package dev.sheaf.format.internal.source;

import dev.sheaf.format.MediaKind;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The cell of a table whose bytes lie in a file, or in a range of one (a member of an uncompressed
 * archive). The bytes are read when the row is.
 *
 * @param file the file
 * @param offset the first byte, or -1 where the cell is the whole file
 * @param length the number of bytes, or -1 where the cell is the whole file
 * @param name what the bytes are called: the name of the file or of the member
 * @param use what becomes of the bytes
 * @param kind for {@link Use#MEDIA} what the payload is expected to be, else {@link MediaKind#FILE}
 */
public record PayloadRef(
    SourceFile file, long offset, long length, String name, Use use, MediaKind kind) {
  /** What becomes of the bytes. */
  public enum Use {
    /** An encoded payload, kept byte for byte. */
    MEDIA,
    /** UTF-8 text. */
    TEXT,
    /** The cues of an SRT or WebVTT file. */
    SUBTITLES
  }

  /** Requires the parts. */
  public PayloadRef {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(use, "use");
    Objects.requireNonNull(kind, "kind");
  }

  /** Returns the cell of a whole file. */
  public static PayloadRef whole(SourceFile file, Use use, MediaKind kind) {
    return new PayloadRef(file, -1, -1, file.name(), use, kind);
  }

  /** Tells whether the cell is a whole file. */
  public boolean isWhole() {
    return offset < 0;
  }

  /** Returns the file. */
  public Path path() {
    return file.path();
  }
}

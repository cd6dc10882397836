package dev.sheaf.format.internal.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The first bytes of files, by which they are told apart. */
public final class Heads {
  /** Enough for the magic number of a tar, which lies at 257. */
  private static final int LENGTH = 512;

  private Heads() {}

  /** Returns the first 512 bytes of a file, fewer of a shorter one. */
  public static byte[] of(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(LENGTH);
    }
  }
}

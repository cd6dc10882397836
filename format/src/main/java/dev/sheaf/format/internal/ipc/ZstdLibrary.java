package dev.sheaf.format.internal.ipc;

import com.github.luben.zstd.util.Native;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The native ZSTD library, which is unpacked into the folder for temporary files at first use. */
final class ZstdLibrary {
  private static volatile boolean loaded;

  private ZstdLibrary() {}

  /**
   * Loads the library unless it is loaded.
   *
   * @throws UncheckedIOException if it cannot be unpacked, for example because the disk is full
   */
  static void load() {
    if (loaded) {
      return;
    }
    try {
      Native.load();
      loaded = true;
    } catch (LinkageError e) {
      throw new UncheckedIOException(
          "Cannot load the ZSTD library by way of "
              + System.getProperty("java.io.tmpdir")
              + ": "
              + e.getMessage(),
          new IOException(e));
    }
  }
}

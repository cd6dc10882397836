package dev.sheaf.format.internal.ipc;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The native ZSTD library, which is unpacked into the folder for temporary files at first use. Safe
 * for use by several threads.
 */
final class ZstdLibrary {
  /**
   * Decompression states that nobody uses right now. To make one costs about as much as to unfold a
   * page of text with it.
   */
  private static final BlockingQueue<ZstdDecompressCtx> IDLE = new ArrayBlockingQueue<>(16);

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

  /**
   * Unfolds one frame.
   *
   * @param at where in {@code target} the result begins
   * @param length how many bytes it may take there
   * @return how many bytes it took
   * @throws ZstdException if the frame is damaged or does not fit
   */
  static int decompress(byte[] frame, byte[] target, int at, int length) {
    load();
    ZstdDecompressCtx idle = IDLE.poll();
    ZstdDecompressCtx context = idle == null ? new ZstdDecompressCtx() : idle;
    boolean kept = false;
    try {
      // Each call begins anew: what a damaged frame left behind does not matter to the next one.
      int written = context.decompressByteArray(target, at, length, frame, 0, frame.length);
      kept = IDLE.offer(context);
      return written;
    } finally {
      if (!kept) {
        context.close();
      }
    }
  }
}

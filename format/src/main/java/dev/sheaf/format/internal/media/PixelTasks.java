package dev.sheaf.format.internal.media;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * Writes the frames of a clip while the next are decoded: on the common pool, where more than one
 * thread is allowed, else at once. For one thread at a time.
 */
final class PixelTasks {
  private final PixelWriter writer;
  private final int threads;
  private final Queue<ForkJoinTask<?>> running = new ArrayDeque<>();

  PixelTasks(PixelWriter writer, int threads) {
    this.writer = writer;
    this.threads = threads;
  }

  /** Takes a frame; its pixels are in {@code out} when {@link #finish} has returned. */
  void write(AVFrame frame, int orientation, byte[] out, int offset) {
    Runnable rest = writer.take(frame, orientation, out, offset);
    if (threads == 1) {
      rest.run();
      return;
    }
    if (running.size() == 2 * threads) { // each holds a copy of its frame
      running.remove().join();
    }
    running.add(ForkJoinPool.commonPool().submit(rest));
  }

  /** Waits for the frames that are not written yet, and helps. */
  void finish() {
    while (!running.isEmpty()) {
      running.remove().join();
    }
  }
}

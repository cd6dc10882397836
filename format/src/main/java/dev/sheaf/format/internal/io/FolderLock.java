package dev.sheaf.format.internal.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A lock of a folder: one holder among all threads and processes. The system releases it when a
 * process dies; the lock file itself stays and means nothing.
 */
public final class FolderLock {
  /** File locks belong to the process, so its threads need a lock of their own, one per file. */
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock thread;
  private final FileChannel channel;
  private final FileLock lock;

  private FolderLock(ReentrantLock thread, FileChannel channel, FileLock lock) {
    this.thread = thread;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Waits for the lock, does the work, and releases it.
   *
   * @param folder an existing folder
   * @param name the lock file in it
   * @throws IllegalStateException if this thread holds it
   */
  public static <T> T during(Path folder, String name, Supplier<T> work) {
    FolderLock held = acquire(folder, name);
    try {
      return work.get();
    } finally {
      held.release();
    }
  }

  private static FolderLock acquire(Path folder, String name) {
    ReentrantLock thread;
    try {
      Path key = folder.toRealPath().resolve(name);
      thread = THREADS.computeIfAbsent(key, path -> new ReentrantLock());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + folder, e);
    }
    if (thread.isHeldByCurrentThread()) {
      throw new IllegalStateException("this thread holds the lock " + name + " already");
    }
    thread.lock();
    FileChannel channel = null;
    try {
      Path file = folder.resolve(name);
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new FolderLock(thread, channel, channel.lock());
    } catch (IOException | RuntimeException e) {
      try {
        if (channel != null) {
          channel.close();
        }
      } catch (IOException more) {
        e.addSuppressed(more);
      } finally {
        thread.unlock();
      }
      if (e instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new UncheckedIOException("Cannot lock " + folder, (IOException) e);
    }
  }

  private void release() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot release the lock of a folder", e);
    } finally {
      thread.unlock();
    }
  }
}

package dev.sheaf.format.internal.git;

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
 * The commit lock of a repository: one holder among all threads and processes. The system releases
 * it when a process dies; the file {@code sheaf.lock} itself stays and means nothing.
 */
final class RepositoryLock {
  /**
   * File locks belong to the process, so its threads need a lock of their own, one per directory.
   */
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock thread;
  private final FileChannel channel;
  private final FileLock lock;

  private RepositoryLock(ReentrantLock thread, FileChannel channel, FileLock lock) {
    this.thread = thread;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Waits for the lock, does the work, and releases it.
   *
   * @throws IllegalStateException if this thread holds it
   */
  static <T> T during(Path gitDir, Supplier<T> work) {
    RepositoryLock held = acquire(gitDir);
    try {
      return work.get();
    } finally {
      held.release();
    }
  }

  private static RepositoryLock acquire(Path gitDir) {
    ReentrantLock thread;
    try {
      thread = THREADS.computeIfAbsent(gitDir.toRealPath(), path -> new ReentrantLock());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + gitDir, e);
    }
    if (thread.isHeldByCurrentThread()) {
      throw new IllegalStateException(
          "a commit is being built by this thread; it cannot make another");
    }
    thread.lock();
    FileChannel channel = null;
    try {
      Path file = gitDir.resolve("sheaf.lock");
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new RepositoryLock(thread, channel, channel.lock());
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
      throw new UncheckedIOException("Cannot lock " + gitDir, (IOException) e);
    }
  }

  private void release() {
    try {
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot release the lock of the repository", e);
    } finally {
      thread.unlock();
    }
  }
}

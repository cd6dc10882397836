package dev.sheaf.format.internal.io;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes on a thread of its own, in the order in which the work was given, so that whoever gives it
 * waits neither for hashing nor for the disk. What waits is bounded.
 *
 * <p>The first error ends it: the work behind it is dropped, and {@link #put} and {@link #await}
 * throw it from then on. There is a thread only as long as there is work. One thread at a time
 * gives work.
 */
public final class WriteQueue implements AutoCloseable {
  /** The bytes that may wait; one piece of work of any length may always. */
  private static final long MOST_BYTES = 24 << 20;

  private static final AtomicInteger THREADS = new AtomicInteger();

  private record Task(long bytes, Runnable work) {}

  private final Queue<Task> waiting = new ArrayDeque<>();
  private long bytes;
  private Thread writer;
  private Throwable failure;

  /**
   * Gives work to be done after all that was given before; waits while too much of it is left.
   *
   * @param length the bytes that the work holds in memory
   * @throws RuntimeException what earlier work threw
   */
  public synchronized void put(long length, Runnable work) {
    check();
    try {
      while (bytes > 0 && bytes + length > MOST_BYTES) {
        wait();
        check();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    if (writer == null) {
      Thread fresh = new Thread(this::run, "sheaf-writer-" + THREADS.incrementAndGet());
      fresh.setDaemon(true);
      fresh.start(); // it waits for this monitor
      writer = fresh;
    }
    waiting.add(new Task(length, work));
    bytes += length;
  }

  /**
   * Waits until all that was given is done.
   *
   * @throws RuntimeException what it threw
   */
  public synchronized void await() {
    try {
      while (writer != null) {
        wait();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    check();
  }

  /** Drops the work that has not begun. */
  public synchronized void cancel() {
    waiting.forEach(task -> bytes -= task.bytes());
    waiting.clear();
  }

  /** Waits until all that was given is done or has failed; throws nothing. */
  @Override
  public synchronized void close() {
    boolean interrupted = false;
    while (writer != null) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // the thread must not outlive whoever closes this
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static UncheckedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new UncheckedIOException(
        new InterruptedIOException("Interrupted while chunks are written"));
  }

  private void check() {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  private void run() {
    for (Task task = next(); task != null; task = next()) {
      Throwable thrown = null;
      try {
        task.work().run();
      } catch (RuntimeException | Error e) {
        thrown = e;
      }
      done(task, thrown);
    }
  }

  /** Returns the next work; without any, this thread is over. */
  private synchronized Task next() {
    Task task = waiting.poll();
    if (task == null) {
      writer = null;
      notifyAll();
    }
    return task;
  }

  private synchronized void done(Task task, Throwable thrown) {
    bytes -= task.bytes();
    if (thrown != null) {
      failure = thrown;
      cancel();
    }
    notifyAll();
  }
}

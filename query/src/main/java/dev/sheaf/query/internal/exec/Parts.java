package dev.sheaf.query.internal.exec;

import java.util.HashMap;
import java.util.Map;

/**
 * Results of the parts of a relation in order, computed ahead by threads of its own, or by the
 * caller where there is one worker. For one thread; to be closed.
 *
 * @param <T> what is computed of a part
 */
final class Parts<T> implements AutoCloseable {
  private final Worker<T>[] workers;
  private final long count;
  private final int ahead;

  /** Guards what follows. */
  private final Object lock = new Object();

  private final Map<Long, Result<T>> done = new HashMap<>();
  private Thread[] threads;
  private long begun;
  private long given;
  private boolean closed;

  /** Computes parts, one after the other. */
  interface Worker<T> extends AutoCloseable {
    T compute(long part);

    @Override
    void close();
  }

  /** What came of a part: a value or a failure. */
  private record Result<T>(T value, Throwable failure) {}

  Parts(Worker<T>[] workers, long count) {
    this.workers = workers;
    this.count = count;
    this.ahead = 2 * workers.length;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static <T> Worker<T>[] workers(int count) {
    return new Worker[count];
  }

  boolean hasNext() {
    return given < count;
  }

  /** Returns the result of the next part, or throws what its computation threw. */
  T next() {
    if (workers.length == 1) {
      return workers[0].compute(given++);
    }
    Result<T> result = await();
    if (result.failure() instanceof RuntimeException failure) {
      throw failure;
    }
    if (result.failure() instanceof Error failure) {
      throw failure;
    }
    if (result.failure() != null) {
      throw new IllegalStateException(result.failure());
    }
    return result.value();
  }

  private Result<T> await() {
    boolean interrupted = false;
    synchronized (lock) {
      if (threads == null) {
        start();
      }
      Result<T> result = done.remove(given);
      while (result == null) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          // An interrupt of a thread that reads a file would close the file for all: it waits.
          interrupted = true;
        }
        result = done.remove(given);
      }
      given++;
      lock.notifyAll();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return result;
    }
  }

  private void start() {
    threads = new Thread[workers.length];
    for (int i = 0; i < threads.length; i++) {
      Worker<T> worker = workers[i];
      threads[i] = new Thread(() -> work(worker), "sheaf-query-" + i);
      threads[i].setDaemon(true);
      threads[i].start();
    }
  }

  private void work(Worker<T> worker) {
    for (long part = claim(); part >= 0; part = claim()) {
      Result<T> result;
      try {
        result = new Result<>(worker.compute(part), null);
      } catch (Throwable e) {
        // Whatever it is, the caller waits for it.
        result = new Result<>(null, e);
      }
      synchronized (lock) {
        done.put(part, result);
        // Nobody asks for parts behind one that failed.
        begun = result.failure() == null ? begun : count;
        lock.notifyAll();
      }
    }
  }

  /** Returns the next part to compute, or -1 at the end. */
  private long claim() {
    synchronized (lock) {
      while (!closed && begun < count && begun >= given + ahead) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          return -1;
        }
      }
      return closed || begun >= count ? -1 : begun++;
    }
  }

  /** Waits for parts that are being computed, then closes the workers. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    boolean interrupted = false;
    for (int i = 0; threads != null && i < threads.length; i++) {
      while (threads[i].isAlive()) {
        try {
          threads[i].join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    for (Worker<T> worker : workers) {
      worker.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

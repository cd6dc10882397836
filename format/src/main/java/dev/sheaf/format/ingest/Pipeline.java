package dev.sheaf.format.ingest;

import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Works on items with several threads and gives the results back in order. What is held in memory
 * is bounded by the weights of the items. The threads run ahead no further than keeps them busy: on
 * few processors what they do too early is time taken from whoever uses the results.
 *
 * @param <T> the items
 * @param <R> the results
 */
final class Pipeline<T, R> implements AutoCloseable {
  private static final long MOST_BYTES = 256L << 20;
  private static final int MOST_ITEMS = 4096;

  /** Beyond this weight a thread has no more than {@link #ITEMS_AHEAD} items. */
  private static final long BYTES_AHEAD = 8L << 20;

  private static final int ITEMS_AHEAD = 2;
  private static final AtomicInteger THREADS = new AtomicInteger();

  /**
   * An item with its result.
   *
   * @param item the item
   * @param result the result
   */
  record Done<T, R>(T item, R result) {}

  private record Running<T, R>(T item, long weight, Future<R> result) {}

  private final int count;
  private final ExecutorService threads;
  private final Function<T, R> work;
  private final Queue<Running<T, R>> running = new ArrayDeque<>();
  private long bytes;

  Pipeline(int count, Function<T, R> work) {
    this.count = count;
    this.work = work;
    this.threads =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "sheaf-ingest-" + THREADS.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Tells whether a result has to be taken before an item of this weight is put. */
  boolean isFull(long weight) {
    boolean ahead = running.size() >= count * ITEMS_AHEAD && bytes + weight > count * BYTES_AHEAD;
    return !running.isEmpty()
        && (ahead || bytes + weight > MOST_BYTES || running.size() >= MOST_ITEMS);
  }

  boolean isEmpty() {
    return running.isEmpty();
  }

  /** Begins to work on an item. */
  void put(T item, long weight) {
    running.add(new Running<>(item, weight, threads.submit(() -> work.apply(item))));
    bytes += weight;
  }

  /** Waits for the oldest item. */
  Done<T, R> take() {
    Running<T, R> oldest = running.remove();
    bytes -= oldest.weight();
    try {
      return new Done<>(oldest.item(), oldest.result().get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new InterruptedIOException("the ingest was interrupted"));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new AssertionError(e.getCause());
    }
  }

  /** Drops what was not taken, and waits until no thread works on any. */
  @Override
  public void close() {
    threads.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true; // what the threads use is closed next
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.sheaf.format.load;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Sample;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The batches of one epoch, or of the rest of it, for one rank. Used by one thread; closing it
 * stops the reading. Batches that were handed out are to be closed before it.
 */
public final class LoaderPass implements Iterator<LoadedBatch>, AutoCloseable {
  private final Loader loader;
  private final EpochOrder order;
  private final LoaderState start;
  private final ArrowCopy copy;
  private final BufferAllocator allocator = new RootAllocator();
  private final ExecutorService readers;
  private final Deque<Future<LoadedBatch>> ahead = new ArrayDeque<>();
  private final long steps;
  private volatile boolean closed;
  private long submitted;
  private long samples;
  private long bytes;
  private long waitedNanos;

  LoaderPass(Loader loader, LoaderState start) {
    this.loader = loader;
    this.start = start;
    this.order = loader.order(start.epoch());
    this.copy = new ArrowCopy(loader.version().schema());
    long each = (long) loader.batchSize() * loader.worldSize();
    long left = loader.version().size() - start.position();
    this.steps = left / each + (left % each == 0 ? 0 : 1);
    this.readers =
        Executors.newFixedThreadPool(
            loader.threadCount(),
            work -> {
              Thread thread = new Thread(work, "sheaf-loader");
              thread.setDaemon(true);
              return thread;
            });
    readAhead();
  }

  private void readAhead() {
    while (submitted < steps && ahead.size() < loader.prefetchCount()) {
      long step = submitted++;
      ahead.add(readers.submit(() -> read(step)));
    }
  }

  private LoadedBatch read(long step) {
    if (closed) {
      return null;
    }
    long size = loader.version().size();
    long each = (long) loader.batchSize() * loader.worldSize();
    long position = start.position() + step * each;
    long[] indices = loader.indices(order, position);
    List<Sample> taken = loader.version().take(indices);
    VectorSchemaRoot root = copy.copy(taken, allocator);
    LoaderState after =
        new LoaderState(start.seed(), start.epoch(), Math.min(size, position + each));
    return new LoadedBatch(step, indices, root, ArrowCopy.bytes(root), after);
  }

  /** Returns the number of steps of this pass, equal on all ranks. */
  public long steps() {
    return steps;
  }

  @Override
  public boolean hasNext() {
    return !ahead.isEmpty();
  }

  /**
   * Returns the next batch, to be closed by the caller.
   *
   * @throws DatasetException if a cell cannot be read; the pass is over then
   */
  @Override
  public LoadedBatch next() {
    if (ahead.isEmpty()) {
      throw new NoSuchElementException("the pass is over after " + steps + " steps");
    }
    long from = System.nanoTime();
    LoadedBatch batch = result(ahead.remove());
    waitedNanos += System.nanoTime() - from;
    samples += batch.size();
    bytes += batch.bytes();
    readAhead();
    return batch;
  }

  private LoadedBatch result(Future<LoadedBatch> reading) {
    try {
      return reading.get();
    } catch (InterruptedException e) {
      ahead.addFirst(reading);
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while a batch was read");
    } catch (ExecutionException e) {
      close();
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Returns how many samples were handed out. */
  public long samples() {
    return samples;
  }

  /** Returns how many bytes of cells were handed out. */
  public long bytes() {
    return bytes;
  }

  /** Returns how long {@link #next} has waited for batches in all, in nanoseconds. */
  public long waitedNanos() {
    return waitedNanos;
  }

  /** Stops the reading and frees what was read ahead. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    // Not interrupted: that would close the files under other readers.
    readers.shutdown();
    boolean interrupted = false;
    while (!ahead.isEmpty()) {
      try {
        LoadedBatch batch = ahead.getFirst().get();
        if (batch != null) {
          batch.close();
        }
        ahead.removeFirst();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        // Nobody will be given this batch, so nobody misses it.
        ahead.removeFirst();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    allocator.close();
  }
}

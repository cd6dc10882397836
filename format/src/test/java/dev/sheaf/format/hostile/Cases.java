package dev.sheaf.format.hostile;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tries cases one by one in a thread of their own, each under a limit of time and of memory
 * allocated; names the case that breaks a limit or throws.
 */
final class Cases implements AutoCloseable {
  private static final int LIMIT_SECONDS = 60;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final ExecutorService worker = Executors.newSingleThreadExecutor();
  private final long limitBytes;
  private long count;
  private long refused;
  private long mostBytes;

  /** One case. */
  @FunctionalInterface
  interface Body {
    /** Runs it. */
    WholeRead.Outcome run() throws Exception;
  }

  /**
   * Creates an empty set of cases.
   *
   * @param limitBytes what opening a version or reading a cell may allocate
   */
  Cases(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Returns how many bytes this thread has allocated so far. */
  static long allocatedBytes() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  /** Runs a case. */
  void run(String what, Body body) {
    Future<WholeRead.Outcome> result = worker.submit(body::run);
    try {
      WholeRead.Outcome outcome = result.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      long bytes = outcome.mostBytes();
      count++;
      refused += outcome.refused() > 0 ? 1 : 0;
      mostBytes = Math.max(mostBytes, bytes);
      if (bytes > limitBytes) {
        throw new AssertionError(what + ": allocated " + bytes + " bytes, more than " + limitBytes);
      }
    } catch (TimeoutException e) {
      StringBuilder stacks = new StringBuilder();
      Thread.getAllStackTraces()
          .forEach((thread, stack) -> stacks.append(thread).append(java.util.List.of(stack)));
      throw new AssertionError(
          what + ": not done after " + LIMIT_SECONDS + " seconds\n" + stacks, e);
    } catch (ExecutionException e) {
      throw new AssertionError(what + ": " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(what, e);
    }
  }

  /** Returns how many cases were run. */
  long count() {
    return count;
  }

  /** Returns how many cases ended with a refusal somewhere. */
  long refused() {
    return refused;
  }

  /** Returns the most bytes that one access allocated. */
  long mostBytes() {
    return mostBytes;
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}

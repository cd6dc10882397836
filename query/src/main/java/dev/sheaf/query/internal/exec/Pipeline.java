package dev.sheaf.query.internal.exec;

import java.util.function.Function;

/**
 * The input of an operator that works part by part: what is computed of a part depends on nothing
 * but the part, and parts are put together in their order. So the result, to the last bit of a sum
 * of floating point, is the same for any number of threads.
 *
 * <p>The parts of a scan end at fixed positions of the version. Rows that come from anywhere else
 * are one part. The first parts are small, so that the first rows of a result come soon and small
 * datasets have some parts, too.
 */
public final class Pipeline {
  /** How many samples a part has, but for the first ones. */
  static final long PART = 4L * RowBatch.ROWS;

  private final Opener opener;
  private final long from;
  private final long to;
  private final int threads;

  /** Opens the chain of operators. */
  @FunctionalInterface
  public interface Opener {
    /** Returns a chain, for one thread, over a scan of what {@code morsel} says at the time. */
    Operator open(Morsel morsel);
  }

  /**
   * Creates a pipeline over the samples {@code [from, to)} of a scan.
   *
   * @param opener opens operators that keep nothing from one batch to the next
   * @param threads how many threads may work
   */
  public Pipeline(Opener opener, long from, long to, int threads) {
    this.opener = opener;
    this.from = from;
    this.to = to;
    this.threads = threads;
  }

  /** Returns a pipeline of one part. */
  public static Pipeline single(Operator operator) {
    return new Pipeline(morsel -> operator, 0, 1, 1);
  }

  /** Returns where a part begins. */
  static long start(long part) {
    return part < 2 ? part * RowBatch.ROWS : part == 2 ? PART / 2 : (part - 2) * PART;
  }

  /** Returns the part that holds a sample. */
  static long partOf(long sample) {
    return sample < RowBatch.ROWS ? 0 : sample < PART / 2 ? 1 : sample / PART + 2;
  }

  /**
   * Computes something of each part.
   *
   * @param work pulls all batches of a part; called by several threads at once
   */
  <T> Parts<T> parts(Function<Operator, T> work) {
    long first = partOf(from);
    long count = to <= from ? 1 : partOf(to - 1) - first + 1;
    int workers = (int) Math.min(threads, count);
    Parts.Worker<T>[] chains = Parts.workers(workers);
    for (int i = 0; i < workers; i++) {
      Morsel morsel = new Morsel();
      Operator chain = opener.open(morsel);
      chains[i] =
          new Parts.Worker<>() {
            @Override
            public T compute(long part) {
              morsel.set(
                  Math.max(from, start(first + part)), Math.min(to, start(first + part + 1)));
              return work.apply(chain);
            }

            @Override
            public void close() {
              chain.close();
            }
          };
    }
    return new Parts<>(chains, count);
  }
}

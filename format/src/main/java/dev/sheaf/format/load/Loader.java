package dev.sheaf.format.load;

import dev.sheaf.format.Column;
import dev.sheaf.format.Version;
import java.util.Objects;

/**
 * Gives the samples of a version, or of a view, to a training run: in an order that is a pure
 * function of the version, the seed and the epoch, in batches, on any number of ranks, read ahead
 * by threads of its own.
 *
 * <p>Step {@code s} of an epoch takes the next {@code batch * world} positions of the {@link
 * EpochOrder}, and rank {@code r} the {@code r}-th {@code batch} of them. So every sample is given
 * exactly once an epoch whatever the number of ranks, no number has to divide another, and all
 * ranks see the same number of steps: at the end of an epoch a batch may be short, or empty. To go
 * on after an interruption a {@link LoaderState} is enough, also on another number of ranks.
 *
 * <p>Immutable: each setting returns another loader. Safe for use by several threads.
 *
 * <pre>{@code
 * Loader loader = Loader.of(pets.head()).columns("image", "label").batch(64).seed(7);
 * try (LoaderPass pass = loader.epoch(0)) {
 *   while (pass.hasNext()) {
 *     try (LoadedBatch batch = pass.next()) {
 *       train(batch.root());
 *       saved = batch.after();
 *     }
 *   }
 * }
 * }</pre>
 */
public final class Loader {
  private final Version whole;
  private final Version version;
  private final int batch;
  private final long seed;
  private final boolean shuffled;
  private final int rank;
  private final int world;
  private final int threads;
  private final int prefetch;

  private Loader(
      Version whole,
      Version version,
      int batch,
      long seed,
      boolean shuffled,
      int rank,
      int world,
      int threads,
      int prefetch) {
    this.whole = whole;
    this.version = version;
    this.batch = batch;
    this.seed = seed;
    this.shuffled = shuffled;
    this.rank = rank;
    this.world = world;
    this.threads = threads;
    this.prefetch = prefetch;
  }

  /**
   * Returns a loader of a version, a projection, or a view, of all columns but Sheaf's own:
   * shuffled by seed 0, in batches of 32, for one rank, with 2 threads that are at most 4 batches
   * ahead.
   */
  public static Loader of(Version version) {
    String[] columns =
        version.schema().columns().stream()
            .map(Column::name)
            .filter(name -> !name.startsWith("_"))
            .toArray(String[]::new);
    return new Loader(version, version.select(columns), 32, 0, true, 0, 1, 2, 4);
  }

  /** Returns this loader with these columns only. */
  public Loader columns(String... columns) {
    Version chosen = whole.select(columns);
    return new Loader(whole, chosen, batch, seed, shuffled, rank, world, threads, prefetch);
  }

  /** Returns this loader with batches of {@code samples} a rank. */
  public Loader batch(int samples) {
    require(samples >= 1, "batch=" + samples + " is below 1");
    return new Loader(whole, version, samples, seed, shuffled, rank, world, threads, prefetch);
  }

  /** Returns this loader with another seed of the order. */
  public Loader seed(long number) {
    return new Loader(whole, version, batch, number, shuffled, rank, world, threads, prefetch);
  }

  /** Returns this loader with the samples in the order of the version. */
  public Loader inOrder() {
    return new Loader(whole, version, batch, seed, false, rank, world, threads, prefetch);
  }

  /**
   * Returns this loader for one of several ranks.
   *
   * @param number from 0
   * @param size how many there are
   */
  public Loader rank(int number, int size) {
    require(size >= 1 && number >= 0 && number < size, "rank=" + number + " of world=" + size);
    return new Loader(whole, version, batch, seed, shuffled, number, size, threads, prefetch);
  }

  /**
   * Returns this loader with so many threads that read ahead.
   *
   * @param count at least 1
   * @param batches how many batches they are ahead at most, at least 1; so much is in memory
   */
  public Loader threads(int count, int batches) {
    require(count >= 1 && batches >= 1, "threads=" + count + " prefetch=" + batches);
    return new Loader(whole, version, batch, seed, shuffled, rank, world, count, batches);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException(what);
    }
  }

  /** Returns the version, with the columns that are loaded. */
  public Version version() {
    return version;
  }

  /** Returns the order of an epoch, or null if the samples come in the order of the version. */
  EpochOrder order(long epoch) {
    return shuffled ? EpochOrder.of(version.size(), seed, epoch) : null;
  }

  int batchSize() {
    return batch;
  }

  int rankNumber() {
    return rank;
  }

  int worldSize() {
    return world;
  }

  int threadCount() {
    return threads;
  }

  int prefetchCount() {
    return prefetch;
  }

  /** Starts an epoch. */
  public LoaderPass epoch(long number) {
    return resume(new LoaderState(seed, number, 0));
  }

  /**
   * Goes on from a state, to the end of its epoch.
   *
   * @throws IllegalArgumentException if the state has another seed, or a position beyond the end
   */
  public LoaderPass resume(LoaderState state) {
    require(state.seed() == seed, "state has seed " + state.seed() + ", the loader " + seed);
    require(
        state.position() <= version.size(),
        "state has position " + state.position() + " of " + version.size() + " samples");
    return new LoaderPass(this, state);
  }

  /**
   * Returns the samples that a step gives to this rank.
   *
   * @param epoch the epoch, from 0
   * @param step the step of the epoch, from 0, with this batch and number of ranks throughout
   * @return their indices in the version; none past the end
   */
  public long[] samplesOf(long epoch, long step) {
    long each = (long) batch * world;
    long from = step > version.size() / each ? version.size() : step * each;
    return indices(order(epoch), from);
  }

  /**
   * Returns the step of an epoch that gives a sample to some rank; undoes {@link #samplesOf}.
   *
   * @param index the index of the sample in the version
   */
  public long stepOf(long epoch, long index) {
    EpochOrder order = order(epoch);
    long position =
        order == null ? Objects.checkIndex(index, version.size()) : order.positionOf(index);
    return position / ((long) batch * world);
  }

  /** Returns what this rank gets of the step that begins at a position. */
  long[] indices(EpochOrder order, long position) {
    long from = Math.min(version.size(), position + (long) batch * rank);
    long to = Math.min(version.size(), from + batch);
    long[] indices = new long[(int) (to - from)];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = order == null ? from + i : order.indexAt(from + i);
    }
    return indices;
  }
}

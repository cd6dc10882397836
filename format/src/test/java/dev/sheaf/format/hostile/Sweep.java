package dev.sheaf.format.hostile;

import dev.sheaf.format.Randomness;
import dev.sheaf.format.golden.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Damages golden files on all processors, each in a copy of its dataset, and watches that none of
 * the cases hangs.
 */
final class Sweep {
  /** A case that takes longer than this is taken for endless. They take microseconds. */
  private static final int MOST_SECONDS = 60;

  private final Path temp;
  private final Tally tally;

  /** Prepares a file of a copied dataset. */
  @FunctionalInterface
  interface Preparation {
    /**
     * Opens what is needed.
     *
     * @param dataset the copy
     * @param file the file in it
     */
    DamagedFile open(Golden golden, Path dataset, Path file, Randomness random) throws IOException;
  }

  private record Target(Golden golden, Path file, long size, Randomness random) {}

  /**
   * Creates a sweep.
   *
   * @param temp an empty folder
   */
  Sweep(Path temp, Tally tally) {
    this.temp = temp;
    this.tally = tally;
  }

  /**
   * Damages all files, seen from their dataset, that a filter takes, the largest first, so that the
   * threads end together.
   */
  void run(Predicate<Path> filter, Preparation preparation) throws Exception {
    Randomness seeds = Randomness.ofThisRun();
    List<Target> targets = new ArrayList<>();
    for (Golden golden : Golden.all()) {
      for (Path file : golden.filesAndLinks()) {
        Path relative = golden.dataset().relativize(file);
        if (filter.test(relative)) {
          targets.add(new Target(golden, relative, Files.size(file), new Randomness(seeds.bits())));
        }
      }
    }
    targets.sort(Comparator.comparingLong(Target::size).reversed());
    ExecutorService workers =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            task -> {
              Thread thread = new Thread(task, "sweep");
              // What hangs must not keep the tests from ending.
              thread.setDaemon(true);
              return thread;
            });
    try {
      Map<Target, Thread> running = new ConcurrentHashMap<>();
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < targets.size(); i++) {
        Target target = targets.get(i);
        Path folder = Files.createDirectories(temp.resolve("copy-" + i));
        done.add(
            workers.submit(
                () -> {
                  running.put(target, Thread.currentThread());
                  damage(target, folder, preparation);
                  running.remove(target);
                  return null;
                }));
      }
      for (Future<?> future : done) {
        await(future, running);
      }
    } catch (ExecutionException e) {
      throw seeds.failure(e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  private static void damage(Target target, Path folder, Preparation preparation)
      throws IOException {
    Path dataset = target.golden.copyTo(folder);
    Path file = dataset.resolve(target.file.toString()).normalize();
    try (DamagedFile damaged = preparation.open(target.golden, dataset, file, target.random)) {
      damaged.damage();
    } catch (AssertionError e) {
      throw new AssertionError(target.golden + " " + target.file + ": " + e, e);
    }
  }

  /**
   * Waits as long as cases end; counts wake-ups, not the clock, which runs on while we are stopped.
   */
  private void await(Future<?> future, Map<Target, Thread> running) throws Exception {
    long before = -1;
    for (int idle = 0; idle < MOST_SECONDS; ) {
      try {
        future.get(1, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException e) {
        long now = tally.flips.sum() + tally.cuts.sum();
        idle = now == before ? idle + 1 : 0;
        before = now;
      }
    }
    StringBuilder stuck = new StringBuilder();
    running.forEach(
        (target, thread) ->
            stuck
                .append(target)
                .append(Stream.of(thread.getStackTrace()).limit(40).toList())
                .append('\n'));
    throw new AssertionError("no case ended in " + MOST_SECONDS + " seconds: " + stuck);
  }
}

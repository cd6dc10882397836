package dev.sheaf.format.bench;

import dev.sheaf.format.Blame;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * What opening, the log, a commit and blame take as a history of edits of one cell grows: {@code
 * LongHistory [COMMITS]}, measured at 1,000 and at each power of ten up to them.
 */
public final class LongHistory {
  private static final int SAMPLES = 1_000;
  private static final int ROUNDS = 41;
  private static final int LOGGED = 100;

  private LongHistory() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    int most = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
    Path path = Format.home().resolve("long-history.sheaf");
    VersionData.delete(path);
    SampleId[] ids = new SampleId[SAMPLES];
    try (Dataset dataset = Dataset.create(path)) {
      try (Transaction change = dataset.begin()) {
        for (int i = 0; i < SAMPLES; i++) {
          change.append(Row.of().key("k" + i).set("n", -1L).set("label", "l" + i));
        }
        change.commit("Begin");
      }
      for (int i = 0; i < SAMPLES; i++) {
        ids[i] = dataset.head().sample(i).id();
      }
      int commits = 0;
      for (int goal = 1_000; goal <= most; goal *= 10) {
        long start = System.nanoTime();
        double[] times = new double[goal - commits];
        for (int i = 0; commits < goal; i++, commits++) {
          times[i] = commit(dataset, ids, commits);
        }
        double[] last = Arrays.copyOfRange(times, Math.max(0, times.length - 500), times.length);
        Sizes.print(
            "%d commits (%.0f s): commit median %.2f ms, mean of the last 500 %.2f ms; %d bytes in"
                + " git/ a commit",
            goal,
            (System.nanoTime() - start) / 1e9,
            median(last),
            Arrays.stream(last).average().orElseThrow(),
            TextStore.bytesBelow(path.resolve("git")) / goal);
        measure(path, ids);
      }
    }
  }

  private static double commit(Dataset dataset, SampleId[] ids, int number) {
    long start = System.nanoTime();
    try (Transaction change = dataset.begin()) {
      // The first sample is edited once, the others again and again.
      int sample = number == 0 ? 0 : 1 + number * 7 % (SAMPLES - 1);
      change.update(ids[sample], Map.of("n", (long) number));
      change.commit("Edit " + number);
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static void measure(Path path, SampleId[] ids) {
    double[] open = new double[ROUNDS];
    double[] log = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      try (Dataset dataset = Dataset.open(path)) {
        Version head = dataset.head();
        if (head.sample(i).isNull("n")) {
          throw new IllegalStateException("sample " + i + " is null");
        }
        open[i] = (System.nanoTime() - start) / 1e6;
        start = System.nanoTime();
        if (dataset.log("main", LOGGED).size() != LOGGED) {
          throw new IllegalStateException("the log is short");
        }
        log[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Sizes.print(
        "  open and read a cell: median %.2f ms; log of %d: median %.2f ms",
        median(open), LOGGED, median(log));
    try (Dataset dataset = Dataset.open(path)) {
      Version head = dataset.head();
      double[] blame = new double[ROUNDS];
      double first = 0;
      for (int i = 0; i < ROUNDS; i++) {
        long start = System.nanoTime();
        Blame found = dataset.blame(head, ids[i * 20], "n").get(0);
        blame[i] = (System.nanoTime() - start) / 1e6;
        first = i == 0 ? blame[i] : first;
        if (i == 0 && !found.commit().message().strip().equals("Edit 0")) {
          throw new IllegalStateException("not " + found.commit().message());
        }
      }
      Sizes.print("  blame: first, with the index, %.1f ms; median %.2f ms", first, median(blame));
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}

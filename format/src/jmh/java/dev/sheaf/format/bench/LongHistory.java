package dev.sheaf.format.bench;

import dev.sheaf.format.Blame;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What opening, the log, a commit and blame take when the history is long: {@code LongHistory
 * COMMITS...}, 1,000 and 100,000 when none are given. Each history is made once, by commits that
 * edit one cell. What is asked of one is asked of the others in turns, and again, since the first
 * times are those of a cold JVM: the last round counts.
 */
public final class LongHistory {
  private static final int SAMPLES = 1_000;
  private static final int ROUNDS = 3;
  private static final int TIMES = 201;
  private static final int LOGGED = 20;

  private final Path path;
  private final int commits;
  private int number;
  private SampleId[] ids;

  private LongHistory(int commits) {
    this.path = Format.home().resolve("long-history-" + commits + ".sheaf");
    this.commits = commits;
    this.number = commits;
  }

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    List<LongHistory> histories = new ArrayList<>();
    for (String commits : args.length > 0 ? args : new String[] {"1000", "100000"}) {
      LongHistory history = new LongHistory(Integer.parseInt(commits));
      history.make();
      histories.add(history);
    }
    for (int round = 1; round <= ROUNDS; round++) {
      Sizes.print("round %d", round);
      for (LongHistory history : histories) {
        history.read();
      }
      commit(histories);
      for (LongHistory history : histories) {
        history.blame();
      }
    }
  }

  private void make() throws IOException {
    if (Files.exists(path)) {
      return;
    }
    Files.createDirectories(Format.home());
    Path part = Format.home().resolve("long-history-part.sheaf");
    VersionData.delete(part);
    long start = System.nanoTime();
    try (Dataset dataset = Dataset.create(part)) {
      try (Transaction change = dataset.begin()) {
        for (int i = 0; i < SAMPLES; i++) {
          change.append(Row.of().key("k" + i).set("n", -1L).set("label", "l" + i));
        }
        change.commit("Begin");
      }
      SampleId[] ids = ids(dataset.head());
      for (int i = 0; i < commits; i++) {
        edit(dataset, ids, i, i);
      }
    }
    Files.move(part, path);
    Sizes.print(
        "%d commits made in %.0f s; %d bytes in git/ a commit",
        commits,
        (System.nanoTime() - start) / 1e9,
        TextStore.bytesBelow(path.resolve("git")) / commits);
  }

  private static SampleId[] ids(Version head) {
    SampleId[] ids = new SampleId[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      ids[i] = head.sample(i).id();
    }
    return ids;
  }

  /** The first sample is edited once, the others again and again. */
  private static void edit(Dataset dataset, SampleId[] ids, int number, long value) {
    try (Transaction change = dataset.begin()) {
      int sample = number == 0 ? 0 : 1 + number * 7 % (SAMPLES - 1);
      change.update(ids[sample], Map.of("n", value));
      change.commit("Edit " + number);
    }
  }

  /** Opens the dataset anew each time, and its log, so that no object is in memory. */
  private void read() throws IOException {
    double[] open = new double[TIMES];
    double[] log = new double[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long start = System.nanoTime();
      try (Dataset dataset = Dataset.open(path)) {
        if (dataset.head().sample(i).isNull("n")) {
          throw new IllegalStateException("sample " + i + " is null");
        }
      }
      open[i] = (System.nanoTime() - start) / 1e6;
      start = System.nanoTime();
      try (Dataset dataset = Dataset.open(path)) {
        if (dataset.log("main", LOGGED).size() != LOGGED) {
          throw new IllegalStateException("the log is short");
        }
      }
      log[i] = (System.nanoTime() - start) / 1e6;
    }
    long start = System.nanoTime();
    int all;
    try (Dataset dataset = Dataset.open(path)) {
      all = dataset.log("main", Integer.MAX_VALUE).size();
    }
    double whole = (System.nanoTime() - start) / 1e3 / all;
    Sizes.print(
        "%d commits: open and read a cell %.2f ms; open and log of %d %.2f ms; log of all %.1f µs a"
            + " commit",
        commits, median(open), LOGGED, median(log), whole);
  }

  /** Commits to the histories in turns. */
  private static void commit(List<LongHistory> histories) throws IOException {
    double[][] times = new double[histories.size()][2 * TIMES];
    List<Dataset> datasets = new ArrayList<>();
    try {
      for (LongHistory history : histories) {
        Dataset dataset = Dataset.open(history.path);
        datasets.add(dataset);
        history.ids = ids(dataset.head());
      }
      for (int i = 0; i < 2 * TIMES; i++) {
        for (int k = 0; k < histories.size(); k++) {
          LongHistory history = histories.get(k);
          long start = System.nanoTime();
          edit(datasets.get(k), history.ids, ++history.number, start);
          times[k][i] = (System.nanoTime() - start) / 1e6;
        }
      }
    } finally {
      datasets.forEach(Dataset::close);
    }
    for (int k = 0; k < histories.size(); k++) {
      Sizes.print(
          "%d commits: commit median %.2f ms, mean %.2f ms, worst %.1f ms",
          histories.get(k).commits,
          median(times[k]),
          Arrays.stream(times[k]).average().orElseThrow(),
          Arrays.stream(times[k]).max().orElseThrow());
    }
  }

  /** Blames cells without the index of changes, which that makes, and with it. */
  private void blame() throws IOException {
    VersionData.delete(path.resolve("local/changes"));
    try (Dataset dataset = Dataset.open(path)) {
      Version head = dataset.head();
      double[] times = new double[TIMES];
      double first = 0;
      for (int i = 0; i < TIMES; i++) {
        long start = System.nanoTime();
        Blame found = dataset.blame(head, ids[i * 4], "n").get(0);
        times[i] = (System.nanoTime() - start) / 1e6;
        first = i == 0 ? times[i] : first;
        if (i == 0 && !found.commit().message().strip().equals("Edit 0")) {
          throw new IllegalStateException("not " + found.commit().message());
        }
      }
      long bytes;
      try (Stream<Path> files = Files.walk(path.resolve("local/changes"))) {
        bytes = files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
      }
      Sizes.print(
          "%d commits: first blame, which makes the index of %d KB, %.0f ms; median %.2f ms",
          commits, bytes >> 10, first, median(times));
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}

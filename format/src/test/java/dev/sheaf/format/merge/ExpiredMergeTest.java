package dev.sheaf.format.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Diff;
import dev.sheaf.format.ExpireReport;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories: after old versions are forgotten and garbage is collected, the diffs of all
 * branches and tags and the merges of all branches are what they were.
 */
class ExpiredMergeTest {
  private static final int HISTORIES = 4;
  private static final int STEPS = 14;

  @TempDir Path temp;

  /** What a history had to show, over all seeds: a test of nothing would pass, too. */
  private long forgotten;

  private long held;
  private long conflicts;
  private long mergedCells;
  private long differing;

  @Test
  void diffsAndMergesAreWhatTheyWere() {
    Randomness.repeatFrom(1, HISTORIES, this::run);
    assertThat(forgotten).isPositive();
    assertThat(held).isPositive();
    assertThat(conflicts).isPositive();
    assertThat(mergedCells).isPositive();
    assertThat(differing).isPositive();
  }

  private void run(Randomness random) {
    Path path = temp.resolve(random.seed() + ".sheaf");
    try (Dataset dataset = Dataset.create(path)) {
      append(dataset, "main", "first", random);
      append(dataset, "main", "second", random);
      dataset.createBranch("side", "main");
      for (int step = 0; step < STEPS; step++) {
        step(dataset, random, step);
      }
    }
    Map<String, String> diffs;
    Map<String, String> merges;
    Map<String, String> results;
    try (Dataset dataset = Dataset.open(path)) {
      diffs = diffs(dataset);
      merges = merges(dataset);
      Path clone = temp.resolve(random.seed() + "-before.sheaf");
      dataset.copyTo(clone);
      results = results(clone);
      ExpireReport report = dataset.expire(Instant.now().plusSeconds(60), false);
      forgotten += report.forgotten();
      held += report.held().size();
      dataset.gc(Duration.ZERO, false);
    }
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
      assertThat(diffs(dataset)).isEqualTo(diffs);
      assertThat(merges(dataset)).isEqualTo(merges);
    }
    assertThat(results(path)).isEqualTo(results);
  }

  private static void append(Dataset dataset, String branch, String key, Randomness random) {
    try (Transaction change = dataset.begin(branch)) {
      for (int i = 0; i < 3; i++) {
        change.append(
            Row.of()
                .key(key + "-" + i)
                .set("a", (long) random.below(100))
                .set("text", "t" + random.below(100))
                .set("tags", List.of("tag" + random.below(4))));
      }
      change.commit("Append " + key);
    }
  }

  private static void step(Dataset dataset, Randomness random, int step) {
    List<String> branches = dataset.branches();
    String branch = branches.get(random.below(branches.size()));
    switch (random.below(10)) {
      case 0 -> append(dataset, branch, "s" + step, random);
      case 1 -> {
        if (branches.size() < 4) {
          dataset.createBranch("b" + step, branch);
        }
      }
      case 2 -> dataset.createTag("t" + step, branch);
      case 3 -> {
        String other = branches.get(random.below(branches.size()));
        dataset.merge(branch, other).prefer(Merge.Side.OURS).commit("Merge " + other);
      }
      case 4 -> {
        Version head = dataset.at(branch);
        if (head.size() > 2) {
          try (Transaction change = dataset.begin(branch)) {
            change.delete(head.sample(random.below((int) head.size())).id());
            change.commit("Delete");
          }
        }
      }
      default -> edit(dataset, branch, random);
    }
  }

  private static void edit(Dataset dataset, String branch, Randomness random) {
    Version head = dataset.at(branch);
    if (head.size() == 0) {
      return;
    }
    try (Transaction change = dataset.begin(branch)) {
      for (int i = 0; i < 3; i++) {
        SampleId sample = head.sample(random.below((int) head.size())).id();
        switch (random.below(3)) {
          case 0 -> change.update(sample, Map.of("a", (long) random.below(100)));
          case 1 -> change.update(sample, Map.of("text", "t" + random.below(100)));
          default ->
              change.update(
                  sample, Map.of("tags", List.of("tag" + random.below(4), "x" + random.below(3))));
        }
      }
      change.commit("Edit");
    }
  }

  private static List<String> refs(Dataset dataset) {
    List<String> refs = new ArrayList<>(dataset.branches());
    refs.addAll(dataset.tags());
    return refs;
  }

  /** The diff of every two branches and tags. */
  private Map<String, String> diffs(Dataset dataset) {
    Map<String, String> diffs = new TreeMap<>();
    for (String from : refs(dataset)) {
      for (String to : refs(dataset)) {
        Diff diff = dataset.at(from).diff(dataset.at(to));
        StringBuilder text = new StringBuilder(diff.summary().toString());
        diff.samples().forEach(change -> text.append('\n').append(change));
        diffs.put(from + ".." + to, text.toString());
        differing += diff.isEmpty() ? 0 : 1;
      }
    }
    return diffs;
  }

  /** What the merge of every two branches would do. */
  private Map<String, String> merges(Dataset dataset) {
    Map<String, String> merges = new TreeMap<>();
    for (String ours : dataset.branches()) {
      for (String theirs : dataset.branches()) {
        Merge.Report report = dataset.merge(ours, theirs).report();
        merges.put(ours + " " + theirs, report.toString());
        conflicts += report.conflicts().size();
        mergedCells += report.columns().stream().mapToLong(Merge.ColumnReport::merged).sum();
      }
    }
    return merges;
  }

  /** The cells after every branch is merged into every other, each time from what there was. */
  private static Map<String, String> results(Path path) {
    Map<String, String> results = new TreeMap<>();
    try (Dataset dataset = Dataset.open(path)) {
      for (String ours : dataset.branches()) {
        for (String theirs : dataset.branches()) {
          String before = dataset.at(ours).commit().id();
          String result;
          try {
            Version merged = dataset.merge(ours, theirs).prefer(Merge.Side.THEIRS).commit("Merge");
            result = cells(merged);
          } catch (DatasetException e) {
            result = e.code() + " " + e.headline();
          }
          results.put(ours + " " + theirs, result);
          dataset.reset(ours, before);
        }
      }
    }
    return results;
  }

  private static String cells(Version version) {
    StringBuilder text = new StringBuilder();
    for (long i = 0; i < version.size(); i++) {
      text.append(version.sample(i).id()).append(version.sample(i).toMap()).append('\n');
    }
    return text.toString();
  }
}

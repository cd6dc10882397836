package dev.sheaf.format.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.GcReport;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.engine.LocalVersion;
import dev.sheaf.format.merge.ModelMerge.Settled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One dataset and the model of each of its commits. */
final class MergeHistory {
  private final Randomness random;
  private final Path path;
  private final MergeGraph graph = new MergeGraph();
  private final List<String> alive = new ArrayList<>();
  private final Map<String, String> branches = new TreeMap<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private Dataset dataset;
  private int step;
  private String lastMerge = "none";

  MergeHistory(Randomness random, Path path) {
    this.random = random;
    this.path = path;
  }

  /** Returns what was done, and how often. */
  Map<String, Integer> run(int steps) {
    dataset = Dataset.create(path);
    note(dataset.head(), "main", MergeModel.EMPTY);
    for (step = 0; step < steps; step++) {
      try {
        step();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("step " + step + ", last " + lastMerge + ": " + e, e);
      }
    }
    assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    dataset.close();
    return counts;
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  private void note(Version version, String branch, MergeModel model) {
    String id = version.commit().id();
    if (!graph.contains(id)) {
      alive.add(id);
      String tree = ((LocalVersion) version).state().tree().treeId();
      graph.add(id, tree, version.commit().parents(), model);
    }
    branches.put(branch, id);
  }

  private void step() {
    if (random.chance(10)) {
      dataset.close();
      dataset = Dataset.open(path);
    }
    if (branches.size() < 4 || random.chance(5)) {
      branch();
    }
    String branch = random.pick(new ArrayList<>(branches.keySet()));
    switch (random.below(20)) {
      case 0, 1, 2, 3, 4, 5 -> merge(branch);
      case 6, 7 -> pick(branch, true);
      case 8, 9 -> pick(branch, false);
      case 10 -> compact(branch);
      default -> change(branch);
    }
    // Looks at all that there ever was, so less often once that is much.
    if (random.chance(step < 500 ? 3 : 1)) {
      collect();
    }
    if (random.chance(20)) {
      String from = random.pick(alive);
      String to = random.pick(alive);
      VersionCheck.diff(dataset.at(from), graph.model(from), dataset.at(to), graph.model(to));
      count("diff");
    }
  }

  private void branch() {
    String start = random.pick(new ArrayList<>(branches.values()));
    String name = "b" + step;
    if (branches.size() >= 6) {
      String gone = random.pick(branches.keySet().stream().filter(b -> !b.equals("main")).toList());
      dataset.deleteBranch(gone);
      branches.remove(gone);
    }
    dataset.createBranch(name, start);
    branches.put(name, start);
    count("branch");
  }

  /** Folds layers, which changes nothing that the model knows. */
  private void compact(String branch) {
    MergeModel model = graph.model(branches.get(branch));
    dataset.compact(branch);
    Version version = dataset.at(branch);
    if (!version.commit().id().equals(branches.get(branch))) {
      assertThat(dataset.at(branches.get(branch)).diff(version).samples()).isEmpty();
      note(version, branch, model);
      VersionCheck.check(version, model);
      count("compact");
    }
  }

  /** Removes what nothing leads to; what a branch leads to is still there. */
  private void collect() {
    GcReport report = dataset.gc(Duration.ZERO, false);
    alive.retainAll(graph.ancestors(branches.values()));
    String commit = random.pick(alive);
    VersionCheck.check(dataset.at(commit), graph.model(commit));
    count("gc");
    counts.merge("objects collected", (int) report.objects(), Integer::sum);
  }

  private void change(String branch) {
    HistoryChange.Changed changed =
        new HistoryChange(random, graph.model(branches.get(branch)), this::count)
            .commit(dataset, branch, "step " + step);
    note(changed.version(), branch, changed.model());
    VersionCheck.check(changed.version(), changed.model());
    count("change");
  }

  private void merge(String branch) {
    String other = random.pick(new ArrayList<>(branches.keySet()));
    String ours = branches.get(branch);
    String theirs = branches.get(other);
    List<String> bases = graph.bases(ours, theirs);
    Merge merge = dataset.merge(branch, other);
    if (bases.contains(theirs)) {
      assertThat(merge.report().status()).isEqualTo(Merge.Status.UP_TO_DATE);
      assertThat(merge.commit("").commit().id()).isEqualTo(ours);
      count("up to date");
      return;
    }
    if (bases.contains(ours)) {
      assertThat(merge.report().status()).isEqualTo(Merge.Status.FAST_FORWARD);
      assertThat(merge.commit("").commit().id()).isEqualTo(theirs);
      branches.put(branch, theirs);
      count("fast-forward");
      return;
    }
    count("merge");
    if (bases.size() > 1) {
      count(bases.size() > 2 ? "merge of more than two bases" : "merge of two bases");
    }
    MergeGraph.Base base = graph.base(ours, theirs);
    if (!base.disputed().isEmpty()) {
      count("merge of bases in conflict");
    }
    finish(branch, merge, base, theirs, List.of(ours, theirs));
  }

  private void pick(String branch, boolean revert) {
    List<String> commits = alive.stream().filter(id -> graph.parents(id).size() == 1).toList();
    if (commits.isEmpty()) {
      return;
    }
    String commit = random.pick(commits.subList(Math.max(0, commits.size() - 30), commits.size()));
    String before = graph.parents(commit).get(0);
    Merge merge =
        revert ? dataset.revert(branch, commit, 0) : dataset.cherryPick(branch, commit, 0);
    count(revert ? "revert" : "cherry-pick");
    finish(
        branch,
        merge,
        graph.base(revert ? commit : before),
        revert ? before : commit,
        List.of(branches.get(branch)));
  }

  private void finish(
      String branch,
      Merge merge,
      MergeGraph.Base base,
      String theirsId,
      List<String> expectedParents) {
    String head = branches.get(branch);
    lastMerge = merge.kind() + " of " + merge.theirs().id() + " into " + head;
    MergeModel ours = graph.model(head);
    MergeModel theirs = graph.model(theirsId);
    boolean picks = merge.kind() != Merge.Kind.MERGE;
    ModelMerge.Starts starts = graph.starts(head, theirsId);
    ModelMerge.Merged expected = ModelMerge.of(base, ours, theirs, starts, Settled.NOT, picks);
    Merge.Report report = merge.report();
    if (report.conflicts().stream().anyMatch(c -> c.what().contains("is one column in ours"))) {
      // What becomes of two columns of one name is in the table of MergeTableTest.
      assertThat(expected.conflicts()).anyMatch(conflict -> conflict.startsWith("clash "));
      isRefused(merge);
      count("merge with two columns of one name");
      return;
    }
    Set<String> told = new TreeSet<>();
    report.conflicts().forEach(conflict -> told.add(words(conflict)));
    assertThat(told)
        .as("conflicts%nbase %s%nours %s%ntheirs %s", base, ours, theirs)
        .isEqualTo(expected.conflicts());
    if (!report.conflicts().isEmpty()) {
      count("merge with conflicts");
      counts.merge("conflicts", report.conflicts().size(), Integer::sum);
      isRefused(merge);
      if (random.chance(30)) {
        return;
      }
      Settled settled = random.oneOf(Settled.OURS, Settled.THEIRS);
      merge.prefer(settled == Settled.OURS ? Merge.Side.OURS : Merge.Side.THEIRS);
      expected = ModelMerge.of(base, ours, theirs, starts, settled, picks);
      if (expected.conflicts().stream().anyMatch(conflict -> conflict.startsWith("clash "))) {
        return;
      }
      if (!picks && random.chance(20)) {
        boolean mine = settled == Settled.OURS;
        commutes(
            branch,
            merge,
            mine ? Merge.Side.OURS : Merge.Side.THEIRS,
            mine ? Merge.Side.THEIRS : Merge.Side.OURS);
        count("commuted with conflicts");
      }
    } else if (!picks && random.chance(50)) {
      commutes(branch, merge, null, null);
    }
    Version version = merge.commit("step " + step);
    if (!version.commit().id().equals(head)) {
      assertThat(version.commit().parents()).isEqualTo(expectedParents);
    }
    VersionCheck.check(version, expected.model());
    note(version, branch, expected.model());
    // Looks at all that there ever was, so not each time.
    if (random.chance(2)) {
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  /** A merge that is refused leaves the dataset as it was, file by file. */
  private void isRefused(Merge merge) {
    Map<String, String> before = VersionCheck.files(path);
    assertThatThrownBy(() -> merge.commit("")).isInstanceOf(CommitConflictException.class);
    assertThat(VersionCheck.files(path)).isEqualTo(before);
    branches.forEach((name, id) -> assertThat(dataset.at(name).commit().id()).isEqualTo(id));
    count("refused");
  }

  private static String words(Merge.Conflict conflict) {
    return switch (conflict.kind()) {
      case CELL -> "cell " + conflict.key() + " " + conflict.column();
      case DELETED_BY_US -> "deleted by us " + conflict.key();
      case DELETED_BY_THEM -> "deleted by them " + conflict.key();
      case COLUMN -> "column " + conflict.column();
      case DOCUMENT -> "document " + conflict.column();
      default -> conflict.toString();
    };
  }

  /**
   * The other way round a merge gives the same tree, but for the order of samples.
   *
   * @param mine who decides what is in conflict, or null
   * @param others who does the other way round: the same version
   */
  private void commutes(String branch, Merge merge, Merge.Side mine, Merge.Side others) {
    String other = merge.theirs().id();
    dataset.createBranch("left", branches.get(branch));
    dataset.createBranch("right", other);
    Version left = dataset.merge("left", other).prefer(mine).commit("left " + step);
    Version right =
        dataset.merge("right", branches.get(branch)).prefer(others).commit("right " + step);
    assertThat(VersionCheck.contents(left)).isEqualTo(VersionCheck.contents(right));
    assertThat(VersionCheck.trees(left)).isEqualTo(VersionCheck.trees(right));
    dataset.deleteBranch("left");
    dataset.deleteBranch("right");
    count("commuted");
  }
}

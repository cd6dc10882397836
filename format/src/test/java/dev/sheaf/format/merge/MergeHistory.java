package dev.sheaf.format.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Diff;
import dev.sheaf.format.GcReport;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.engine.LocalVersion;
import dev.sheaf.format.internal.git.TreeSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One dataset and the model of each of its commits. */
final class MergeHistory {
  private static final int MOST_SAMPLES = 40;

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

  void run(int steps) {
    dataset = Dataset.create(path);
    note(dataset.head(), "main", MergeModel.EMPTY, Set.of());
    for (step = 0; step < steps; step++) {
      try {
        step();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("step " + step + ", last " + lastMerge + ": " + e, e);
      }
    }
    assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    dataset.close();
    if (Boolean.getBoolean("tests.counts")) {
      throw new AssertionError("no failure; counts of seed " + random.seed() + ": " + counts);
    }
  }

  private void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  private void note(Version version, String branch, MergeModel model, Set<String> others) {
    String id = version.commit().id();
    if (graph.model(id) == null) {
      alive.add(id);
    }
    graph.add(id, version.commit().parents(), others, model);
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
      case 6, 7 -> single(branch, true);
      case 8, 9 -> single(branch, false);
      case 10 -> compact(branch);
      default -> change(branch);
    }
    if (random.chance(3)) {
      collect();
    }
    if (random.chance(20)) {
      diff();
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
      note(version, branch, model, Set.of());
      check(version, model);
      count("compact");
    }
  }

  /** Removes what nothing leads to; what a branch leads to is still there. */
  private void collect() {
    GcReport report = dataset.gc(Duration.ZERO, false);
    Set<String> reached = new HashSet<>();
    branches.values().forEach(head -> reached.addAll(graph.ancestors(head)));
    alive.retainAll(reached);
    String commit = random.pick(alive);
    check(dataset.at(commit), graph.model(commit));
    count("gc");
    counts.merge("objects collected", (int) report.objects(), Integer::sum);
  }

  private void change(String branch) {
    MergeModel before = graph.model(branches.get(branch));
    List<MergeModel.Item> items = new ArrayList<>(before.samples());
    Map<String, MergeModel.Col> columns = new HashMap<>(before.columns());
    Map<String, Integer> documents = new HashMap<>(before.documents());
    Map<String, Map<String, Object>> appended = new LinkedHashMap<>();
    Map<String, Map<String, Object>> updatedByKey = new LinkedHashMap<>();
    Set<String> freshColumns = new HashSet<>();
    try (Transaction change = dataset.begin(branch)) {
      if (random.chance(10) && items.size() > 1) {
        reorder(change, items);
      } else {
        if (random.chance(30)) {
          columns(change, columns, freshColumns);
        }
        if (random.chance(10)) {
          String path = "recipes/" + random.oneOf("a", "b") + ".yaml";
          if (random.chance(20)) {
            change.removeDocument(path);
            documents.remove(path);
          } else {
            int content = random.below(3);
            change.putDocument(path, new byte[] {(byte) content});
            documents.put(path, content);
          }
        }
        List<MergeModel.Col> present = byName(columns);
        if (random.chance(40) && items.size() < MOST_SAMPLES) {
          for (int i = random.between(1, 6); i > 0; i--) {
            String key = "k" + random.below(60);
            if (appended.containsKey(key)
                || items.stream().anyMatch(item -> item.key().equals(key))) {
              continue;
            }
            Map<String, Object> cells = new LinkedHashMap<>();
            present.forEach(
                col -> {
                  Object value = Kinds.random(random, col.kind());
                  if (value != null || random.chance(50)) {
                    cells.put(col.name(), value);
                  }
                });
            Row row = Row.of().key(key);
            cells.forEach((name, value) -> row.set(name, Kinds.given(Kinds.of(name), value)));
            change.append(row);
            appended.put(key, cells);
          }
        }
        if (random.chance(25) && !items.isEmpty()) {
          for (int i = random.between(1, 3); i > 0 && !items.isEmpty(); i--) {
            MergeModel.Item item = random.pick(items);
            change.delete(item.id());
            items.remove(item);
          }
        }
        if (!items.isEmpty() && !present.isEmpty()) {
          for (int i = random.between(0, 6); i > 0; i--) {
            MergeModel.Item item = random.pick(items);
            MergeModel.Col col = random.pick(present);
            Object value = Kinds.random(random, col.kind());
            Map<String, Object> cell = new HashMap<>();
            cell.put(col.name(), Kinds.given(col.kind(), value));
            change.update(item.id(), cell);
            updatedByKey
                .computeIfAbsent(item.key(), k -> new LinkedHashMap<>())
                .put(col.name(), value);
          }
        }
      }
      Version version = change.commit("step " + step);
      Map<String, String> idByName = new HashMap<>();
      for (Column column : version.schema()) {
        idByName.put(column.name(), column.id());
      }
      Map<String, MergeModel.Col> after = new HashMap<>();
      columns
          .values()
          .forEach(
              col -> {
                String id = idByName.get(col.name());
                after.put(id, new MergeModel.Col(id, col.name(), col.kind(), col.aliases()));
              });
      List<MergeModel.Item> all = new ArrayList<>();
      for (MergeModel.Item item : items) {
        Map<String, Object> cells = new HashMap<>(item.cells());
        cells.keySet().retainAll(after.keySet());
        freshColumns.forEach(name -> put(cells, idByName.get(name), Kinds.missing(Kinds.of(name))));
        updatedByKey
            .getOrDefault(item.key(), Map.of())
            .forEach((name, value) -> put(cells, idByName.get(name), value));
        all.add(new MergeModel.Item(item.id(), item.key(), cells));
      }
      appended.forEach(
          (key, given) -> {
            Map<String, Object> cells = new HashMap<>();
            after.forEach((id, col) -> put(cells, id, Kinds.missing(col.kind())));
            given.forEach((name, value) -> put(cells, idByName.get(name), value));
            all.add(new MergeModel.Item(version.find(key).orElseThrow().id(), key, cells));
          });
      MergeModel model = new MergeModel(after, all, documents);
      note(version, branch, model, Set.of());
      check(version, model);
      count("change");
    }
  }

  private static void put(Map<String, Object> cells, String id, Object value) {
    if (value == null) {
      cells.remove(id);
    } else {
      cells.put(id, value);
    }
  }

  private void reorder(Transaction change, List<MergeModel.Item> items) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      order.add(i);
    }
    if (random.chance(60)) {
      random.shuffle(order);
    }
    if (random.chance(40)) {
      order = order.subList(0, random.between(1, order.size()));
    }
    change.reorder(order.stream().mapToLong(Integer::longValue).toArray());
    List<MergeModel.Item> chosen = order.stream().map(items::get).toList();
    items.clear();
    items.addAll(chosen);
    count("reorder");
  }

  /** Ids of columns differ from run to run, names do not. */
  private static List<MergeModel.Col> byName(Map<String, MergeModel.Col> columns) {
    List<MergeModel.Col> sorted = new ArrayList<>(columns.values());
    sorted.sort(Comparator.comparing(MergeModel.Col::name));
    return sorted;
  }

  private void columns(Transaction change, Map<String, MergeModel.Col> columns, Set<String> fresh) {
    List<MergeModel.Col> present = byName(columns);
    String name = random.pick(Kinds.NAMES);
    boolean taken = present.stream().anyMatch(col -> col.name().equals(name));
    switch (present.isEmpty() ? 0 : random.below(8)) {
      case 0, 1, 2, 3 -> {
        if (!taken) {
          change.addColumn(Kinds.column(name));
          columns.put(name, new MergeModel.Col(name, name, Kinds.of(name), Set.of()));
          fresh.add(name);
          count("add column");
        }
      }
      case 4 -> {
        MergeModel.Col col = random.pick(present);
        change.dropColumn(col.name());
        columns.remove(col.id());
        count("drop column");
      }
      default -> {
        MergeModel.Col col = random.pick(present);
        if (!taken && Kinds.of(name).equals(col.kind())) {
          change.renameColumn(col.name(), name);
          columns.put(col.id(), new MergeModel.Col(col.id(), name, col.kind(), col.aliases()));
          count("rename column");
        }
      }
    }
  }

  private void merge(String branch) {
    String other = random.pick(new ArrayList<>(branches.keySet()));
    String ours = branches.get(branch);
    String theirs = branches.get(other);
    List<String> bases = graph.bases(List.of(ours), theirs);
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
    MergeGraph.Base base = graph.base(bases, this::newestFirst);
    if (!base.disputed().isEmpty()) {
      count("merge of bases in conflict");
    }
    finish(branch, merge, base, theirs, List.of(ours, theirs));
  }

  private int newestFirst(String a, String b) {
    int byTime = dataset.at(b).commit().time().compareTo(dataset.at(a).commit().time());
    return byTime != 0 ? byTime : a.compareTo(b);
  }

  private void single(String branch, boolean revert) {
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
    boolean foreign = merge.kind() != Merge.Kind.MERGE;
    MergeModel.Merged expected =
        MergeModel.merge(
            base.model(),
            base.disputed(),
            base.unsure(),
            ours,
            theirs,
            MergeModel.Settled.NOT,
            foreign);
    LooseSamples loose = loose(base, expected, head, theirsId);
    Merge.Report report = merge.report();
    if (base.isOpen() || expected.isOpen()) {
      count("merge not compared");
      return;
    }
    Set<String> told = new TreeSet<>();
    report.conflicts().forEach(conflict -> told.add(words(conflict)));
    if (report.conflicts().stream().anyMatch(c -> c.what().contains("is one column in ours"))) {
      // What becomes of two columns of one name is in the table of MergeTableTest.
      isRefused(merge);
      count("merge with two columns of one name");
      return;
    }
    assertThat(exact(told, loose))
        .as(
            "conflicts of %s: %s%nbase %s%nours %s%ntheirs %s",
            merge.kind(), report.conflicts(), base, ours, theirs)
        .isEqualTo(exact(expected.conflicts(), loose));
    MergeModel.Settled settled = MergeModel.Settled.NOT;
    if (!report.conflicts().isEmpty()) {
      count("merge with conflicts");
      counts.merge("conflicts", report.conflicts().size(), Integer::sum);
      isRefused(merge);
      if (random.chance(30)) {
        return;
      }
      settled = random.oneOf(MergeModel.Settled.OURS, MergeModel.Settled.THEIRS);
      merge.prefer(settled == MergeModel.Settled.OURS ? Merge.Side.OURS : Merge.Side.THEIRS);
      expected =
          MergeModel.merge(
              base.model(), base.disputed(), base.unsure(), ours, theirs, settled, foreign);
      if (expected.conflicts().stream().anyMatch(c -> c.startsWith("clash"))) {
        return;
      }
    } else if (!foreign && random.chance(30)) {
      commutes(branch, merge);
    }
    Version version = merge.commit("step " + step);
    if (!version.commit().id().equals(head)) {
      assertThat(version.commit().parents()).isEqualTo(expectedParents);
    }
    loose.check(version, expected.model().columns(), told, settled);
    MergeModel model = actual(version, expected, loose, base.isPlaced(), List.of(ours, theirs));
    // A revert or cherry-pick brings the changes of versions that are no parents.
    note(
        version,
        branch,
        model,
        foreign ? new TreeSet<>(List.of(theirsId, merge.theirs().id())) : Set.of());
    check(version, model);
    if (random.chance(20)) {
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  private LooseSamples loose(
      MergeGraph.Base base, MergeModel.Merged expected, String ours, String theirs) {
    Set<SampleId> ids = new HashSet<>(base.unsure());
    ids.addAll(expected.free());
    LooseSamples loose = new LooseSamples(graph, base, ours, theirs, ids);
    if (loose.size() > 0) {
      count("merge with loose samples");
    }
    counts.merge("loose samples", loose.size(), Integer::sum);
    counts.merge("merged samples", expected.model().samples().size(), Integer::sum);
    return loose;
  }

  /** A merge that is refused leaves the dataset as it was, file by file. */
  private void isRefused(Merge merge) {
    Map<String, Long> before = files();
    assertThatThrownBy(() -> merge.commit("")).isInstanceOf(CommitConflictException.class);
    assertThat(files()).isEqualTo(before);
    branches.forEach((name, id) -> assertThat(dataset.at(name).commit().id()).isEqualTo(id));
  }

  /** Returns the sizes of all files that are part of the dataset. */
  private Map<String, Long> files() {
    Map<String, Long> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(path)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!file.startsWith(path.resolve("local"))) {
          files.put(path.relativize(file).toString(), Files.size(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static Set<String> exact(Set<String> conflicts, LooseSamples loose) {
    Set<String> exact = new TreeSet<>();
    for (String conflict : conflicts) {
      if (!loose.isAbout(conflict)) {
        exact.add(conflict.startsWith("clash ") ? "column" + conflict.substring(5) : conflict);
      }
    }
    return exact;
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
   * Returns what the model expects, with what it leaves open as it is: the cells of loose samples
   * and of those that come back to a column, and the place of samples that come back.
   */
  private static MergeModel actual(
      Version version,
      MergeModel.Merged expected,
      LooseSamples loose,
      boolean isPlaced,
      List<MergeModel> sides) {
    Map<String, MergeModel.Col> columns = expected.model().columns();
    Map<SampleId, MergeModel.Item> byId = new LinkedHashMap<>();
    expected.model().samples().forEach(item -> byId.put(item.id(), item));
    Map<SampleId, Set<String>> open = new HashMap<>(expected.freeCells());
    for (SampleId id : loose.ids()) {
      byId.remove(id);
      open.put(id, columns.keySet());
    }
    open.forEach(
        (id, ids) -> {
          if (version.indexOf(id).isPresent()) {
            Sample sample = version.sample(version.indexOf(id).getAsLong());
            Map<String, Object> cells = new HashMap<>();
            if (byId.containsKey(id)) {
              cells.putAll(byId.get(id).cells());
            }
            for (String column : ids) {
              Object cell = sample.value(columns.get(column).name());
              put(cells, column, Kinds.shown(cell));
            }
            byId.put(id, new MergeModel.Item(id, sample.key(), cells));
          }
        });
    List<SampleId> actual = new ArrayList<>();
    for (long i = 0; i < version.size(); i++) {
      actual.add(version.sample(i).id());
    }
    assertThat(new HashSet<>(actual)).isEqualTo(byId.keySet());
    Set<SampleId> unplaced = new HashSet<>(expected.unplaced());
    unplaced.addAll(loose.ids());
    List<SampleId> steady = new ArrayList<>(byId.keySet());
    steady.removeAll(unplaced);
    List<SampleId> actualSteady = new ArrayList<>(actual);
    actualSteady.removeAll(unplaced);
    if (isPlaced) {
      assertThat(actualSteady).isEqualTo(steady);
    } else {
      // Which side moved samples depends on the places in the base, too.
      assertThat(actualSteady)
          .isIn(
              ordered(sides.get(0), sides.get(1), steady),
              ordered(sides.get(1), sides.get(0), steady));
    }
    return new MergeModel(
        columns, actual.stream().map(byId::get).toList(), expected.model().documents());
  }

  /** Returns samples as they come in one version and then, if not in that, in another. */
  private static List<SampleId> ordered(
      MergeModel first, MergeModel second, List<SampleId> samples) {
    Set<SampleId> order = new LinkedHashSet<>();
    first.samples().forEach(item -> order.add(item.id()));
    second.samples().forEach(item -> order.add(item.id()));
    order.retainAll(new HashSet<>(samples));
    return new ArrayList<>(order);
  }

  /** The other way round a merge gives the same, but for the order of samples. */
  private void commutes(String branch, Merge merge) {
    String other = merge.theirs().id();
    dataset.createBranch("left", branches.get(branch));
    dataset.createBranch("right", other);
    Version left = dataset.merge("left", other).commit("left " + step);
    Version right = dataset.merge("right", branches.get(branch)).commit("right " + step);
    assertThat(contents(left)).isEqualTo(contents(right));
    if (trees(left).equals(trees(right))) {
      count("commuted, with equal trees");
    }
    dataset.deleteBranch("left");
    dataset.deleteBranch("right");
    count("commuted");
  }

  /** Returns the ids of all that lies in the tree of a version beside the order. */
  private static Map<String, String> trees(Version version) {
    Map<String, String> trees = new TreeMap<>();
    TreeSnapshot tree = ((LocalVersion) version).state().tree();
    tree.list("").forEach(entry -> trees.put(entry.name(), entry.objectId()));
    trees.remove("order");
    return trees;
  }

  private static Map<String, Map<String, Object>> contents(Version version) {
    Map<String, Map<String, Object>> contents = new TreeMap<>();
    for (long i = 0; i < version.size(); i++) {
      Sample sample = version.sample(i);
      Map<String, Object> cells = new TreeMap<>(sample.toMap());
      cells.replaceAll((name, cell) -> Kinds.shown(cell));
      cells.put("id", sample.id());
      contents.put(sample.key(), cells);
    }
    return contents;
  }

  private void check(Version version, MergeModel model) {
    Map<String, String> names = new TreeMap<>();
    model.columns().values().forEach(col -> names.put(col.id(), col.name()));
    Map<String, String> actual = new TreeMap<>();
    for (Column column : version.schema()) {
      if (!column.name().startsWith("_")) {
        actual.put(column.id(), column.name());
      }
    }
    assertThat(actual).isEqualTo(names);
    assertThat(version.size()).isEqualTo(model.samples().size());
    for (int i = 0; i < model.samples().size(); i++) {
      Sample sample = version.sample(i);
      MergeModel.Item item = model.samples().get(i);
      assertThat(sample.id()).as("sample %s", i).isEqualTo(item.id());
      assertThat(sample.key()).isEqualTo(item.key());
      for (MergeModel.Col col : model.columns().values()) {
        assertThat(Kinds.shown(sample.value(col.name())))
            .as("sample %s (%s) column %s", i, item.key(), col.name())
            .isEqualTo(item.cells().get(col.id()));
      }
    }
    assertThat(version.documents(""))
        .containsExactlyInAnyOrderElementsOf(model.documents().keySet());
    model
        .documents()
        .forEach(
            (path, content) ->
                assertThat(version.document(path).orElseThrow())
                    .containsExactly(content.byteValue()));
    Segments.check(version);
  }

  private void diff() {
    String from = random.pick(alive);
    String to = random.pick(alive);
    MergeModel before = graph.model(from);
    MergeModel after = graph.model(to);
    Set<String> expected = new TreeSet<>();
    for (MergeModel.Item item : before.samples()) {
      if (after.find(item.id()).isEmpty()) {
        expected.add("- " + item.id());
      }
    }
    for (MergeModel.Item item : after.samples()) {
      MergeModel.Item then = before.find(item.id()).orElse(null);
      if (then == null) {
        expected.add("+ " + item.id());
        continue;
      }
      for (String column : after.columns().keySet()) {
        Object was = then.cells().get(column);
        if (before.columns().containsKey(column)
            && !Objects.equals(was, item.cells().get(column))) {
          expected.add("~ " + item.id() + " " + column + " " + was);
        }
      }
    }
    Set<String> actual = new TreeSet<>();
    Diff diff = dataset.at(from).diff(dataset.at(to));
    for (Diff.SampleChange change : diff.samples()) {
      if (change.isAdded()) {
        actual.add("+ " + change.id());
      } else if (change.isRemoved()) {
        actual.add("- " + change.id());
      }
      for (Diff.CellChange cell : change.cells()) {
        actual.add("~ " + change.id() + " " + cell.column().id() + " " + Kinds.shown(cell.from()));
      }
    }
    actual.removeIf(one -> one.contains("_"));
    assertThat(actual).as("diff %s %s", from, to).isEqualTo(expected);
    count("diff");
  }
}

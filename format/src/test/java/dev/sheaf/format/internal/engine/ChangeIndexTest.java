package dev.sheaf.format.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Blame;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.order.SegmentKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** Blame by the index of changes gives what a walk through the history gives. */
class ChangeIndexTest {
  private static final int BY_WALK = Integer.MAX_VALUE;
  private static final int BY_INDEX = 0;

  @TempDir Path temp;

  private static List<String> names(Version version) {
    return version.schema().columns().stream().map(Column::name).toList();
  }

  private static List<Blame> blame(LocalDataset dataset, Version version, SampleId id, int near) {
    return new CellHistory(dataset).blame((LocalVersion) version, id, names(version), near);
  }

  private static long compare(LocalDataset dataset, String rev) {
    Version version = dataset.at(rev);
    for (long i = 0; i < version.size(); i++) {
      SampleId id = version.sample(i).id();
      assertThat(blame(dataset, version, id, BY_INDEX))
          .as("%s sample %d", rev, i)
          .isEqualTo(blame(dataset, version, id, BY_WALK));
    }
    assertThat(dataset.changeIndex()).as("the index was used").isPresent();
    return version.size() * version.schema().columns().size();
  }

  @Test
  void agreesWithTheWalkOnRandomHistories() {
    long[] answers = new long[1];
    Randomness.repeat(3, random -> answers[0] += compareAll(random));
    System.out.printf("blame by index equals blame by walk: %d cells%n", answers[0]);
  }

  /**
   * In this history a merge puts samples that were appended into another layer that holds all of
   * the segment, and a column has a default, so that no hash tells that their cells are the same.
   */
  @Test
  void agreesWithTheWalkWhereAMergeWritesAppendedSamplesAnew() {
    assertThat(compareAll(new Randomness(11108890672818L))).isPositive();
  }

  private long compareAll(Randomness random) {
    long answers = 0;
    Path path = temp.resolve(random.seed() + ".sheaf");
    try (LocalDataset dataset = LocalDataset.create(path)) {
      fill(dataset, random);
      dataset.createBranch("b0", "main");
      dataset.createBranch("b1", "main");
      for (int step = 0; step < 60; step++) {
        step(dataset, random, step);
        if (random.chance(8)) {
          answers += compare(dataset, random.oneOf("main", "b0", "b1"));
        }
      }
      for (String branch : dataset.branches()) {
        answers += compare(dataset, branch);
      }
    }
    // What was indexed before is used again.
    try (LocalDataset dataset = LocalDataset.open(path)) {
      String rev = "main";
      for (int back = random.below(4); back > 0; back--) {
        rev += dataset.at(rev).commit().parents().isEmpty() ? "" : "~";
      }
      answers += compare(dataset, rev);
      return answers + compare(dataset, "main");
    }
  }

  private static void fill(LocalDataset dataset, Randomness random) {
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of("n", Type.scalar(DType.INT64)));
      change.addColumn(Column.of("label", Type.UTF8));
      for (int i = 0; i < 6; i++) {
        change.append(Row.of().key("k" + i).set("n", (long) random.below(3)).set("label", "l"));
      }
      change.commit("Fill");
    }
  }

  private static void step(LocalDataset dataset, Randomness random, int step) {
    String branch = random.oneOf("main", "b0", "b1");
    String other = random.oneOf("main", "b0", "b1");
    int kind = random.below(100);
    if (kind < 15 && !branch.equals(other)) {
      // Both directions in turn make criss-cross histories.
      merge(dataset.merge(branch, other));
    } else if (kind < 20) {
      revert(dataset, branch);
    } else if (kind < 24) {
      dataset.compact(branch);
    } else {
      edit(dataset, random, branch, step);
    }
  }

  private static void merge(Merge merge) {
    merge.prefer(Merge.Side.OURS);
    if (merge.report().conflicts().isEmpty()) {
      merge.commit("");
    }
  }

  private static void revert(LocalDataset dataset, String branch) {
    try {
      if (dataset.at(branch).commit().parents().size() == 1) {
        merge(dataset.revert(branch, branch, 0));
      }
    } catch (DatasetException e) {
      // Some changes cannot be undone; the history goes on without.
      assertThat(e.code()).startsWith("SHEAF-");
    }
  }

  private static void edit(LocalDataset dataset, Randomness random, String branch, int step) {
    try (Transaction change = dataset.begin(branch)) {
      Version base = change.base();
      List<String> data = names(base).stream().filter(name -> !name.startsWith("_")).toList();
      if (data.isEmpty() || base.size() == 0) {
        return; // Reverting the first commit leaves nothing to edit.
      }
      int kind = random.below(20);
      if (kind == 0) {
        change.addColumn(
            new Column("", "c" + step, Type.scalar(DType.INT64), random.oneOf("null", "7"), null));
      } else if (kind == 1 && data.size() > 2) {
        change.dropColumn(data.get(2 + random.below(data.size() - 2)));
      } else if (kind == 2) {
        change.renameColumn(random.pick(data), "r" + step);
      } else if (kind == 3) {
        for (int i = 0; i < 3; i++) {
          change.append(Row.of().key("s" + step + "-" + i).set("note", "x"));
        }
      } else if (kind == 4 && base.size() > 4) {
        change.delete(base.sample(random.below((int) base.size())).id());
      } else {
        for (int i = random.between(1, 3); i > 0; i--) {
          Column column = base.schema().column(random.pick(data));
          Object value =
              column.type().equals(Type.UTF8)
                  ? "v" + random.below(3)
                  : (Object) (long) random.below(3);
          change.update(
              base.sample(random.below((int) base.size())).id(), Map.of(column.name(), value));
        }
      }
      change.commit("Step " + step);
    }
  }

  private static LocalDataset edited(Path path, int commits) {
    LocalDataset dataset = LocalDataset.create(path);
    try (Transaction change = dataset.begin()) {
      for (int i = 0; i < 8; i++) {
        change.append(Row.of().key("k" + i).set("n", 0L).set("label", "l"));
      }
      change.commit("Fill");
    }
    for (int i = 0; i < commits; i++) {
      try (Transaction change = dataset.begin()) {
        // The first two are set early and never again.
        int sample = i < 2 ? i : 2 + i % 6;
        change.update(change.base().sample(sample).id(), Map.of("n", 1L + i));
        change.commit("Edit " + i);
      }
    }
    return dataset;
  }

  private static long loads(Path path, int near) {
    try (LocalDataset dataset = LocalDataset.open(path)) {
      Version head = dataset.head();
      long before = ((LocalVersion) head).state().tree().loads();
      Blame blame =
          new CellHistory(dataset)
              .blame((LocalVersion) head, head.sample(1).id(), List.of("n"), near)
              .get(0);
      assertThat(blame.commit().message()).startsWith("Edit 1");
      return ((LocalVersion) head).state().tree().loads() - before;
    }
  }

  @Test
  void readsFewMoreObjectsOfAHistoryEightTimesAsLong() {
    int few = 25;
    int many = 8 * few;
    edited(temp.resolve("few.sheaf"), few).close();
    edited(temp.resolve("many.sheaf"), many).close();
    loads(temp.resolve("few.sheaf"), BY_INDEX); // makes the index
    loads(temp.resolve("many.sheaf"), BY_INDEX);

    long walkedFew = loads(temp.resolve("few.sheaf"), BY_WALK);
    long walkedMany = loads(temp.resolve("many.sheaf"), BY_WALK);
    long foundFew = loads(temp.resolve("few.sheaf"), BY_INDEX);
    long foundMany = loads(temp.resolve("many.sheaf"), BY_INDEX);

    System.out.printf(
        "objects read for blame: %d and %d commits: walk %d, %d; index %d, %d%n",
        few, many, walkedFew, walkedMany, foundFew, foundMany);
    assertThat(walkedMany).isGreaterThan(5 * walkedFew);
    // Opening the segment reads its layers, of which a fold leaves fewer than 24.
    assertThat(foundMany).isLessThan(foundFew + 60);
    assertThat(foundMany).isLessThan(walkedMany / 10);
  }

  @Test
  void doesWithoutAnIndexThatIsMissingLockedDamagedOrWrong() throws Exception {
    Path path = temp.resolve("a.sheaf");
    Path folder = path.resolve("local").resolve("changes");
    LocalDataset dataset = edited(path, 30);
    compare(dataset, "main");

    // Another opening holds the lock.
    try (LocalDataset locked = LocalDataset.open(path)) {
      assertThat(found(locked)).isEqualTo(found(dataset));
      assertThat(locked.changeIndex()).isEmpty();
    }
    dataset.close();

    ChangeIndex.remove(folder);
    try (LocalDataset missing = LocalDataset.open(path)) {
      compare(missing, "main");
    }

    damage(folder);
    try (LocalDataset damaged = LocalDataset.open(path)) {
      List<Blame> walked = walked(damaged);
      assertThat(found(damaged)).isEqualTo(walked);
    }
    ChangeIndex.remove(folder);

    try (LocalDataset wrong = LocalDataset.open(path)) {
      lie(wrong);
      assertThat(found(wrong)).isEqualTo(walked(wrong));
      assertThat(wrong.changeIndex()).as("it is dropped").isEmpty();
    }
    try (LocalDataset again = LocalDataset.open(path)) {
      compare(again, "main");
    }
  }

  private static List<Blame> found(LocalDataset dataset) {
    Version head = dataset.head();
    return blame(dataset, head, head.sample(1).id(), BY_INDEX);
  }

  private static List<Blame> walked(LocalDataset dataset) {
    Version head = dataset.head();
    return blame(dataset, head, head.sample(1).id(), BY_WALK);
  }

  private static void damage(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] ^= (byte) (i * 31 + 5);
        }
        Files.write(file, bytes);
      }
    }
  }

  /** Says that the newest commit has a parent in which nothing ever changed. */
  private static void lie(LocalDataset dataset) throws RocksDBException {
    Version head = dataset.head();
    SegmentKey segment = ((LocalVersion) head).state().segmentKeys().get(0);
    List<String> ids = new ArrayList<>();
    dataset.log("main", 2).forEach(commit -> ids.add(commit.id()));
    try (ChangeIndex.Addition addition = dataset.changeIndex().orElseThrow().add(segment)) {
      addition.add(ids.get(1), "", Map.of());
      addition.add(ids.get(0), ids.get(1), Map.of());
      addition.finish();
    }
  }
}

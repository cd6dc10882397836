package dev.sheaf.format.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that began on the same version: what does not touch is joined, the rest refused. */
class ConcurrentChangesTest {
  private static final List<String> NAMES = List.of("a", "b");

  @TempDir Path temp;

  /** What one transaction asks for. */
  private record Wish(
      Map<SampleId, Map<String, Long>> updates, Set<SampleId> deletes, List<String> appends) {
    static Wish random(Randomness random, List<SampleId> ids, String prefix) {
      Wish wish = new Wish(new LinkedHashMap<>(), new HashSet<>(), new ArrayList<>());
      for (int i = random.between(0, 3); i > 0; i--) {
        Map<String, Long> cells = new HashMap<>();
        cells.put(random.pick(NAMES), (long) random.below(3));
        wish.updates.put(random.pick(ids), cells);
      }
      if (random.chance(40)) {
        SampleId id = random.pick(ids);
        wish.updates.remove(id);
        wish.deletes.add(id);
      }
      for (int i = random.between(0, 2); i > 0; i--) {
        wish.appends.add(prefix + i);
      }
      return wish;
    }

    void ask(Transaction change) {
      updates.forEach((id, cells) -> change.update(id, new HashMap<String, Object>(cells)));
      deletes.forEach(change::delete);
      appends.forEach(key -> change.append(Row.of().key(key).set("a", 9L).set("b", 9L)));
    }

    void apply(Map<String, Map<String, Long>> byKey, Map<SampleId, String> keys) {
      updates.forEach((id, cells) -> byKey.get(keys.get(id)).putAll(cells));
      deletes.forEach(id -> byKey.remove(keys.get(id)));
      appends.forEach(key -> byKey.put(key, new HashMap<>(Map.of("a", 9L, "b", 9L))));
    }

    /** Returns the cells that it really changes. */
    Set<String> changes(Map<String, Map<String, Long>> base, Map<SampleId, String> keys) {
      Set<String> changes = new HashSet<>();
      updates.forEach(
          (id, cells) ->
              cells.forEach(
                  (name, value) -> {
                    if (!Objects.equals(base.get(keys.get(id)).get(name), value)) {
                      changes.add(id + " " + name);
                    }
                  }));
      return changes;
    }
  }

  @Test
  void changesThatDoNotTouchAreJoinedAndOthersRefused() {
    Randomness.repeat(20, random -> race(random, temp.resolve(random.seed() + ".sheaf")));
  }

  private static void race(Randomness random, Path path) {
    try (Dataset dataset = Dataset.create(path)) {
      Map<String, Map<String, Long>> byKey = new LinkedHashMap<>();
      Map<SampleId, String> keys = new LinkedHashMap<>();
      try (Transaction change = dataset.begin()) {
        for (int i = 0; i < 5; i++) {
          change.append(Row.of().key("k" + i).set("a", 0L).set("b", 1L));
          byKey.put("k" + i, new HashMap<>(Map.of("a", 0L, "b", 1L)));
        }
        Version version = change.commit("five");
        version.take(0, 1, 2, 3, 4).forEach(sample -> keys.put(sample.id(), sample.key()));
      }
      List<SampleId> ids = new ArrayList<>(keys.keySet());
      Wish first = Wish.random(random, ids, "first-");
      Wish second = Wish.random(random, ids, "second-");
      Set<String> firstChanges = first.changes(byKey, keys);
      Set<String> secondChanges = second.changes(byKey, keys);
      try (Transaction one = dataset.begin();
          Transaction two = dataset.begin()) {
        first.ask(one);
        second.ask(two);
        one.commit("one");
        first.apply(byKey, keys);
        String head = dataset.head().commit().id();
        if (touches(first, firstChanges, second, secondChanges)) {
          assertThatThrownBy(() -> two.commit("two")).isInstanceOf(CommitConflictException.class);
          assertThat(dataset.head().commit().id()).isEqualTo(head);
        } else {
          two.commit("two");
          Map<SampleId, Map<String, Long>> fresh = new LinkedHashMap<>(second.updates);
          fresh.keySet().removeIf(first.deletes::contains);
          second.deletes.forEach(id -> byKey.remove(keys.get(id)));
          fresh.forEach(
              (id, cells) ->
                  cells.forEach(
                      (name, value) -> {
                        if (secondChanges.contains(id + " " + name)) {
                          byKey.get(keys.get(id)).put(name, value);
                        }
                      }));
          new Wish(Map.of(), Set.of(), second.appends).apply(byKey, keys);
        }
      }
      assertHolds(dataset, byKey);
    }
  }

  private static boolean touches(
      Wish first, Set<String> firstChanges, Wish second, Set<String> secondChanges) {
    return secondChanges.stream().anyMatch(firstChanges::contains)
        || first.deletes.stream().anyMatch(id -> mentions(secondChanges, id))
        || second.deletes.stream().anyMatch(id -> mentions(firstChanges, id));
  }

  private static boolean mentions(Set<String> changes, SampleId id) {
    return NAMES.stream().anyMatch(name -> changes.contains(id + " " + name));
  }

  private static void assertHolds(Dataset dataset, Map<String, Map<String, Long>> byKey) {
    Version head = dataset.head();
    Map<String, Map<String, Long>> actual = new LinkedHashMap<>();
    for (long i = 0; i < head.size(); i++) {
      Sample sample = head.sample(i);
      actual.put(sample.key(), Map.of("a", sample.int64("a"), "b", sample.int64("b")));
    }
    assertThat(actual).isEqualTo(byKey);
    assertThat(new ArrayList<>(actual.keySet())).isEqualTo(new ArrayList<>(byKey.keySet()));
    assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
  }

  private Dataset start() {
    Dataset dataset = Dataset.create(temp.resolve("start.sheaf"));
    try (Transaction change = dataset.begin()) {
      change.append(Row.of().key("k").set("a", 1).set("b", 2));
      change.commit("one");
    }
    return dataset;
  }

  private static Version both(
      Dataset dataset, Consumer<Transaction> first, Consumer<Transaction> second) {
    try (Transaction one = dataset.begin();
        Transaction two = dataset.begin()) {
      first.accept(one);
      second.accept(two);
      one.commit("one");
      return two.commit("two");
    }
  }

  @Test
  void theSameSampleAppendedTwiceIsThereOnce() {
    try (Dataset dataset = start()) {
      Consumer<Transaction> same =
          change ->
              change
                  .append(Row.of().key("new").origin(origin("1")).set("a", 5))
                  .append(Row.of().key("other" + change.hashCode()).set("a", 6));
      Version version = both(dataset, same, same);
      assertThat(version.size()).isEqualTo(4);
      assertThat(version.find("new").orElseThrow().int64("a")).isEqualTo(5);
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  private static Origin origin(String digit) {
    return Origin.file("f", digit.repeat(64));
  }

  @Test
  void theSameKeyWithOtherContentIsRefused() {
    try (Dataset dataset = start()) {
      assertThatThrownBy(
              () ->
                  both(
                      dataset,
                      change -> change.append(Row.of().key("n").origin(origin("1")).set("a", 5)),
                      change -> change.append(Row.of().key("n").origin(origin("2")).set("a", 6))))
          .isInstanceOf(CommitConflictException.class)
          .hasMessageContaining("Another writer appended 1 of the same keys");
      assertThat(dataset.head().size()).isEqualTo(2);
    }
  }

  @Test
  void theSameColumnAddedTwiceIsOneColumn() {
    try (Dataset dataset = start()) {
      Consumer<Transaction> first =
          change ->
              change
                  .addColumn(Column.of("score", Type.scalar(DType.FLOAT32)))
                  .append(Row.of().key("x").set("score", 1f));
      Consumer<Transaction> second =
          change ->
              change
                  .addColumn(Column.of("score", Type.scalar(DType.FLOAT32)))
                  .append(Row.of().key("y").set("score", 2f));
      Version version = both(dataset, first, second);
      assertThat(version.schema().columns().stream().filter(c -> c.name().equals("score")))
          .hasSize(1);
      assertThat(version.find("x").orElseThrow().value("score")).isEqualTo(1f);
      assertThat(version.find("y").orElseThrow().value("score")).isEqualTo(2f);
    }
  }

  @Test
  void aColumnAddedWithTwoTypesIsRefused() {
    try (Dataset dataset = start()) {
      assertThatThrownBy(
              () ->
                  both(
                      dataset,
                      change -> change.addColumn(Column.of("score", Type.UTF8)),
                      change -> change.addColumn(Column.of("score", Type.DATE))))
          .isInstanceOf(CommitConflictException.class)
          .hasMessageContaining("Another writer added column \"score\" with type utf8, not date");
    }
  }

  @Test
  void aRenamedColumnTakesTheCellsThatAnotherWriterChanged() {
    try (Dataset dataset = start()) {
      SampleId id = dataset.head().sample(0).id();
      Version version =
          both(
              dataset,
              change -> change.renameColumn("a", "z"),
              change -> change.update(id, Map.of("a", 7)));
      assertThat(version.sample(0).int64("z")).isEqualTo(7);
      assertThat(version.schema().contains("a")).isFalse();
    }
  }

  @Test
  void aCellChangedUnderItsOldAndItsNewNameIsRefused() {
    try (Dataset dataset = start()) {
      SampleId id = dataset.head().sample(0).id();
      assertThatThrownBy(
              () ->
                  both(
                      dataset,
                      change -> change.update(id, Map.of("a", 7)),
                      change -> change.renameColumn("a", "z").update(id, Map.of("z", 8))))
          .isInstanceOf(CommitConflictException.class);
      assertThat(dataset.head().sample(0).int64("a")).isEqualTo(7);
    }
  }

  @Test
  void aCellOfADroppedColumnIsRefused() {
    try (Dataset dataset = start()) {
      SampleId id = dataset.head().sample(0).id();
      assertThatThrownBy(
              () ->
                  both(
                      dataset,
                      change -> change.dropColumn("a"),
                      change -> change.update(id, Map.of("a", 7))))
          .isInstanceOf(CommitConflictException.class);
    }
  }

  @Test
  void aNameTakenByAnotherWritersRenameIsRefused() {
    try (Dataset dataset = start()) {
      assertThatThrownBy(
              () ->
                  both(
                      dataset,
                      change -> change.renameColumn("a", "z"),
                      change -> change.renameColumn("b", "z")))
          .isInstanceOf(CommitConflictException.class);
      assertThat(dataset.head().sample(0).int64("z")).isEqualTo(1);
    }
  }

  @Test
  void anOrderMadeOnAnOlderVersionIsRefused() {
    try (Dataset dataset = start()) {
      assertThatThrownBy(
              () ->
                  both(
                      dataset,
                      change -> change.append(Row.of().key("x")),
                      change -> change.reorder(0)))
          .isInstanceOf(CommitConflictException.class);
      assertThat(dataset.head().size()).isEqualTo(2);
    }
  }
}

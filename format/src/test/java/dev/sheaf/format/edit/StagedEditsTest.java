package dev.sheaf.format.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.StagedEdits;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.oracle.CellAssert;
import dev.sheaf.format.oracle.RandomTypes;
import dev.sheaf.format.oracle.RandomValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Staged edits are a transaction that survives the process. */
class StagedEditsTest {
  @TempDir Path temp;

  private static Dataset numbers(Path path, int rows) {
    Dataset dataset = Dataset.create(path);
    try (Transaction change = dataset.begin()) {
      for (int i = 0; i < rows; i++) {
        change.append(Row.of().key("k" + i).set("a", (long) i).set("label", "l" + i));
      }
      change.commit("Numbers");
    }
    return dataset;
  }

  private static SampleId id(Dataset dataset, long index) {
    return dataset.head().sample(index).id();
  }

  /** The one run of the numbers is the same in every test, its name is a function of its rows. */
  private Path journal(Path dataset) throws IOException {
    try (Stream<Path> files = Files.walk(dataset.resolve("local/staged"))) {
      return files.filter(file -> file.toString().endsWith(".edits")).findFirst().orElseThrow();
    }
  }

  /** Whatever the types, staging in pieces and committing is the same as one transaction. */
  @Test
  void stagingInPiecesGivesTheTreeOfOneTransaction() {
    int[] cells = {0};
    Randomness.repeat(
        12,
        random -> {
          Path staged = temp.resolve("staged-" + random.seed() + ".sheaf");
          Path direct = temp.resolve("direct-" + random.seed() + ".sheaf");
          try (Dataset one = Dataset.create(staged);
              Dataset two = Dataset.create(direct)) {
            List<Type> types = new ArrayList<>();
            for (int i = random.between(2, 5); i > 0; i--) {
              types.add(RandomTypes.column(random));
            }
            long seed = random.bits();
            fill(one, types, new Randomness(seed));
            fill(two, types, new Randomness(seed));
            assertThat(one.head().commit().tree()).isEqualTo(two.head().commit().tree());
            cells[0] += edit(random, types, staged, one, two);
          }
        });
    System.out.printf("staged in pieces: %d cells equal to direct transactions%n", cells[0]);
  }

  private static void fill(Dataset dataset, List<Type> types, Randomness random) {
    try (Transaction change = dataset.begin()) {
      for (int i = 0; i < types.size(); i++) {
        change.addColumn(Column.of("c" + i, types.get(i)));
      }
      for (int row = 0; row < 20; row++) {
        Row cells = Row.of().key("k" + row);
        for (int i = 0; i < types.size(); i++) {
          cells.set("c" + i, RandomValues.nullable(random, types.get(i)));
        }
        change.append(cells);
      }
      change.commit("Fill");
    }
  }

  /** Stages through a fresh handle for every piece, as a new process would. */
  private static int edit(
      Randomness random, List<Type> types, Path path, Dataset one, Dataset two) {
    EditSet whole = new EditSet();
    int cells = 0;
    for (int piece = random.between(1, 4); piece > 0; piece--) {
      EditSet part = new EditSet();
      for (int i = random.between(1, 12); i > 0; i--) {
        int column = random.below(types.size());
        SampleId id = id(one, random.below(20));
        Object value = RandomValues.nullable(random, types.get(column));
        part.set(id, "c" + column, value);
        whole.set(id, "c" + column, value);
        cells++;
      }
      try (Dataset handle = Dataset.open(path)) {
        handle.staged("ada@lab", "main").add(part);
      }
    }
    StagedEdits staged = one.staged("ada@lab", "main");
    staged
        .changes()
        .cells()
        .forEach(
            (id, row) ->
                row.forEach(
                    (name, value) ->
                        CellAssert.same(
                            id + " " + name,
                            types.get(Integer.parseInt(name.substring(1))),
                            whole.cells().get(id).get(name),
                            value)));
    assertThat(staged.changes().cells().keySet()).isEqualTo(whole.cells().keySet());
    Version committed = staged.commit("Edit");
    try (Transaction change = two.begin()) {
      whole.applyTo(change);
      assertThat(committed.commit().tree()).isEqualTo(change.commit("Edit").commit().tree());
    }
    assertThat(staged.isEmpty()).isTrue();
    assertThat(one.fsck(true, Progress.NONE).damaged()).isEmpty();
    return cells;
  }

  @Test
  void columnsFollowTheirRenamesAndAdditionsMayBeRenamedToo() {
    try (Dataset dataset = numbers(temp.resolve("a.sheaf"), 3)) {
      StagedEdits staged = dataset.staged("ada", "main");
      staged.add(new EditSet().set(id(dataset, 0), "label", "first"));
      staged.add(new EditSet().renameColumn("label", "name"));
      staged.add(new EditSet().addColumn(Column.of("label", Type.scalar(DType.INT32))));
      staged.add(new EditSet().set(id(dataset, 1), "label", 7L).set(id(dataset, 1), "name", "x"));
      staged.add(new EditSet().renameColumn("label", "score").dropColumn("a"));
      staged.add(new EditSet().delete(id(dataset, 2)));
      assertThat(staged.schema().columns().stream().map(Column::name))
          .contains("name", "score")
          .doesNotContain("label", "a");
      StagedEdits.Changes changes = staged.changes();
      assertThat(changes.renamed()).isEqualTo(Map.of("label", "name"));
      assertThat(changes.dropped()).containsExactly("a");
      assertThat(changes.added()).extracting(Column::name).containsExactly("score");
      assertThat(changes.deleted()).containsExactly(id(dataset, 2));

      Version version = staged.commit("All kinds");

      assertThat(version.size()).isEqualTo(2);
      assertThat(version.schema().contains("a")).isFalse();
      assertThat(version.sample(0).text("name")).isEqualTo("first");
      assertThat(version.sample(1).text("name")).isEqualTo("x");
      assertThat(version.sample(0).value("score")).isNull();
      assertThat(version.sample(1).value("score")).isEqualTo(7L);
      assertThat(dataset.log("main", 10)).hasSize(3);
    }
  }

  @Test
  void refusesWhatDoesNotFitAndKeepsWhatWasStaged() {
    try (Dataset dataset = numbers(temp.resolve("a.sheaf"), 3)) {
      StagedEdits staged = dataset.staged("ada", "main");
      SampleId first = id(dataset, 0);
      staged.add(new EditSet().set(first, "label", "kept").delete(id(dataset, 1)));
      assertThatThrownBy(() -> staged.add(new EditSet().set(first, "a", "text")))
          .isInstanceOf(InvalidSchemaException.class);
      assertThatThrownBy(() -> staged.add(new EditSet().set(first, "lable", "x")))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("Unknown column \"lable\"")
          .hasMessageContaining("label");
      assertThatThrownBy(() -> staged.add(new EditSet().set(first, "_key", "x")))
          .isInstanceOf(InvalidSchemaException.class)
          .hasMessageContaining("reserved");
      assertThatThrownBy(() -> staged.add(new EditSet().addColumn(Column.of("label", Type.UTF8))))
          .isInstanceOf(InvalidSchemaException.class)
          .hasMessageContaining("Duplicate column name \"label\"");
      assertThatThrownBy(() -> staged.add(new EditSet().set(id(dataset, 1), "label", "x")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("deleted by staged edits");
      assertThatThrownBy(
              () ->
                  staged.add(
                      new EditSet()
                          .set(id(dataset, 2), "label", "half")
                          .set(new SampleId(1, 1), "label", "nobody")))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("0000000000000001-1");
      assertThat(staged.changes().cells()).isEqualTo(Map.of(first, Map.of("label", "kept")));
      assertThatThrownBy(() -> dataset.staged("ada", "nowhere").add(new EditSet().delete(first)))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("nowhere");
      assertThatThrownBy(() -> dataset.staged("bob", "main").commit("nothing"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("Nothing is staged for branch \"main\"");
    }
  }

  @Test
  void isRebasedOnWhatOthersChangedElsewhereAndRefusedWhereTheyTouch() {
    try (Dataset dataset = numbers(temp.resolve("a.sheaf"), 3)) {
      StagedEdits ada = dataset.staged("ada", "main");
      StagedEdits bob = dataset.staged("bob", "main");
      SampleId zero = id(dataset, 0);
      ada.add(new EditSet().set(zero, "label", "ada"));
      bob.add(new EditSet().set(zero, "label", "bob").set(zero, "a", 5L));
      try (Transaction other = dataset.begin()) {
        other.append(Row.of().key("new").set("a", 9L).set("label", "new"));
        other.update(id(dataset, 1), Map.of("label", "other"));
        other.commit("Meanwhile");
      }

      Version rebased = ada.commit("By Ada");
      assertThat(rebased.size()).isEqualTo(4);
      assertThat(rebased.sample(0).text("label")).isEqualTo("ada");
      assertThat(rebased.sample(1).text("label")).isEqualTo("other");

      assertThatThrownBy(() -> bob.commit("By Bob"))
          .isInstanceOf(CommitConflictException.class)
          .hasMessageContaining("1 of the same cells")
          .hasMessageContaining("sample " + zero + " column \"label\"");
      assertThat(dataset.head().commit().id()).isEqualTo(rebased.commit().id());
      assertThat(bob.changes().cells().get(zero)).isEqualTo(Map.of("label", "bob", "a", 5L));

      assertThat(bob.restore(List.of(zero), List.of("label"))).isEqualTo(1);
      Version second = bob.commit("The rest of it");
      assertThat(second.sample(0).text("label")).isEqualTo("ada");
      assertThat(second.sample(0).value("a")).isEqualTo(5L);
      assertThat(dataset.stagedBranches("bob")).isEmpty();
    }
  }

  @Test
  void cellsFollowAColumnThatOthersRenamedMeanwhileAndOfOneTheyDroppedAreRefused() {
    try (Dataset dataset = numbers(temp.resolve("a.sheaf"), 3)) {
      StagedEdits ada = dataset.staged("ada", "main");
      StagedEdits bob = dataset.staged("bob", "main");
      ada.add(new EditSet().set(id(dataset, 0), "label", "ada"));
      bob.add(new EditSet().set(id(dataset, 1), "a", 5L));
      dataset.staged("carol", "main").add(new EditSet().renameColumn("label", "name"));
      dataset.staged("carol", "main").add(new EditSet().dropColumn("a"));
      dataset.staged("carol", "main").commit("Columns");

      assertThat(ada.commit("Ada").sample(0).text("name")).isEqualTo("ada");
      assertThatThrownBy(() -> bob.commit("Bob"))
          .isInstanceOf(CommitConflictException.class)
          .hasMessageContaining("column \"a\"");
      assertThat(bob.isEmpty()).isFalse();
    }
  }

  @Test
  void aLineCutShortByACrashIsIgnoredAndOneThatIsDamagedIsNot() throws IOException {
    Path path = temp.resolve("a.sheaf");
    try (Dataset dataset = numbers(path, 2)) {
      SampleId zero = id(dataset, 0);
      StagedEdits staged = dataset.staged("a/../b c", "main");
      staged.add(new EditSet().set(zero, "label", "whole"));
      long whole = Files.size(journal(path));
      staged.add(new EditSet().set(zero, "label", "torn"));
      byte[] bytes = Files.readAllBytes(journal(path));
      for (int cut = (int) whole; cut < bytes.length; cut += 7) {
        Files.write(journal(path), java.util.Arrays.copyOf(bytes, cut));
        assertThat(staged.changes().cells()).isEqualTo(Map.of(zero, Map.of("label", "whole")));
      }
      staged.add(new EditSet().set(zero, "a", 1L));
      assertThat(staged.changes().cells())
          .isEqualTo(Map.of(zero, Map.of("label", "whole", "a", 1L)));

      byte[] damaged = Files.readAllBytes(journal(path));
      damaged[(int) whole - 20] ^= 1;
      Files.write(journal(path), damaged);
      assertThatThrownBy(staged::changes)
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("line=2");
      staged.restore();
      assertThat(staged.isEmpty()).isTrue();
    }
  }

  @Test
  void aCommitThatWasMadeButNotAcknowledgedIsNotMadeTwice() throws IOException {
    Path path = temp.resolve("a.sheaf");
    try (Dataset dataset = numbers(path, 2)) {
      StagedEdits staged = dataset.staged("ada", "main");
      staged.add(new EditSet().set(id(dataset, 0), "label", "once"));
      Path journal = journal(path);
      byte[] before = Files.readAllBytes(journal);
      Version made = staged.commit("Once");
      // What a crash between the commit and the removal of the file leaves.
      Files.write(journal, before, StandardOpenOption.CREATE_NEW);
      try (Transaction other = dataset.begin()) {
        other.update(id(dataset, 0), Map.of("label", "changed since"));
        other.commit("Since");
      }

      Version again = staged.commit("Once");

      assertThat(again.commit().id()).isEqualTo(made.commit().id());
      assertThat(dataset.head().sample(0).text("label")).isEqualTo("changed since");
      assertThat(dataset.log("main", 10)).hasSize(4);
      assertThat(staged.isEmpty()).isTrue();
    }
  }

  @Test
  void restoresSamplesAndColumnsAlone() {
    try (Dataset dataset = numbers(temp.resolve("a.sheaf"), 4)) {
      StagedEdits staged = dataset.staged("ada", "main");
      for (int i = 0; i < 3; i++) {
        staged.add(new EditSet().set(id(dataset, i), "label", "x").set(id(dataset, i), "a", 7L));
      }
      staged.add(new EditSet().delete(id(dataset, 2)).delete(id(dataset, 3)));
      staged.add(new EditSet().renameColumn("label", "name").addColumn(Column.of("n", Type.UTF8)));

      assertThat(staged.restore(List.of(id(dataset, 3)), List.of())).isEqualTo(1);
      assertThat(staged.changes().deleted()).containsExactly(id(dataset, 2));
      assertThat(staged.restore(List.of(), List.of("name"))).isEqualTo(2);
      assertThat(staged.changes().renamed()).isEmpty();
      assertThat(staged.changes().cells())
          .isEqualTo(Map.of(id(dataset, 0), Map.of("a", 7L), id(dataset, 1), Map.of("a", 7L)));
      assertThat(staged.restore(List.of(), List.of("n"))).isZero();
      assertThat(staged.changes().added()).isEmpty();

      staged.add(new EditSet().dropColumn("label").renameColumn("a", "label"));
      assertThatThrownBy(() -> staged.restore(List.of(), List.of("nothing")))
          .isInstanceOf(NotFoundException.class);
      staged.restore(List.of(), List.of("label"));
      staged.restore(List.of(), List.of());
      assertThat(staged.isEmpty()).isTrue();
    }
  }
}

package dev.sheaf.format.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Diff;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffTest {
  private static final int ROWS = 10;

  @TempDir Path temporary;
  private Dataset dataset;
  private Version first;

  @BeforeEach
  void fill() {
    dataset = Dataset.create(temporary.resolve("a.sheaf"));
    first =
        commit(
            change -> {
              for (int i = 0; i < ROWS; i++) {
                change.append(
                    Row.of()
                        .key("k" + i)
                        .set("label", "label " + i)
                        .set("score", (long) i)
                        .set("vector", Tensor.ofFloats(new float[] {i, 1, 2, 3})));
              }
            });
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private Version commit(Consumer<Transaction> work) {
    try (Transaction change = dataset.begin()) {
      work.accept(change);
      return change.commit("a change");
    }
  }

  private Version set(long index, String column, Object value) {
    return commit(
        change ->
            change.update(
                change.base().sample(index).id(),
                java.util.Collections.singletonMap(column, value)));
  }

  private static List<Diff.SampleChange> list(Diff diff) {
    List<Diff.SampleChange> changes = new ArrayList<>();
    diff.samples().forEach(changes::add);
    return changes;
  }

  @Test
  void findsNothingBetweenAVersionAndItself() {
    Diff diff = first.diff(dataset.head());

    assertThat(diff.isEmpty()).isTrue();
    assertThat(diff.columns()).isEmpty();
    assertThat(diff.samples()).isEmpty();
    assertThat(diff.summary()).isEqualTo(new Diff.Summary(0, 0, 0, 0, Map.of()));
  }

  @Test
  void tellsModifiedCellsWithBothValues() {
    set(3, "label", "other");
    Version last = set(7, "score", null);

    Diff diff = first.diff(last);

    assertThat(diff.summary())
        .isEqualTo(new Diff.Summary(0, 0, 0, 2, Map.of("label", 1L, "score", 1L)));
    List<Diff.SampleChange> changes = list(diff);
    assertThat(changes).extracting(Diff.SampleChange::key).containsExactly("k3", "k7");
    Diff.SampleChange change = changes.get(0);
    assertThat(change.id()).isEqualTo(first.sample(3).id());
    assertThat(change.fromIndex()).hasValue(3);
    assertThat(change.toIndex()).hasValue(3);
    assertThat(change.moved()).isFalse();
    assertThat(change.cells())
        .containsExactly(new Diff.CellChange(last.schema().column("label"), "label 3", "other"));
    assertThat(changes.get(1).cells())
        .containsExactly(new Diff.CellChange(last.schema().column("score"), 7L, null));
  }

  @Test
  void aCellThatIsSetBackIsNotModified() {
    set(3, "label", "other");
    Version last = set(3, "label", "label 3");

    assertThat(first.diff(last).isEmpty()).isTrue();
    assertThat(first.diff(last).summary().modified()).isZero();
    assertThat(first.dataDigest()).isNotEqualTo(last.dataDigest());
  }

  @Test
  void tellsAddedAndRemovedSamplesEitherWay() {
    Version last =
        commit(
            change -> {
              change.delete(change.base().sample(2).id());
              change.append(Row.of().key("new").set("label", "n"));
            });

    assertThat(first.diff(last).summary()).isEqualTo(new Diff.Summary(1, 1, 0, 0, Map.of()));
    List<Diff.SampleChange> changes = list(first.diff(last));
    assertThat(changes).extracting(Diff.SampleChange::key).containsExactly("k2", "new");
    assertThat(changes.get(0).isRemoved()).isTrue();
    assertThat(changes.get(0).fromIndex()).hasValue(2);
    assertThat(changes.get(0).toIndex()).isEmpty();
    assertThat(changes.get(1).isAdded()).isTrue();
    assertThat(changes.get(1).toIndex()).hasValue(9);
    assertThat(list(last.diff(first)))
        .extracting(Diff.SampleChange::isAdded)
        .containsExactly(true, false);
  }

  @Test
  void tellsTheFewestSamplesThatExplainANewOrder() {
    Version last = commit(change -> change.reorder(9, 0, 1, 2, 3, 4, 5, 6, 7, 8));

    assertThat(first.diff(last).summary()).isEqualTo(new Diff.Summary(0, 0, 1, 0, Map.of()));
    assertThat(list(first.diff(last)))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.key()).isEqualTo("k9");
              assertThat(change.moved()).isTrue();
              assertThat(change.fromIndex()).hasValue(9);
              assertThat(change.toIndex()).hasValue(0);
            });
  }

  @Test
  void samplesLeftOutOfAnOrderAreRemoved() {
    Version last = commit(change -> change.reorder(5, 4, 3));

    Diff.Summary summary = first.diff(last).summary();

    assertThat(summary.removed()).isEqualTo(7);
    assertThat(summary.moved()).isEqualTo(2);
    assertThat(last.diff(first).summary().added()).isEqualTo(7);
  }

  @Test
  void tellsColumnsByIdentity() {
    Version last =
        commit(
            change -> {
              change.renameColumn("label", "caption");
              change.dropColumn("vector");
              change.addColumn(new Column("", "split", Type.UTF8, "\"train\"", null));
            });

    Diff diff = first.diff(last);

    assertThat(diff.columns()).hasSize(3);
    assertThat(diff.columns().get(0).isRenamed()).isTrue();
    assertThat(diff.columns().get(0).from().name()).isEqualTo("label");
    assertThat(diff.columns().get(1).isAdded()).isTrue();
    assertThat(diff.columns().get(2).isDropped()).isTrue();
    assertThat(diff.summary()).isEqualTo(new Diff.Summary(0, 0, 0, 0, Map.of()));
    assertThat(diff.isEmpty()).isFalse();
  }

  @Test
  void awidenedColumnHasNoModifiedCells() {
    commit(change -> change.addColumn(Column.of("small", Type.scalar(DType.INT16))));
    Version before = set(0, "small", 5L);
    Version last = commit(change -> change.widenColumn("small", Type.scalar(DType.FLOAT64)));

    Diff diff = before.diff(last);

    assertThat(diff.columns()).singleElement().satisfies(c -> assertThat(c.isRetyped()).isTrue());
    assertThat(diff.summary().modified()).isZero();
  }

  @Test
  void measuresTensors() {
    Version last = set(1, "vector", Tensor.ofFloats(new float[] {1, 1, 5, 7}));

    Diff.CellChange cell = list(first.diff(last)).get(0).cells().get(0);

    assertThat(cell.changedElements()).isEqualTo(OptionalLong.of(2));
    assertThat(cell.l2Distance()).isEqualTo(OptionalDouble.of(5));
    Version none = set(1, "vector", null);
    assertThat(list(last.diff(none)).get(0).cells().get(0).l2Distance()).isEmpty();
  }

  @Test
  void comparesMediaByTheirHash() {
    commit(change -> change.addColumn(Column.of("file", Type.media(MediaKind.FILE))));
    Version before = set(4, "file", file("one"));
    Version same = set(4, "label", "changed");
    Version other = set(4, "file", file("two"));

    assertThat(before.diff(same).summary().cells()).isEqualTo(Map.of("label", 1L));
    Diff.CellChange cell = list(same.diff(other)).get(0).cells().get(0);
    assertThat(((Media) cell.from()).sha256()).isEqualTo(file("one").sha256());
    assertThat(((Media) cell.to()).sha256()).isEqualTo(file("two").sha256());
  }

  private static Media file(String text) {
    return Media.of(MediaKind.FILE, text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  @Test
  void comparesPickedSamplesAndProjections() {
    Version last = set(3, "label", "other");

    assertThat(first.select("score").diff(last.select("score")).summary().modified()).isZero();
    assertThat(first.pick(0, 1, 2).diff(last).summary().added()).isEqualTo(7);
    assertThat(first.diff(last.pick(3, 2)).summary())
        .isEqualTo(new Diff.Summary(0, 8, 1, 1, Map.of("label", 1L)));
  }

  @Test
  void tellsDocuments() {
    Version last = commit(change -> change.putDocument("recipes/a.yaml", new byte[] {1}));

    assertThat(first.diff(last).documents()).containsExactly("recipes/a.yaml");
    assertThat(first.diff(last).isEmpty()).isFalse();
  }
}

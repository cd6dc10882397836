package dev.sheaf.format.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.Diff;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.engine.LocalVersion;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.order.OrderReader;
import dev.sheaf.format.internal.order.SegmentKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Compares versions with their models and with each other. */
final class VersionCheck {
  private VersionCheck() {}

  /** A version holds what its model says, sample by sample and cell by cell. */
  static void check(Version version, MergeModel model) {
    Map<String, String> names = new TreeMap<>();
    model.columns().values().forEach(col -> names.put(col.id(), col.name()));
    Map<String, String> actual = new TreeMap<>();
    for (Column column : version.schema()) {
      if (!column.name().startsWith("_")) {
        actual.put(column.id(), column.name());
      }
    }
    assertThat(actual).isEqualTo(names);
    List<MergeModel.Item> items = model.samples();
    List<SampleId> ids = new ArrayList<>();
    for (long i = 0; i < version.size(); i++) {
      ids.add(version.sample(i).id());
    }
    assertThat(ids).isEqualTo(items.stream().map(MergeModel.Item::id).toList());
    for (int i = 0; i < items.size(); i++) {
      Sample sample = version.sample(i);
      MergeModel.Item item = items.get(i);
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
    VersionState state = ((LocalVersion) version).state();
    assertThat(places(version)).as("places").isEqualTo(model.places());
    Set<SegmentKey> listed = new HashSet<>();
    model.places().forEach(place -> listed.add(new SegmentKey(place.run(), 0)));
    Set<SampleId> deleted = new HashSet<>();
    for (SegmentKey key : listed) {
      state.reader(key).deleted().forEach((int slot) -> deleted.add(new SampleId(key.run(), slot)));
    }
    Set<SampleId> expected = new HashSet<>(model.deleted());
    expected.removeIf(id -> !listed.contains(new SegmentKey(id.run(), 0)));
    assertThat(deleted).isEqualTo(expected);
    Segments.check(version);
  }

  /** Returns what the order lists, deleted samples included. */
  private static List<SampleId> places(Version version) {
    List<SampleId> places = new ArrayList<>();
    OrderReader order = ((LocalVersion) version).state().order();
    order.forEachListed(
        run -> {
          for (int slot = 0; slot < run.slotCount(); slot++) {
            places.add(new SampleId(run.segment().run(), run.firstSlot() + slot));
          }
        });
    return places;
  }

  /** Returns the ids of all that lies in the tree of a version beside the order. */
  static Map<String, String> trees(Version version) {
    Map<String, String> trees = new TreeMap<>();
    TreeSnapshot tree = ((LocalVersion) version).state().tree();
    tree.list("").forEach(entry -> trees.put(entry.name(), entry.objectId()));
    trees.remove("order");
    return trees;
  }

  /** Returns the samples by key, whatever their order. */
  static Map<String, Map<String, Object>> contents(Version version) {
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

  /** Returns size and time of every file of a dataset, its local ones included. */
  static Map<String, String> files(Path path) {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(path)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(
            path.relativize(file).toString(),
            Files.size(file) + " " + Files.getLastModifiedTime(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** The difference of two versions is that of their models. */
  static void diff(Version from, MergeModel before, Version to, MergeModel after) {
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
      for (MergeModel.Col column : after.columns().values()) {
        MergeModel.Col earlier = earlier(column, before, after);
        Object was = earlier == null ? null : then.cells().get(earlier.id());
        if (earlier != null && !Objects.equals(was, item.cells().get(column.id()))) {
          expected.add("~ " + item.id() + " " + column.id() + " " + was);
        }
      }
    }
    Set<String> actual = new TreeSet<>();
    Diff diff = from.diff(to);
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
    assertThat(actual).as("diff %s %s", from.commit().id(), to.commit().id()).isEqualTo(expected);
  }

  /** Returns a column as it was before, maybe under another id that a merge united with it. */
  private static MergeModel.Col earlier(
      MergeModel.Col column, MergeModel before, MergeModel after) {
    MergeModel.Col same = before.columns().get(column.id());
    return same != null
        ? same
        : before.columns().values().stream()
            .filter(other -> !after.columns().containsKey(other.id()))
            .filter(other -> !Collections.disjoint(other.ids(), column.ids()))
            .findFirst()
            .orElse(null);
  }
}

package dev.sheaf.format.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Blame;
import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Diff;
import dev.sheaf.format.LogFilter;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.engine.LocalVersion;
import dev.sheaf.format.internal.engine.VersionState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A merge follows from what versions show: not from which side is ours, nor from layers. */
class MergeByContentsTest {
  @TempDir Path temporary;
  private Dataset dataset;

  @BeforeEach
  void fill() {
    dataset = Dataset.create(temporary.resolve("a.sheaf"));
    commit(
        "main",
        change -> {
          change.addColumn(Column.of("a", Type.UTF8));
          append(change, "old");
        });
    dataset.createBranch("other", "main");
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private Version commit(String branch, Consumer<Transaction> work) {
    try (Transaction change = dataset.begin(branch)) {
      work.accept(change);
      return change.commit("a change of " + branch);
    }
  }

  private static void append(Transaction change, String... keys) {
    for (String key : keys) {
      change.append(Row.of().key(key).set("a", "first"));
    }
  }

  private Version set(String branch, String key, String column, Object value) {
    return commit(
        branch,
        change -> change.update(change.base().find(key).orElseThrow().id(), Map.of(column, value)));
  }

  private static Object get(Version version, String key, String column) {
    return version.find(key).orElseThrow().value(column);
  }

  private static Map<String, String> trees(Version version) {
    return VersionCheck.trees(version);
  }

  /** Merges both ways round, which gives one tree, and returns what main has then. */
  private Version mergeBothWays() {
    dataset.createBranch("swapped", "other");
    Version swapped = dataset.merge("swapped", "main").commit("");
    Version merged = dataset.merge("main", "other").commit("");
    assertThat(trees(merged)).isEqualTo(trees(swapped));
    return merged;
  }

  @Test
  void aColumnThatBothAddedHasOneIdWhicheverSideIsOurs() {
    commit("main", change -> change.addColumn(Column.of("c", Type.UTF8)));
    Version ours = set("main", "old", "c", "x");
    commit("other", change -> append(change, "new"));
    commit("other", change -> change.addColumn(Column.of("c", Type.UTF8)));
    Version theirs = set("other", "new", "c", "y");
    Version merged = mergeBothWays();
    String id = merged.schema().column("c").id();
    assertThat(List.of(ours.schema().column("c").id(), theirs.schema().column("c").id()))
        .contains(id)
        .doesNotHaveDuplicates();
    assertThat(get(merged, "old", "c")).isEqualTo("x");
    assertThat(get(merged, "new", "c")).isEqualTo("y");
    for (Version parent : List.of(ours, theirs)) {
      assertThat(parent.diff(merged).columns()).isEmpty();
      assertThat(merged.diff(parent).columns()).isEmpty();
    }
    // To theirs only the cell of the other sample is new.
    assertThat(theirs.diff(merged).samples())
        .singleElement()
        .extracting(Diff.SampleChange::cells)
        .satisfies(cells -> assertThat(cells.get(0).to()).isEqualTo("x"));
    assertThat(blame(merged, "old")).isEqualTo(ours.commit().id());
    assertThat(blame(merged, "new")).isEqualTo(theirs.commit().id());
    assertThat(dataset.log("main", 10, new LogFilter(Optional.of("c"), Optional.empty())))
        .extracting(CommitInfo::id)
        .contains(ours.commit().id(), theirs.commit().id());
  }

  private String blame(Version version, String key) {
    List<Blame> blame = dataset.blame(version, version.find(key).orElseThrow().id(), "c");
    assertThat(blame).hasSize(1);
    return blame.get(0).commit().id();
  }

  @Test
  void aSampleThatCameToBothIsComparedWithWhatItWasThen() {
    Version added = commit("other", change -> append(change, "new"));
    dataset.cherryPick("main", added.commit().id(), 0).commit("");
    set("main", "new", "a", "second");
    // Folding the layers away changes nothing that a merge asks for.
    dataset.compact("main");
    commit("other", change -> change.addColumn(Column.of("c", Type.UTF8)));
    set("other", "new", "c", "y");
    Version merged = mergeBothWays();
    assertThat(get(merged, "new", "a")).isEqualTo("second");
    assertThat(get(merged, "new", "c")).isEqualTo("y");
  }

  @Test
  void aChangeThatOursTookOverAndUndidIsTakenAgainWhicheverLayersAreAbove() {
    commit("main", change -> change.addColumn(Column.of("b", Type.UTF8)));
    // Which layers are above follows from their names, so that some of these have ours there.
    for (String b : List.of("1", "2", "3", "4", "5", "6", "7", "8")) {
      String ours = "ours" + b;
      String theirs = "theirs" + b;
      dataset.createBranch(ours, "main");
      dataset.createBranch(theirs, "main");
      Version changed = set(theirs, "old", "a", "second");
      // Both have its layer then, and the base has not.
      dataset.cherryPick(ours, changed.commit().id(), 0).commit("");
      set(ours, "old", "a", "first");
      set(theirs, "old", "b", b);
      Version merged = dataset.merge(ours, theirs).commit("");
      assertThat(get(merged, "old", "a")).isEqualTo("second");
      assertThat(get(merged, "old", "b")).isEqualTo(b);
    }
  }

  @Test
  void whatBothChangedOfSuchASampleIsInConflict() {
    Version added = commit("other", change -> append(change, "new"));
    dataset.cherryPick("main", added.commit().id(), 0).commit("");
    set("main", "new", "a", "second");
    set("other", "new", "a", "third");
    assertThat(dataset.merge("main", "other").report().conflicts())
        .singleElement()
        .satisfies(
            conflict -> {
              assertThat(conflict.kind()).isEqualTo(Merge.ConflictKind.CELL);
              assertThat(conflict.base()).isEqualTo("first");
            });
  }

  @Test
  void aSampleThatCameDifferentlyIsInConflictWhereItDiffers() {
    Version added = commit("other", change -> append(change, "new"));
    // The cell came to main as another one than to the other branch.
    set("other", "new", "a", "second");
    Version removed =
        commit("other", change -> change.delete(change.base().find("new").orElseThrow().id()));
    dataset.cherryPick("main", added.commit().id(), 0).commit("");
    dataset.revert("other", removed.commit().id(), 0).commit("");
    assertThat(get(dataset.at("other"), "new", "a")).isEqualTo("second");
    assertThat(dataset.merge("main", "other").report().conflicts())
        .singleElement()
        .satisfies(conflict -> assertThat(conflict.base()).isNull());
  }

  @Test
  void aSampleThatComesBackHasNoCellOfAColumnThatItsSideDropped() {
    commit("main", change -> append(change, "k1"));
    Version dropped = commit("main", change -> change.dropColumn("a"));
    Version subset = commit("main", change -> change.reorder(0));
    dataset.revert("main", dropped.commit().id(), 0).prefer(Merge.Side.OURS).commit("");
    // It comes from a version without the column, though the layer that all share has its cell.
    Version back = dataset.revert("main", subset.commit().id(), 0).commit("");
    assertThat(get(back, "old", "a")).isEqualTo("first");
    assertThat(get(back, "k1", "a")).isNull();
  }

  @Test
  void aSubsetIsMergedByTheOrderAlone() {
    commit("main", change -> append(change, "k1", "k2", "k3"));
    dataset.createBranch("subset", "main");
    Version picked = commit("subset", change -> change.reorder(0, 2));
    Version ours = commit("main", change -> append(change, "new"));
    Version merged = dataset.merge("main", "subset").commit("");
    assertThat(List.of(merged.sample(0).key(), merged.sample(1).key(), merged.sample(2).key()))
        .containsExactly("old", "k2", "new");
    assertThat(merged.size()).isEqualTo(3);
    // No cell of what was left out was read, and no leaf of a segment written.
    assertThat(segments(merged)).isEqualTo(segments(ours)).isNotEqualTo(segments(picked));
  }

  private static String segments(Version version) {
    return ((LocalVersion) version).state().tree().objectId("segments").orElseThrow();
  }

  @Test
  void whatIsLeftOfPayloadsIsTheSameWhicheverSideIsOurs() {
    commit(
        "main",
        change -> {
          change.addColumn(Column.of("file", Type.media(MediaKind.FILE)));
          List.of(2000, 3000, 4000, 5000).forEach(length -> appendFile(change, length));
        });
    dataset.deleteBranch("other");
    dataset.createBranch("other", "main");
    assertThat(payloadBytes(dataset.head())).isEqualTo(14_000);
    delete("main", "2000", "5000");
    delete("other", "3000", "5000");
    // What both took off is taken off once, and of the layers, which are the same, none is above.
    assertThat(payloadBytes(mergeBothWays())).isEqualTo(4000);
  }

  @Test
  void whatIsLeftOfPayloadsFollowsFromBothSidesWhereBothWereCompacted() {
    commit(
        "main",
        change -> {
          change.addColumn(Column.of("file", Type.media(MediaKind.FILE)));
          List.of(2000, 3000, 4000).forEach(length -> appendFile(change, length));
        });
    set("main", "4000", "a", "x");
    set("main", "4000", "a", "y");
    dataset.deleteBranch("other");
    dataset.createBranch("other", "main");
    for (String branch : List.of("main", "other")) {
      assertThat(dataset.compact(branch).before()).isEqualTo(2);
    }
    // The base has other layers than both, and both have the same.
    delete("main", "2000");
    delete("other", "3000");
    assertThat(payloadBytes(mergeBothWays())).isEqualTo(4000);
  }

  private static void appendFile(Transaction change, int length) {
    Media media = Media.of(MediaKind.FILE, new byte[length], Map.of());
    change.append(Row.of().key(Integer.toString(length)).set("a", "first").set("file", media));
  }

  private Version delete(String branch, String... keys) {
    return commit(
        branch,
        change ->
            List.of(keys)
                .forEach(key -> change.delete(change.base().find(key).orElseThrow().id())));
  }

  /** Returns how many bytes of payloads the segments say that they show. */
  private static long payloadBytes(Version version) {
    VersionState state = ((LocalVersion) version).state();
    return state.segmentKeys().stream()
        .flatMap(key -> state.reader(key).record().blobs().values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }
}

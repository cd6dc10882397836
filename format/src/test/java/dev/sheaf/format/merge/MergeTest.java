package dev.sheaf.format.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Merge;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.engine.LocalVersion;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeTest {
  @TempDir Path temporary;
  private Path path;
  private Dataset dataset;

  @BeforeEach
  void fill() {
    path = temporary.resolve("a.sheaf");
    dataset = Dataset.create(path);
    commit(
        "main",
        change -> {
          change.addColumn(Column.of("a", Type.UTF8));
          change.addColumn(Column.of("b", Type.scalar(DType.INT64)));
          for (int i = 0; i < 6; i++) {
            change.append(Row.of().key("k" + i).set("a", "a" + i).set("b", (long) i));
          }
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

  private Version set(String branch, String key, String column, Object value) {
    return commit(
        branch,
        change ->
            change.update(
                change.base().find(key).orElseThrow().id(),
                Collections.singletonMap(column, value)));
  }

  private static Object get(Version version, String key, String column) {
    return version.find(key).orElseThrow().value(column);
  }

  @Test
  void makesACommitWithTwoParentsAndTellsWhereCellsCameFrom() {
    Version ours = set("main", "k0", "a", "x");
    set("other", "k1", "a", "y");
    Version theirs = set("other", "k2", "b", 7L);

    Merge merge = dataset.merge("main", "other");
    Merge.Report report = merge.report();

    assertThat(report.status()).isEqualTo(Merge.Status.CLEAN);
    assertThat(report.columns())
        .containsExactlyInAnyOrder(
            new Merge.ColumnReport("a", 1, 1, 0, 0, 0, 0, ""),
            new Merge.ColumnReport("b", 0, 1, 0, 0, 0, 0, ""));
    Version merged = merge.commit("");
    assertThat(merged.commit().parents()).containsExactly(ours.commit().id(), theirs.commit().id());
    assertThat(merged.commit().message()).startsWith("Merge branch 'other'");
    assertThat(get(merged, "k0", "a")).isEqualTo("x");
    assertThat(get(merged, "k1", "a")).isEqualTo("y");
    assertThat(get(merged, "k2", "b")).isEqualTo(7L);
    assertThat(dataset.merge("main", "other").report().status()).isEqualTo(Merge.Status.UP_TO_DATE);
  }

  @Test
  void givesTheSameTreesWhicheverSideIsOurs() {
    set("main", "k0", "a", "x");
    set("main", "k1", "b", 9L);
    set("other", "k1", "a", "y");
    commit("other", change -> change.delete(change.base().find("k4").orElseThrow().id()));
    commit("main", change -> change.append(Row.of().key("n1").set("a", "n")));
    commit("other", change -> change.append(Row.of().key("n2").set("a", "n")));
    dataset.createBranch("left", "main");
    dataset.createBranch("right", "other");

    LocalVersion left = (LocalVersion) dataset.merge("left", "other").commit("");
    LocalVersion right = (LocalVersion) dataset.merge("right", "main").commit("");

    for (String folder : List.of("segments", "schema")) {
      assertThat(left.state().tree().objectId(folder))
          .isEqualTo(right.state().tree().objectId(folder));
    }
    assertThat(left.sample(-1).key()).isEqualTo("n2");
    assertThat(right.sample(-1).key()).isEqualTo("n1");
  }

  @Test
  void movesForwardUnlessAskedNotTo() {
    Version theirs = set("other", "k0", "a", "x");

    assertThat(dataset.merge("main", "other").report().status())
        .isEqualTo(Merge.Status.FAST_FORWARD);
    Version kept = dataset.merge("main", "other").noFastForward().commit("own commit");
    assertThat(kept.commit().parents()).hasSize(2);
    assertThat(kept.dataDigest()).isEqualTo(theirs.dataDigest());
    dataset.createBranch("third", "main~1");
    assertThat(dataset.merge("third", "other").commit("").commit().id())
        .isEqualTo(theirs.commit().id());
  }

  @Test
  void aConflictStopsTheMergeUntilItIsDecided() {
    String head = set("main", "k0", "a", "x").commit().id();
    set("other", "k0", "a", "y");

    Merge merge = dataset.merge("main", "other");
    Merge.Conflict conflict = merge.report().conflicts().get(0);

    assertThat(conflict.key()).isEqualTo("k0");
    assertThat(List.of(conflict.base(), conflict.ours(), conflict.theirs()))
        .containsExactly("a0", "x", "y");
    assertThatThrownBy(() -> merge.commit(""))
        .isInstanceOf(CommitConflictException.class)
        .hasMessageContaining("One conflict is not decided");
    assertThat(dataset.at("main").commit().id()).isEqualTo(head);
    assertThatThrownBy(() -> merge.resolve(conflict, Merge.Resolution.BOTH))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not fit the conflict");
    merge.resolve(conflict, Merge.Resolution.value("\"z\""));
    assertThat(merge.report().columns())
        .containsExactly(new Merge.ColumnReport("a", 0, 0, 0, 0, 1, 0, ""));
    assertThat(get(merge.commit(""), "k0", "a")).isEqualTo("z");
  }

  @Test
  void decisionsSurviveARestartAndAMovedBranch() {
    set("main", "k0", "a", "x");
    set("other", "k0", "a", "y");
    Merge merge = dataset.merge("main", "other");
    merge.resolve(merge.report().conflicts().get(0), Merge.Resolution.THEIRS);
    merge.save("me@here");
    dataset.close();
    dataset = Dataset.open(path);
    Version moved = set("main", "k3", "b", 33L);

    Merge again = dataset.savedMerge("me@here").orElseThrow();
    Version merged = again.commit("");
    again.discard();

    assertThat(merged.commit().parents().get(0)).isEqualTo(moved.commit().id());
    assertThat(get(merged, "k0", "a")).isEqualTo("y");
    assertThat(get(merged, "k3", "b")).isEqualTo(33L);
    assertThat(dataset.savedMerge("me@here")).isEmpty();
  }

  @Test
  void computesAgainWhenTheBranchMovesBeforeTheCommit() {
    set("main", "k0", "a", "x");
    set("other", "k1", "a", "y");
    Merge merge = dataset.merge("main", "other");
    assertThat(merge.report().conflicts()).isEmpty();
    Version moved = set("main", "k2", "a", "z");

    Version merged = merge.commit("");

    assertThat(merged.commit().parents().get(0)).isEqualTo(moved.commit().id());
    assertThat(get(merged, "k2", "a")).isEqualTo("z");
  }

  @Test
  void strictnessRefusesMore() {
    set("main", "k0", "a", "x");
    set("other", "k0", "b", 7L);

    assertThat(dataset.merge("main", "other").report().conflicts()).isEmpty();
    Merge row = dataset.merge("main", "other").strict(Merge.Strictness.ROW);
    assertThat(row.report().conflicts())
        .extracting(Merge.Conflict::kind)
        .containsExactly(Merge.ConflictKind.ROW);
    assertThat(dataset.merge("main", "other").strict(Merge.Strictness.COLUMN).report().conflicts())
        .isEmpty();
    assertThat(dataset.merge("main", "other").strict(Merge.Strictness.TABLE).report().conflicts())
        .extracting(Merge.Conflict::kind)
        .containsExactly(Merge.ConflictKind.TABLE);
    row.resolve(row.report().conflicts().get(0), Merge.Resolution.OURS);
    Version merged = row.commit("");
    assertThat(get(merged, "k0", "a")).isEqualTo("x");
    assertThat(get(merged, "k0", "b")).isEqualTo(0L);
  }

  @Test
  void aStrictColumnCanBeLetPass() {
    set("main", "k0", "a", "x");
    set("other", "k1", "a", "y");

    Merge merge = dataset.merge("main", "other").strict(Merge.Strictness.COLUMN);
    assertThat(merge.report().conflicts()).extracting(Merge.Conflict::column).containsExactly("a");
    merge.resolve(merge.report().conflicts().get(0), Merge.Resolution.BOTH);
    Version merged = merge.commit("");
    assertThat(get(merged, "k0", "a")).isEqualTo("x");
    assertThat(get(merged, "k1", "a")).isEqualTo("y");
  }

  @Test
  void aCrissCrossHasTheMergeOfItsBasesAsBase() {
    // Both branches merge the other's first change, then one changes that cell further.
    String m1 = set("main", "k0", "a", "x").commit().id();
    String o1 = set("other", "k1", "a", "y").commit().id();
    dataset.merge("main", o1).commit("");
    dataset.merge("other", m1).commit("");
    set("main", "k1", "a", "y2");
    set("other", "k0", "a", "x2");

    Merge merge = dataset.merge("main", "other");

    assertThat(merge.report().conflicts()).isEmpty();
    Version merged = merge.commit("");
    assertThat(get(merged, "k0", "a")).isEqualTo("x2");
    assertThat(get(merged, "k1", "a")).isEqualTo("y2");
  }

  /** Each branch merges what the other one was, and decides what is in conflict for itself. */
  private void cross(Consumer<Merge> byUs, Consumer<Merge> byThem) {
    String ours = dataset.at("main").commit().id();
    String theirs = dataset.at("other").commit().id();
    Merge merge = dataset.merge("main", theirs);
    byUs.accept(merge);
    merge.commit("");
    merge = dataset.merge("other", ours);
    byThem.accept(merge);
    merge.commit("");
  }

  private static void keepOwn(Merge merge) {
    merge.prefer(Merge.Side.OURS);
  }

  @Test
  void aCellThatTheBasesOfACrissCrossDisputeIsInConflict() {
    set("main", "k0", "a", "x");
    set("other", "k0", "a", "y");
    // Ours decides for what both had started from: that is no sign of not having changed it.
    cross(merge -> resolveAll(merge, Merge.Resolution.BASE), MergeTest::keepOwn);

    Merge merge = dataset.merge("main", "other");

    Merge.Conflict conflict = merge.report().conflicts().get(0);
    assertThat(List.of(conflict.ours(), conflict.theirs())).isEqualTo(List.of("a0", "y"));
    assertThat(get(merge.prefer(Merge.Side.OURS).commit(""), "k0", "a")).isEqualTo("a0");
  }

  private static void resolveAll(Merge merge, Merge.Resolution resolution) {
    merge.report().conflicts().forEach(conflict -> merge.resolve(conflict, resolution));
  }

  @Test
  void aDeletionThatTheBasesOfACrissCrossDisputeIsInConflict() {
    commit("main", change -> change.delete(change.base().find("k0").orElseThrow().id()));
    set("other", "k0", "a", "y");
    cross(MergeTest::keepOwn, MergeTest::keepOwn);

    assertThat(dataset.merge("main", "other").report().conflicts())
        .extracting(Merge.Conflict::kind, Merge.Conflict::key)
        .containsExactly(tuple(Merge.ConflictKind.DELETED_BY_US, "k0"));
  }

  @Test
  void aDisputedCellOfASampleThatAThirdBaseRemovedIsWhatItWasWhenItCame() {
    commit("main", change -> change.addColumn(Column.of("tags", Type.list(Type.UTF8))));
    commit("main", change -> change.append(Row.of().key("new").set("tags", List.of("p"))));
    List.of("one", "two", "three").forEach(branch -> dataset.createBranch(branch, "main"));
    set("one", "new", "tags", List.of("p", "x"));
    set("two", "new", "tags", null);
    commit("three", change -> change.delete(change.base().find("new").orElseThrow().id()));
    // Bases are merged in the order of their trees: this one is the last.
    for (long i = 100; tree("three").compareTo(tree("one")) < 0; i++) {
      set("three", "k0", "b", i);
    }
    for (long i = 200; tree("three").compareTo(tree("two")) < 0; i++) {
      set("two", "k1", "b", i);
    }
    dataset.createBranch("left", "one");
    dataset.createBranch("right", "two");
    dataset.merge("left", "two").prefer(Merge.Side.OURS).commit("");
    dataset.merge("right", "one").prefer(Merge.Side.THEIRS).commit("");
    for (String branch : List.of("left", "right")) {
      dataset.merge(branch, "three").prefer(Merge.Side.OURS).commit("");
    }
    set("left", "new", "tags", List.of("p", "z"));
    set("right", "new", "tags", List.of("p", "y"));

    Merge merge = dataset.merge("left", "right");

    assertThat(merge.report().conflicts()).isEmpty();
    assertThat(get(merge.commit(""), "new", "tags")).isEqualTo(List.of("p", "y", "z"));
  }

  private String tree(String branch) {
    return ((LocalVersion) dataset.at(branch)).state().tree().treeId();
  }

  @Test
  void aColumnAndADocumentThatTheBasesOfACrissCrossDisputeAreInConflict() {
    for (String branch : List.of("main", "other")) {
      commit(branch, change -> change.renameColumn("b", "b of " + branch));
      commit(
          branch,
          change -> change.putDocument("recipes/a.yaml", new byte[] {(byte) branch.length()}));
    }
    cross(MergeTest::keepOwn, MergeTest::keepOwn);

    assertThat(dataset.merge("main", "other").report().conflicts())
        .extracting(Merge.Conflict::kind, Merge.Conflict::column)
        .containsExactly(
            tuple(Merge.ConflictKind.COLUMN, "b of main"),
            tuple(Merge.ConflictKind.DOCUMENT, "recipes/a.yaml"));
  }

  @Test
  void aColumnThatTheBasesOfACrissCrossDisputeIsNeitherDroppedNorKeptInSilence() {
    commit("main", change -> change.dropColumn("b"));
    set("other", "k0", "b", 7L);
    cross(MergeTest::keepOwn, MergeTest::keepOwn);

    assertThat(dataset.merge("main", "other").report().conflicts())
        .extracting(Merge.Conflict::kind, Merge.Conflict::column)
        .containsExactly(tuple(Merge.ConflictKind.COLUMN, "b"));
  }

  @Test
  void aValueThatWasClearedInANewColumnWithADefaultIsAChange() {
    Column level = new Column("", "level", Type.scalar(DType.INT64), "2", null);
    commit("main", change -> change.addColumn(level));
    commit("other", change -> change.addColumn(level));
    set("main", "k0", "level", null);
    set("other", "k0", "level", 5L);

    assertThat(dataset.merge("main", "other").report().conflicts())
        .extracting(Merge.Conflict::key, Merge.Conflict::column)
        .containsExactly(tuple("k0", "level"));
  }

  @Test
  void aValueThatWasClearedStaysSoWhereADeletionIsReverted() {
    Version appended =
        commit("main", change -> change.append(Row.of().key("n").set("c", "one").set("a", "n")));
    dataset.createBranch("third", "main");
    set("third", "n", "c", null);
    Version reverted = dataset.revert("main", appended.commit().id(), 0).commit("");

    Merge merge = dataset.revert("third", reverted.commit().id(), 0);

    assertThat(merge.report().conflicts()).isEmpty();
    assertThat(get(merge.commit(""), "n", "c")).isNull();
  }

  @Test
  void aChangeStaysWhereTheReorderThatLeftItsSampleOutIsReverted() {
    set("other", "k5", "a", "y");
    String leftOut = commit("other", change -> change.reorder(0, 1, 2, 3, 4)).commit().id();
    set("main", "k0", "a", "x");

    Version merged = dataset.revert("main", leftOut, 0).commit("");

    assertThat(get(merged, "k5", "a")).isEqualTo("y");
    assertThat(get(merged, "k0", "a")).isEqualTo("x");
    Segments.check(merged);
  }

  @Test
  void aSampleThatIsUnitedKeepsItsCellsOfAColumnThatOneSideDropped() {
    commit("main", change -> change.dropColumn("a"));
    commit("main", change -> change.delete(change.base().find("k1").orElseThrow().id()));
    commit("main", change -> change.append(Row.of().key("k1").set("b", 9L)));
    set("other", "k0", "a", "x");
    set("other", "k1", "b", 7L);

    Version merged = dataset.merge("main", "other").prefer(Merge.Side.THEIRS).commit("");

    assertThat(get(merged, "k1", "a")).isEqualTo("a1");
    assertThat(get(merged, "k1", "b")).isEqualTo(7L);
  }

  @Test
  void aDroppedColumnIsFoundByAnIdThatItWasUnitedWith() {
    commit("main", change -> change.append(Row.of().key("m").set("c", "from main")));
    commit("other", change -> change.append(Row.of().key("o").set("c", "from other")));
    dataset.merge("main", "other").commit("");
    String dropped = commit("main", change -> change.dropColumn("c")).commit().id();

    Merge merge = dataset.cherryPick("other", dropped, 0);

    assertThat(merge.report().conflicts()).isEmpty();
    assertThat(merge.commit("").schema().contains("c")).isFalse();
  }

  @Test
  void aSampleThatTheOtherSideLeftOutOfItsOrderIsGone() {
    set("other", "k0", "a", "x");
    commit("other", change -> change.reorder(0, 1, 2));
    commit("main", change -> change.append(Row.of().key("n")));

    Version merged = dataset.merge("main", "other").commit("");

    assertThat(merged.size()).isEqualTo(4);
    assertThat(merged.sample(-1).key()).isEqualTo("n");
    Segments.check(merged);
  }

  @Test
  void revertUndoesOneCommitAndCherryPickRepeatsOne() {
    String changed = set("main", "k0", "a", "x").commit().id();
    set("main", "k1", "a", "y");
    String added =
        commit("other", change -> change.append(Row.of().key("n").set("a", "n"))).commit().id();

    Version reverted = dataset.revert("main", changed, 0).commit("");
    assertThat(get(reverted, "k0", "a")).isEqualTo("a0");
    assertThat(get(reverted, "k1", "a")).isEqualTo("y");
    assertThat(reverted.commit().message()).contains("This reverts commit " + changed);
    Version picked = dataset.cherryPick("main", added, 0).commit("");
    SampleId id = picked.find("n").orElseThrow().id();
    assertThat(id).isEqualTo(dataset.at("other").find("n").orElseThrow().id());
    assertThat(picked.commit().parents()).hasSize(1);
    Version without = dataset.revert("main", "main", 0).commit("");
    assertThat(without.find("n")).isEmpty();
    // As in Git: the branch has it, and neither the base nor ours does.
    assertThat(dataset.merge("main", "other").commit("").find("n")).isPresent();
    assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
  }

  @Test
  void aMergeIsRevertedAgainstTheParentThatIsNamed() {
    set("main", "k0", "a", "x");
    set("other", "k1", "a", "y");
    dataset.merge("main", "other").commit("");

    assertThatThrownBy(() -> dataset.revert("main", "main", 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has 2 parents");
    Version reverted = dataset.revert("main", "main", 1).commit("");
    assertThat(get(reverted, "k0", "a")).isEqualTo("x");
    assertThat(get(reverted, "k1", "a")).isEqualTo("a1");
  }

  @Test
  void partsOfAUnitedSampleBelongToTheOneThatStays() {
    SampleId[] wholes = new SampleId[2];
    for (String branch : List.of("main", "other")) {
      int at = branch.equals("main") ? 0 : 1;
      Version version =
          commit(
              branch,
              change -> {
                change.append(Row.of().key("of " + branch));
                change.append(Row.of().key("whole").set("a", "w"));
              });
      wholes[at] = version.find("whole").orElseThrow().id();
      commit(
          branch,
          change ->
              change.appendDerived(wholes[at], "clip", branch, Row.of().key("part " + branch)));
    }

    Merge merge = dataset.merge("main", "other");
    assertThat(merge.report().samples().united()).isEqualTo(1);
    Version merged = merge.commit("");

    Sample whole = merged.find("whole").orElseThrow();
    SampleId least = wholes[0].compareTo(wholes[1]) < 0 ? wholes[0] : wholes[1];
    assertThat(whole.id()).isEqualTo(least);
    for (String branch : List.of("main", "other")) {
      Map<?, ?> parent = (Map<?, ?>) merged.find("part " + branch).orElseThrow().value("_parent");
      assertThat(((Number) parent.get("run")).longValue()).isEqualTo(least.run());
    }
    Segments.check(merged);
  }

  @Test
  void derivedCellsNeverConflictAndAreStaleWhereTheyMustBe() {
    commit(
        "main",
        change ->
            change.addColumn(
                new Column(
                    "",
                    "d",
                    Type.scalar(DType.INT64),
                    "null",
                    new Column.Derivation(List.of("a", "b"), "code"))));
    dataset.createBranch("third", "main");
    for (String branch : List.of("main", "third")) {
      long number = branch.equals("main") ? 1 : 2;
      String column = branch.equals("main") ? "a" : "b";
      set(branch, "k0", column, column.equals("a") ? (Object) "new" : (Object) 50L);
      set(branch, "k0", "d", number);
    }

    Version merged = dataset.merge("main", "third").commit("");

    assertThat(get(merged, "k0", "a")).isEqualTo("new");
    assertThat(get(merged, "k0", "b")).isEqualTo(50L);
    assertThat(merged.find("k0").orElseThrow().isStale("d")).isTrue();
  }

  @Test
  void aBranchIsMergedAgainAfterItsColumnsWereUnited() {
    commit("main", change -> change.append(Row.of().key("m").set("c", "from main")));
    commit("other", change -> change.append(Row.of().key("o").set("c", "from other")));
    Version first = dataset.merge("main", "other").commit("");
    assertThat(get(first, "o", "c")).isEqualTo("from other");
    set("other", "o", "c", "changed");
    commit("other", change -> change.append(Row.of().key("o2").set("c", "more")));

    Version merged = dataset.merge("main", "other").commit("");

    assertThat(get(merged, "m", "c")).isEqualTo("from main");
    assertThat(get(merged, "o", "c")).isEqualTo("changed");
    assertThat(get(merged, "o2", "c")).isEqualTo("more");
    assertThat(merged.schema().columns()).extracting(Column::name).containsOnlyOnce("c");
    Segments.check(merged);
  }

  @Test
  void theOrderOfTheSideThatMovedSamplesHolds() {
    commit("other", change -> change.reorder(5, 4, 3, 2, 1, 0));
    commit("main", change -> change.append(Row.of().key("n")));

    Merge merge = dataset.merge("main", "other");
    assertThat(merge.report().samples().order()).isEqualTo("theirs");
    Version merged = merge.commit("");

    assertThat(merged.sample(0).key()).isEqualTo("k5");
    assertThat(merged.sample(6).key()).isEqualTo("n");
  }

  @Test
  void documentsAreMergedByFile() {
    commit("main", change -> change.putDocument("recipes/a.yaml", new byte[] {1}));
    commit("other", change -> change.putDocument("recipes/b.yaml", new byte[] {2}));
    Version merged = dataset.merge("main", "other").commit("");
    assertThat(merged.documents("")).containsExactly("recipes/a.yaml", "recipes/b.yaml");
    commit("main", change -> change.putDocument("recipes/b.yaml", new byte[] {3}));
    commit("other", change -> change.putDocument("recipes/b.yaml", new byte[] {4}));

    Merge merge = dataset.merge("main", "other");

    assertThat(merge.report().conflicts())
        .extracting(Merge.Conflict::kind)
        .containsExactly(Merge.ConflictKind.DOCUMENT);
    assertThat(merge.prefer(Merge.Side.THEIRS).commit("").document("recipes/b.yaml").orElseThrow())
        .containsExactly(4);
  }
}

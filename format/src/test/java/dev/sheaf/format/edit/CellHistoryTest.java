package dev.sheaf.format.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Blame;
import dev.sheaf.format.Column;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.LogFilter;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.RefChange;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which commits changed what, against a plain comparison of all versions. */
class CellHistoryTest {
  @TempDir Path temp;

  private static String set(Dataset dataset, String branch, SampleId id, String column, Object to) {
    try (Transaction change = dataset.begin(branch)) {
      new EditSet().set(id, column, to).applyTo(change);
      return change.commit("set " + column).commit().id();
    }
  }

  @Test
  void tellsWhatGaveACellItsValue() {
    try (Dataset dataset = Dataset.create(temp.resolve("a.sheaf"))) {
      String append;
      String sha = "ab".repeat(32);
      Origin origin = new Origin("photos/a.jpg", Origin.Unit.WHOLE, -1, sha);
      try (Transaction change = dataset.begin()) {
        change.append(Row.of().key("a").set("label", "cat").set("n", 1L).origin(origin));
        change.append(Row.of().key("b").set("label", "dog").set("n", 2L));
        append = change.commit("Two").commit().id();
      }
      SampleId a = dataset.head().sample(0).id();
      SampleId b = dataset.head().sample(1).id();
      String edit = set(dataset, "main", a, "label", "bird");
      String column;
      try (Transaction change = dataset.begin()) {
        change.addColumn(new Column("", "ok", Type.scalar(DType.BOOL), "true", null));
        column = change.commit("Add ok").commit().id();
      }
      set(dataset, "main", b, "n", 5L);
      set(dataset, "main", b, "n", 2L);
      String again = dataset.head().commit().id();
      set(dataset, "main", b, "n", 2L);
      assertThat(dataset.head().commit().id()).isEqualTo(again);
      Version later;
      Origin fresh = new Origin("photos/a2.jpg", Origin.Unit.OFFSET, 17, sha);
      try (Transaction change = dataset.begin()) {
        change.renameColumn("label", "class");
        change.commit("Rename");
      }
      try (Transaction change = dataset.begin()) {
        change.update(b, Row.of().set("class", "wolf").origin(fresh));
        later = change.commit("Ingest again");
      }

      assertThat(dataset.blame(later, a))
          .extracting(Blame::column)
          .containsExactly("class", "n", "ok");
      List<Blame> ofA = dataset.blame(later, a, "class", "n", "ok");
      assertThat(ofA).extracting(one -> one.commit().id()).containsExactly(edit, append, column);
      assertThat(ofA)
          .extracting(Blame::activity)
          .containsExactly(Blame.Activity.EDIT, Blame.Activity.INGEST, Blame.Activity.COLUMN);
      assertThat(ofA.get(1).origin()).contains(origin);
      List<Blame> ofB = dataset.blame(later, b, "class", "n");
      assertThat(ofB)
          .extracting(one -> one.commit().id())
          .containsExactly(later.commit().id(), again);
      assertThat(ofB.get(0).activity()).isEqualTo(Blame.Activity.INGEST);
      assertThat(ofB.get(0).origin()).contains(fresh);
      assertThat(ofB.get(1).activity()).isEqualTo(Blame.Activity.EDIT);
      assertThatThrownBy(() -> dataset.blame(later, new SampleId(1, 2)))
          .isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> dataset.blame(later, a, "none"))
          .isInstanceOf(NotFoundException.class);

      assertThat(dataset.log("main", 100, LogFilter.ALL.ofSample(a).ofColumn("class")))
          .extracting(CommitInfo::id)
          .containsExactly(edit, append);
      assertThat(dataset.log("main", 100, LogFilter.ALL.ofColumn("ok")))
          .extracting(CommitInfo::id)
          .containsExactly(column);
      assertThat(dataset.log("main", 1, LogFilter.ALL.ofSample(b))).hasSize(1);
    }
  }

  /** Random histories of edits, deletions and columns: each commit is compared with its parent. */
  @Test
  void agreesWithComparingEveryVersionWithItsParent() {
    int[] checked = {0};
    Randomness.repeat(
        6,
        random -> {
          try (Dataset dataset = Dataset.create(temp.resolve(random.seed() + ".sheaf"))) {
            history(dataset, random);
            checked[0] += check(dataset);
          }
        });
    System.out.printf("blame and log agree with full comparison: %d answers%n", checked[0]);
  }

  private static void history(Dataset dataset, Randomness random) {
    int columns = 2;
    for (int commit = 0; commit < 25; commit++) {
      try (Transaction change = dataset.begin()) {
        Version base = change.base();
        if (base.size() < 4 || random.chance(15)) {
          for (int i = random.between(1, 3); i > 0; i--) {
            change.append(
                Row.of()
                    .key("k" + commit + "-" + i)
                    .set("c0", (long) random.below(3))
                    .set("c1", random.chance(30) ? null : (Object) (long) random.below(3)));
          }
        } else if (random.chance(12)) {
          String standard = random.chance(50) ? "1" : "null";
          change.addColumn(
              new Column("", "c" + columns++, Type.scalar(DType.INT64), standard, null));
        } else {
          for (int i = random.between(1, 2); i > 0; i--) {
            SampleId id = base.sample(random.below((int) base.size())).id();
            if (random.chance(10)) {
              change.delete(id);
              break;
            }
            change.update(
                id,
                new HashMap<>(
                    Map.of("c" + random.below(columns), (Object) (long) random.below(3))));
          }
        }
        change.commit("commit " + commit);
      }
    }
  }

  private static int check(Dataset dataset) {
    List<CommitInfo> log = dataset.log("main", 100);
    List<Version> versions = new ArrayList<>();
    log.forEach(commit -> versions.add(dataset.at(commit.id())));
    Version head = versions.get(0);
    int checked = 0;
    for (long index = 0; index < head.size(); index++) {
      SampleId id = head.sample(index).id();
      List<String> anyColumn = new ArrayList<>();
      for (int at = 0; at < versions.size(); at++) {
        Version parent = at + 1 < versions.size() ? versions.get(at + 1) : null;
        if (!cells(versions.get(at), id).equals(cells(parent, id))) {
          anyColumn.add(log.get(at).id());
        }
      }
      assertThat(dataset.log("main", 100, LogFilter.ALL.ofSample(id)))
          .extracting(CommitInfo::id)
          .isEqualTo(anyColumn);
      for (Column column : head.schema()) {
        if (column.name().startsWith("_")) {
          continue;
        }
        List<String> changes = new ArrayList<>();
        for (int at = 0; at < versions.size(); at++) {
          Version parent = at + 1 < versions.size() ? versions.get(at + 1) : null;
          Object now = cell(versions.get(at), id, column.name());
          if (!Objects.equals(now, cell(parent, id, column.name()))) {
            changes.add(log.get(at).id());
          }
        }
        LogFilter filter = LogFilter.ALL.ofSample(id).ofColumn(column.name());
        assertThat(dataset.log("main", 100, filter)).extracting(CommitInfo::id).isEqualTo(changes);
        assertThat(dataset.blame(head, id, column.name()).get(0).commit().id())
            .isEqualTo(changes.get(0));
        checked += 2;
      }
    }
    return checked;
  }

  /** Returns the cell, "null" for null, or "none" where sample or column is not there. */
  private static Object cell(Version version, SampleId id, String column) {
    return cells(version, id).getOrDefault(column, "none");
  }

  private static Map<String, Object> cells(Version version, SampleId id) {
    OptionalLong index = version == null ? OptionalLong.empty() : version.indexOf(id);
    Map<String, Object> cells = new HashMap<>();
    if (index.isPresent()) {
      Sample sample = version.sample(index.getAsLong());
      for (Column column : version.schema()) {
        Object value = sample.value(column.name());
        cells.put(column.name(), value == null ? "null" : value);
      }
    }
    return cells;
  }

  @Test
  void resetsAndTagsAreInTheReflog() {
    try (Dataset dataset = Dataset.create(temp.resolve("a.sheaf"))) {
      try (Transaction change = dataset.begin()) {
        change.append(Row.of().key("a").set("n", 1L));
        change.commit("One");
      }
      String one = dataset.head().commit().id();
      dataset.createTag("v1", "main");
      String two = set(dataset, "main", dataset.head().sample(0).id(), "n", 2L);
      assertThatThrownBy(() -> dataset.createTag("v1", "main"))
          .isInstanceOf(CommitConflictException.class);

      dataset.reset("main", "v1");

      assertThat(dataset.head().commit().id()).isEqualTo(one);
      List<RefChange> log = dataset.reflog("main");
      assertThat(log).extracting(RefChange::number).startsWith(0, 1, 2);
      assertThat(log.get(0).before()).isEqualTo(two);
      assertThat(log.get(0).after()).isEqualTo(one);
      assertThat(log.get(0).message()).isEqualTo("reset: moving to v1");
      assertThat(log.get(1).message()).isEqualTo("commit: set n");
      assertThat(log.get(0).who()).isNotEmpty();
      assertThat(dataset.at("main@{1}").commit().id()).isEqualTo(two);
      dataset.reset("main", "main@{1}");
      assertThat(dataset.head().commit().id()).isEqualTo(two);
      dataset.deleteTag("v1");
      assertThat(dataset.tags()).isEmpty();
      assertThatThrownBy(() -> dataset.reset("none", "main")).isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> dataset.reset("main", "none")).isInstanceOf(NotFoundException.class);
    }
  }
}

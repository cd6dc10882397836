package dev.sheaf.format.edit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.CompactReport;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.LogFilter;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.oracle.CellAssert;
import dev.sheaf.format.oracle.RandomTypes;
import dev.sheaf.format.oracle.RandomValues;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folding layers changes no cell. */
class CompactionTest {
  @TempDir Path temp;

  private static List<Map<String, Object>> cells(Version version) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (long index = 0; index < version.size(); index++) {
      Sample sample = version.sample(index);
      Map<String, Object> row = new HashMap<>();
      row.put("", sample.id());
      version.schema().forEach(column -> row.put(column.name(), sample.value(column.name())));
      rows.add(row);
    }
    return rows;
  }

  private static void same(Version expected, Version actual) {
    List<Map<String, Object>> before = cells(expected);
    List<Map<String, Object>> after = cells(actual);
    assertThat(after).hasSameSizeAs(before);
    for (int row = 0; row < before.size(); row++) {
      assertThat(after.get(row).get("")).isEqualTo(before.get(row).get(""));
      for (Column column : expected.schema()) {
        CellAssert.same(
            row + " " + column.name(),
            column.type(),
            before.get(row).get(column.name()),
            after.get(row).get(column.name()));
      }
    }
  }

  @Test
  void foldsEditsOfEveryTypeAndChangesNoCell() {
    long[] folded = new long[2];
    Randomness.repeat(
        10,
        random -> {
          try (Dataset dataset = Dataset.create(temp.resolve(random.seed() + ".sheaf"))) {
            List<Type> types = new ArrayList<>();
            for (int i = random.between(2, 4); i > 0; i--) {
              types.add(RandomTypes.column(random));
            }
            history(dataset, types, random);
            Version before = dataset.head();
            CompactReport report = dataset.compact("main");
            Version after = dataset.head();

            same(before, after);
            assertThat(after.commit().id()).isEqualTo(report.commit().id());
            assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
            for (Column column : after.schema()) {
              // The sums of the cells' hashes are what they were.
              assertThat(dataset.log("main", 1, LogFilter.ALL.ofColumn(column.name())))
                  .extracting(CommitInfo::id)
                  .doesNotContain(report.segments() > 0 ? report.commit().id() : "");
            }
            assertThat(dataset.compact("main").segments()).isZero();
            folded[0] += report.before();
            folded[1] += report.after();
          }
        });
    System.out.printf("compaction: %d layers folded into %d%n", folded[0], folded[1]);
    assertThat(folded[1]).isLessThan(folded[0]);
  }

  private static void history(Dataset dataset, List<Type> types, Randomness random) {
    try (Transaction change = dataset.begin()) {
      for (int i = 0; i < types.size(); i++) {
        change.addColumn(Column.of("c" + i, types.get(i)));
      }
      for (int row = 0; row < 12; row++) {
        Row cells = Row.of().key("k" + row);
        for (int i = 0; i < types.size(); i++) {
          cells.set("c" + i, RandomValues.nullable(random, types.get(i)));
        }
        change.append(cells);
      }
      change.commit("Fill");
    }
    for (int commit = 0; commit < 12; commit++) {
      EditSet edits = new EditSet();
      for (int i = random.between(1, 4); i > 0; i--) {
        SampleId id = dataset.head().sample(random.below((int) dataset.head().size())).id();
        int column = random.below(types.size());
        edits.set(id, "c" + column, RandomValues.nullable(random, types.get(column)));
      }
      if (random.chance(10)) {
        edits.delete(dataset.head().sample(random.below((int) dataset.head().size())).id());
      }
      try (Transaction change = dataset.begin()) {
        edits.applyTo(change);
        change.commit("Edit");
      }
    }
  }

  @Test
  void leavesWhatOthersChangedMeanwhileAndJoinsStagedEdits() {
    try (Dataset dataset = Dataset.create(temp.resolve("a.sheaf"))) {
      try (Transaction change = dataset.begin()) {
        for (int i = 0; i < 4; i++) {
          change.append(Row.of().key("k" + i).set("n", (long) i));
        }
        change.commit("Four");
      }
      SampleId[] ids = new SampleId[4];
      for (int i = 0; i < 4; i++) {
        ids[i] = dataset.head().sample(i).id();
      }
      for (int i = 0; i < 6; i++) {
        try (Transaction change = dataset.begin()) {
          change.update(ids[i % 3], Map.of("n", 10L + i));
          change.commit("Edit " + i);
        }
      }
      dataset.staged("ada", "main").add(new EditSet().set(ids[3], "n", 99L));
      String last = dataset.head().commit().id();

      CompactReport report = dataset.compact("main");

      assertThat(report.before()).isEqualTo(6);
      assertThat(report.after()).isEqualTo(1);
      Version version = dataset.staged("ada", "main").commit("After");
      assertThat(cells(version))
          .extracting(row -> row.get("n"))
          .containsExactly(13L, 14L, 15L, 99L);
      assertThat(dataset.blame(version, ids[2], "n").get(0).commit().id()).isEqualTo(last);
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  @Test
  void aCommitFoldsManySmallEditsByItself() {
    try (Dataset dataset = Dataset.create(temp.resolve("a.sheaf"))) {
      try (Transaction change = dataset.begin()) {
        for (int i = 0; i < 50; i++) {
          change.append(Row.of().key("k" + i).set("n", (long) i).set("label", "l"));
        }
        change.commit("Fifty");
      }
      Long[] expected = new Long[50];
      SampleId[] ids = new SampleId[50];
      for (int i = 0; i < 50; i++) {
        ids[i] = dataset.head().sample(i).id();
        expected[i] = (long) i;
      }
      int most = 0;
      for (int i = 0; i < 200; i++) {
        int sample = i * 7 % 50;
        expected[sample] = 1000L + i;
        try (Transaction change = dataset.begin()) {
          change.update(
              ids[sample],
              i % 3 == 0
                  ? Map.of("n", expected[sample], "label", "e" + i)
                  : Map.of("n", expected[sample]));
          change.commit("Edit " + i);
        }
        String files = dataset.filesJson(dataset.head());
        most = Math.max(most, files.split("\"slots\"", -1).length);
      }
      assertThat(cells(dataset.head()))
          .extracting(row -> row.get("n"))
          .containsExactly((Object[]) expected);
      assertThat(most).isBetween(2, 24);
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }
}

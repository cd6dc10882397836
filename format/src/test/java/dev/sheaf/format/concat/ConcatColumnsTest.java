package dev.sheaf.format.concat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.Concat;
import dev.sheaf.format.ConcatReport;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Joining datasets unites their columns by name. */
class ConcatColumnsTest extends ConcatCase {
  @Test
  void unitesColumnsByNameAndWidensTypes() {
    try (Dataset a = Dataset.create(path("a"));
        Dataset b = Dataset.create(path("b"))) {
      try (Transaction change = a.begin()) {
        change.addColumn(Column.of("narrow", Type.scalar(DType.INT32)));
        change.addColumn(Column.of("wide", Type.scalar(DType.FLOAT64)));
        change.addColumn(Column.of("third", Type.scalar(DType.UINT32)));
        change.append(
            Row.of().key("a").set("narrow", 1).set("wide", 0.5).set("third", 7).set("mine", "m"));
        change.commit("a");
      }
      try (Transaction change = b.begin()) {
        change.addColumn(Column.of("narrow", Type.scalar(DType.INT64)));
        change.addColumn(Column.of("wide", Type.scalar(DType.FLOAT32)));
        change.addColumn(Column.of("third", Type.scalar(DType.INT32)));
        change.append(
            Row.of()
                .key("b")
                .set("narrow", 1L << 40)
                .set("wide", 0.25f)
                .set("third", -7)
                .set("theirs", "t"));
        change.commit("b");
      }
      ConcatReport report = Concat.of(b.head()).into(path("a")).run();
      assertThat(report.columns())
          .extracting(change -> change.name() + " " + change.type() + " " + change.what())
          .containsExactlyInAnyOrder(
              "narrow int64 widened from int32",
              "third int64 widened from uint32",
              "theirs utf8 added");
    }
    try (Dataset joined = Dataset.open(path("a"))) {
      Version head = joined.head();
      assertThat(head.schema().column("wide").type()).isEqualTo(Type.scalar(DType.FLOAT64));
      assertThat(head.sample(0).toMap())
          .containsEntry("narrow", 1L)
          .containsEntry("third", 7L)
          .containsEntry("mine", "m")
          .containsEntry("theirs", null);
      assertThat(head.sample(1).toMap())
          .containsEntry("narrow", 1L << 40)
          .containsEntry("wide", 0.25)
          .containsEntry("third", -7L)
          .containsEntry("mine", null)
          .containsEntry("theirs", "t");
      assertWhole(joined);
    }
  }

  @Test
  void refusesColumnsThatNoTypeHolds() {
    try (Dataset a = Dataset.create(path("a"));
        Dataset b = Dataset.create(path("b"))) {
      try (Transaction change = a.begin()) {
        change.append(Row.of().key("a").set("label", "cat").set("n", 1L << 60));
        change.commit("a");
      }
      try (Transaction change = b.begin()) {
        change.append(Row.of().key("b").set("label", 3L).set("n", 0.5));
        change.commit("b");
      }
      String before = a.head().commit().id();
      Concat concat = Concat.of(b.head()).into(path("a"));
      for (Runnable work : List.<Runnable>of(concat::plan, concat::run)) {
        assertThatThrownBy(work::run)
            .isInstanceOf(InvalidSchemaException.class)
            .satisfies(code("SHEAF-CAT-002"))
            .hasMessageContaining("\"label\" is utf8 in a.sheaf and int64 in b")
            .hasMessageContaining("\"n\" is int64 in a.sheaf and float64 in b");
      }
      assertThat(a.head().commit().id()).isEqualTo(before);
      assertThatThrownBy(() -> Concat.of(a.head(), b.head()).into(path("fresh")).run())
          .satisfies(code("SHEAF-CAT-002"));
      assertThat(path("fresh")).doesNotExist();
    }
  }

  private static Column column(String name, Type type, String json) {
    return new Column("", name, type, json, null);
  }

  @Test
  void samplesShowTheDefaultsOfTheirSource() {
    try (Dataset a = Dataset.create(path("a"));
        Dataset b = Dataset.create(path("b"))) {
      try (Transaction change = a.begin()) {
        change.append(Row.of().key("a0").set("x", 1L));
        change.commit("a");
      }
      try (Transaction change = a.begin()) {
        change.addColumn(column("split", Type.UTF8, "\"train\""));
        change.addColumn(column("only", Type.UTF8, "\"ours\""));
        change.commit("a columns");
      }
      try (Transaction change = b.begin()) {
        change.append(Row.of().key("b0").set("x", 1L));
        change.append(Row.of().key("b1").set("x", 2L));
        change.commit("b");
      }
      try (Transaction change = b.begin()) {
        change.addColumn(column("split", Type.UTF8, "\"test\""));
        change.addColumn(column("other", Type.scalar(DType.INT64), "5"));
        change.commit("b columns");
      }
      try (Transaction change = b.begin()) {
        change.update(b.head().sample(1).id(), Map.of("split", "val"));
        change.commit("b edit");
      }
      ConcatReport report = Concat.of(b.head()).into(path("a")).run();
      assertThat(report.columns())
          .extracting(ConcatReport.Change::what)
          .containsExactly("added, without its default 5");
    }
    try (Dataset joined = Dataset.open(path("a"))) {
      List<List<Object>> shown = new ArrayList<>();
      for (long i = 0; i < 3; i++) {
        Sample sample = joined.head().sample(i);
        Object other = sample.value("other");
        shown.add(
            List.of(sample.text("split"), sample.text("only"), other == null ? "null" : other));
      }
      assertThat(shown)
          .containsExactly(
              List.of("train", "ours", "null"),
              List.of("test", "ours", 5L),
              List.of("val", "ours", 5L));
      assertWhole(joined);
    }
  }

  @Test
  void derivedCellsStayFreshWhereTheyAreComputedAlike() {
    for (String name : List.of("a", "b", "c")) {
      try (Dataset dataset = Dataset.create(path(name));
          Transaction change = dataset.begin()) {
        change.addColumn(Column.of("text", Type.UTF8));
        change.addColumn(
            new Column(
                "",
                "length",
                Type.scalar(DType.INT64),
                "null",
                new Column.Derivation(List.of("text"), name.equals("c") ? "v2" : "v1")));
        change.append(Row.of().key(name).set("text", name).set("length", 1L));
        change.commit(name);
      }
    }
    try (Dataset b = Dataset.open(path("b"));
        Dataset c = Dataset.open(path("c"))) {
      Concat.of(b.head(), c.head()).into(path("a")).run();
    }
    try (Dataset a = Dataset.open(path("a"))) {
      Version head = a.head();
      assertThat(head.sample(0).isStale("length")).isFalse();
      assertThat(head.sample(1).isStale("length")).isFalse();
      assertThat(head.sample(2).isStale("length")).isTrue();
      assertThat(head.sample(2).value("length")).isEqualTo(1L);
      assertWhole(a);
    }
  }

  @Test
  void aCloneThatWentItsOwnWayComesBack() {
    Path a = dataset("a", 6);
    try (Dataset dataset = Dataset.open(a)) {
      dataset.copyTo(path("clone"));
    }
    try (Dataset dataset = Dataset.open(a);
        Dataset clone = Dataset.open(path("clone"))) {
      try (Transaction change = clone.begin()) {
        change.dropColumn("n");
        change.renameColumn("label", "class");
        change.commit("Change columns");
      }
      append(clone, "new", 0, 3);
      ConcatReport report = Concat.of(clone.head()).into(a).run();
      assertThat(report.sources().get(0).present()).isEqualTo(6);
      assertThat(report.rows()).isEqualTo(9);
      Version head = dataset.head();
      // The new samples brought "n" and "label" with them, as columns of their own.
      assertThat(head.sample(7).value("n")).isEqualTo(1L);
      assertThat(head.sample(7).value("label")).isEqualTo("new");
      assertThat(head.sample(1).value("label")).isEqualTo("a");
      assertWhole(dataset);
    }
  }

  @Test
  void cellsOfDroppedColumnsDoNotComeBackWithTheirIds() {
    Path a = dataset("a", 2);
    try (Dataset dataset = Dataset.open(a)) {
      dataset.copyTo(path("clone"));
      try (Transaction change = dataset.begin()) {
        change.append(Row.of().key("more").set("label", "more"));
        change.commit("More");
      }
      try (Transaction change = dataset.begin()) {
        change.dropColumn("label");
        change.commit("Drop");
      }
    }
    try (Dataset dataset = Dataset.open(a);
        Dataset clone = Dataset.open(path("clone"))) {
      append(clone, "new", 0, 1);
      // The target dropped the column: what it had there stays hidden.
      Concat.of(clone.head()).into(a).run();
      assertThat(dataset.head().sample(0).value("label")).isNull();
      assertThat(dataset.head().find("new0").orElseThrow().value("label")).isEqualTo("new");
      // The source dropped the column: what new samples had there stays hidden.
      try (Transaction change = clone.begin()) {
        change.dropColumn("n");
        change.commit("Drop n");
      }
      Concat.of(dataset.head()).into(path("clone")).run();
      append(dataset, "late", 0, 1);
      try (Transaction change = dataset.begin()) {
        change.dropColumn("n");
        change.commit("Drop n here");
      }
      dataset.createBranch("other", "main~2");
      assertWhole(dataset);
      assertWhole(clone);
    }
  }
}

package dev.sheaf.format.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Activity;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Provenance;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceTest {
  @TempDir Path folder;

  private Path table(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path dataset(String name) {
    return folder.resolve(name + ".sheaf");
  }

  private IngestReport ingest(Path source, Path dataset) {
    return Ingest.from(source)
        .into(dataset)
        .key(KeyPolicy.parse("column:id"))
        .command("sheaf ingest " + source.getFileName() + "\n--key column:id")
        .run();
  }

  @Test
  void tellsWhatBroughtASampleInAndWhatChangedIt() throws IOException {
    Path source = table("t.jsonl", "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":2}\n");
    IngestReport first = ingest(source, dataset("d"));
    table("t.jsonl", "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":3}\n");
    IngestReport second = ingest(source, dataset("d"));
    try (Dataset dataset = Dataset.open(dataset("d"))) {
      try (Transaction change = dataset.begin()) {
        change.append(Row.of().key("c").set("id", "c").set("n", 9L));
        change.commit("Add c by hand");
      }
      List<Provenance> all = dataset.provenance(dataset.head(), 1, 0, -1);
      Provenance changed = all.get(0);
      assertThat(changed.key()).isEqualTo("b");
      assertThat(changed.origin().orElseThrow().source()).isEqualTo("t.jsonl");
      assertThat(changed.origin().orElseThrow().unit()).isEqualTo(Origin.Unit.OFFSET);
      assertThat(changed.origin().orElseThrow().position()).isEqualTo(17);
      assertThat(changed.added().commit().id()).isEqualTo(first.commit());
      assertThat(changed.changes())
          .singleElement()
          .satisfies(
              change -> {
                assertThat(change.columns()).containsExactly("n");
                assertThat(change.activity().commit().id()).isEqualTo(second.commit());
              });
      assertThat(changed.last("n").commit().id()).isEqualTo(second.commit());
      assertThat(changed.last("id").commit().id()).isEqualTo(first.commit());

      Activity ingest = all.get(1).added();
      assertThat(all.get(1).changes()).isEmpty();
      assertThat(ingest.kind()).isEqualTo("ingest");
      assertThat(ingest.command()).isEqualTo("sheaf ingest t.jsonl --key column:id");
      assertThat(ingest.parameters())
          .isEqualTo("{\"sources\":[\"" + source + "\"],\"key\":\"column\",\"key_column\":\"id\"}");
      assertThat(ingest.tools()).startsWith("sheaf/").contains(" java/");

      assertThat(all.get(2).added().kind()).isEqualTo("commit");
      assertThat(all.get(2).added().commit().subject()).isEqualTo("Add c by hand");
      assertThat(all.get(2).origin()).isEmpty();
      assertThatThrownBy(() -> dataset.provenance(dataset.head(), 3))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void keepsTheActivityOutOfTheTree() throws IOException {
    Path source = table("t.jsonl", "{\"id\":\"a\"}\n");
    ingest(source, dataset("one"));
    Ingest.from(source)
        .into(dataset("two"))
        .key(KeyPolicy.parse("column:id"))
        .onError(OnError.SKIP)
        .command("another command")
        .message("Another message")
        .run();
    try (Dataset one = Dataset.open(dataset("one"));
        Dataset two = Dataset.open(dataset("two"))) {
      assertThat(two.head().commit().tree()).isEqualTo(one.head().commit().tree());
      assertThat(two.provenance(two.head(), 0).get(0).added().parameters())
          .contains("\"on_error\":\"skip\"");
    }
  }

  @Test
  void followsBranchesAndViews() throws IOException {
    ingest(table("t.jsonl", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n"), dataset("d"));
    try (Dataset dataset = Dataset.open(dataset("d"))) {
      dataset.createBranch("side", "main");
      ingest(table("u.jsonl", "{\"id\":\"c\"}\n"), dataset("d"));
      try (Transaction change = dataset.begin("side")) {
        change.update(dataset.at("side").sample(0).id(), Map.of("id", "a2"));
        change.commit("Rename a");
      }
      Provenance main = dataset.provenance(dataset.at("main"), 0).get(0);
      Provenance side = dataset.provenance(dataset.at("side"), 0).get(0);
      assertThat(main.changes()).isEmpty();
      assertThat(side.changes()).hasSize(1);
      assertThat(side.added()).isEqualTo(main.added());
      Provenance picked = dataset.provenance(dataset.at("main").pick(2, 0), 0).get(0);
      assertThat(picked.key()).isEqualTo("c");
      assertThat(picked.added().command()).contains("u.jsonl");
    }
  }

  @Test
  void tellsWhatDerivedCellsWereComputedFrom() throws IOException {
    ingest(table("t.jsonl", "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":2}\n"), dataset("d"));
    try (Dataset dataset = Dataset.open(dataset("d"))) {
      try (Transaction change = dataset.begin()) {
        Column.Derivation from = new Column.Derivation(List.of("n"), "square/1");
        change.addColumn(new Column("", "square", Type.scalar(DType.INT64), "null", from));
        change.update(dataset.head().sample(1).id(), Map.of("square", 4L));
        change.commit("Square\n\nRecipe: numbers");
      }
      try (Transaction change = dataset.begin()) {
        change.update(dataset.head().sample(1).id(), Map.of("n", 3L));
        change.commit("Edit n");
      }
      assertThat(dataset.provenance(dataset.head(), 0).get(0).derived()).isEmpty();
      Provenance.Derived cell = dataset.provenance(dataset.head(), 1).get(0).derived().get(0);
      assertThat(cell.column()).isEqualTo("square");
      assertThat(cell.inputs()).containsExactly("n");
      assertThat(cell.code()).isEqualTo("square/1");
      assertThat(cell.stale()).isTrue();
      assertThat(cell.computed().recipe()).isEqualTo("numbers");
      assertThat(cell.computed().kind()).isEqualTo("curate");
    }
  }
}

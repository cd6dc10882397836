package dev.sheaf.format.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.ingest.EditFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of edits: what they set, and what is refused with its place. */
class EditFileTest {
  @TempDir Path temp;
  private Dataset dataset;

  @BeforeEach
  void fill() {
    dataset = Dataset.create(temp.resolve("a.sheaf"));
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of("score", Type.scalar(DType.FLOAT32)));
      change.addColumn(Column.of("n", Type.scalar(DType.INT8)));
      change.addColumn(Column.of("v", Type.tensor(DType.FLOAT32, 2)));
      for (int i = 0; i < 4; i++) {
        change.append(Row.of().key("k" + i).set("file", "f" + i).set("label", "l" + i));
      }
      change.commit("Four");
    }
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private SampleId id(long index) {
    return dataset.head().sample(index).id();
  }

  private Path file(String name, String... lines) {
    try {
      return Files.write(temp.resolve(name), List.of(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EditSet read(EditFile file) {
    return file.read(dataset.head(), dataset.head().schema());
  }

  private static Map<String, Object> row(Object... namesAndValues) {
    Map<String, Object> row = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      row.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return row;
  }

  @Test
  void nullSetsAndMissingLeaves() {
    Path file =
        file(
            "e.jsonl",
            "{\"_id\":\"" + id(2) + "\",\"label\":null,\"score\":0.1}",
            "",
            "{\"_id\":\"" + id(0) + "\",\"n\":-7,\"v\":[1,2.5]}",
            "{\"_id\":\"" + id(1) + "\"}");
    EditSet edits = read(EditFile.of(file));

    assertThat(edits.columns()).isEmpty();
    assertThat(edits.cells().keySet()).containsExactlyInAnyOrder(id(2), id(0));
    assertThat(edits.cells().get(id(2))).isEqualTo(row("label", null, "score", 0.1f));
    assertThat(edits.cells().get(id(0)).get("n")).isEqualTo(-7L);
    assertThat(((Tensor) edits.cells().get(id(0)).get("v")).element(1)).isEqualTo(2.5);
    assertThat(edits.cells().get(id(0))).doesNotContainKey("label");
  }

  @Test
  void samplesAreFoundByIndexKeyOrAColumn() {
    assertThat(read(EditFile.of(file("i.csv", "_index,label", "3,x", "0,"))).cells())
        .isEqualTo(Map.of(id(3), row("label", "x"), id(0), row("label", null)));
    assertThat(read(EditFile.of(file("k.json", "[{\"_key\":\"k1\",\"label\":\"y\"}]"))).cells())
        .isEqualTo(Map.of(id(1), row("label", "y")));
    assertThat(read(EditFile.of(file("f.tsv", "file\tlabel", "f2\tz")).key("file")).cells())
        .isEqualTo(Map.of(id(2), row("label", "z")));
  }

  @Test
  void arrowAndParquetSetEveryCellWithTheirTypes() throws IOException {
    Path arrow = temp.resolve("e.arrow");
    try (RootAllocator allocator = new RootAllocator();
        VarCharVector ids = new VarCharVector("_id", allocator);
        Float8Vector scores = new Float8Vector("score", allocator);
        Float8Vector fresh = new Float8Vector("fresh", allocator)) {
      ids.allocateNew();
      for (int i = 0; i < 2; i++) {
        ids.setSafe(i, id(i + 1).toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        fresh.setSafe(i, i + 0.5);
      }
      scores.setSafe(0, 0.25);
      scores.setNull(1);
      ids.setValueCount(2);
      scores.setValueCount(2);
      fresh.setValueCount(2);
      try (VectorSchemaRoot root = VectorSchemaRoot.of(ids, scores, fresh);
          FileChannel channel =
              FileChannel.open(arrow, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
        root.setRowCount(2);
        writer.start();
        writer.writeBatch();
        writer.end();
      }
    }
    assertThatThrownBy(() -> read(EditFile.of(arrow)))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("Unknown column \"fresh\"")
        .hasMessageContaining("--add-columns adds it with type float64");

    EditSet edits = read(EditFile.of(arrow).addColumns());

    assertThat(edits.columns())
        .containsExactly(new EditSet.Added(Column.of("fresh", Type.scalar(DType.FLOAT64))));
    assertThat(edits.cells())
        .isEqualTo(
            Map.of(
                id(1), row("score", 0.25f, "fresh", 0.5), id(2), row("score", null, "fresh", 1.5)));
    try (Transaction change = dataset.begin()) {
      edits.applyTo(change);
      Version version = change.commit("Apply");
      assertThat(version.sample(1).value("score")).isEqualTo(0.25f);
      assertThat(version.sample(2).value("fresh")).isEqualTo(1.5);
      assertThat(version.sample(0).value("fresh")).isNull();
    }
  }

  @Test
  void refusesWithFileRowAndColumn() {
    String two = "{\"_index\":0,\"label\":\"x\"}";
    refused("SHEAF-INP-042", "column \"n\"", "line=2", two, "{\"_index\":1,\"n\":200}");
    refused("SHEAF-INP-042", "column \"n\"", "line=2", two, "{\"_index\":1,\"n\":1.5}");
    refused("SHEAF-INP-042", "expected shape [2]", "line=1", "{\"_index\":1,\"v\":[1]}");
    refused(
        "SHEAF-INP-063",
        "Unknown column \"lable\"",
        "column=\"lable\"",
        "{\"_index\":1,\"lable\":1}");
    refused("SHEAF-INP-064", "occurs twice", "line=2", two, two);
    refused("SHEAF-INP-065", "No column says which", "bad.jsonl", "{\"label\":1}");
    refused(
        "SHEAF-INP-066",
        "_index is null or missing",
        "line=1",
        "{\"_index\":null,\"label\":\"x\"}");
    refused("SHEAF-INP-067", "No sample at index 4", "line=1", "{\"_index\":4,\"label\":\"x\"}");
    refused("SHEAF-INP-067", "No sample at index -1", "line=1", "{\"_index\":-1,\"label\":\"x\"}");
    refused(
        "SHEAF-INP-067", "No sample with id \"x\"", "line=1", "{\"_id\":\"x\",\"label\":\"x\"}");
    refused(
        "SHEAF-INP-067", "No sample with key \"x\"", "line=1", "{\"_key\":\"x\",\"label\":\"x\"}");
    refused(
        "SHEAF-INP-037",
        "Reserved column name \"_origin\"",
        "bad.jsonl",
        "{\"_key\":\"k0\",\"_origin\":1}");
    refused("SHEAF-INP-031", "Malformed JSON", "line=1", "{\"_key\":");
    try (Transaction change = dataset.begin()) {
      change.update(id(0), Map.of("file", "f1"));
      change.commit("No longer distinct");
    }
    Path file = file("f.tsv", "file\tlabel", "f2\tz");
    assertThatThrownBy(() -> read(EditFile.of(file).key("file")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("have the same \"file\"");
    assertThatThrownBy(() -> read(EditFile.of(temp.resolve("none.jsonl"))))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("No such file");
  }

  private void refused(String code, String fact, String place, String... lines) {
    Path file = file("bad.jsonl", lines);
    assertThatThrownBy(() -> read(EditFile.of(file)))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(fact)
        .satisfies(e -> assertThat(((DatasetException) e).code()).isEqualTo(code))
        .satisfies(
            e -> assertThat(((DatasetException) e).location().toString()).contains("bad.jsonl"))
        .satisfies(e -> assertThat(((DatasetException) e).location().toString()).contains(place));
  }
}

package dev.sheaf.format.golden;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.format.Column;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Datasets written by earlier code are read by this code, and written again bit by bit. */
class GoldenTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir Path temp;

  static List<Golden> goldens() {
    return Golden.all();
  }

  @Test
  void everyGoldenDatasetHasItsGenerator() {
    assertThat(goldens())
        .extracting(Golden::name)
        .containsExactlyInAnyOrderElementsOf(GoldenDatasets.all().keySet());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void everyVersionShowsWhatWasWritten(Golden golden) throws IOException {
    try (Dataset dataset = Dataset.open(golden.copyTo(temp))) {
      JsonNode versions = golden.expected();
      List<CommitInfo> log = dataset.log("", 1000);
      assertThat(log).hasSize(versions.size());
      for (int i = 0; i < versions.size(); i++) {
        Version version = dataset.at(versions.get(i).get("rev").textValue());
        assertThat(version.commit()).isEqualTo(log.get(versions.size() - 1 - i));
        check(version, versions.get(i));
      }
      assertThat(dataset.tags()).containsExactlyElementsOf(golden.tags().keySet());
      golden
          .tags()
          .forEach(
              (tag, rev) ->
                  assertThat(dataset.at(tag).commit()).isEqualTo(dataset.at(rev).commit()));
      assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    }
  }

  private static void check(Version version, JsonNode expected) throws IOException {
    assertThat(version.commit().tree()).isEqualTo(expected.get("tree").textValue());
    assertThat(version.size()).isEqualTo(expected.get("size").longValue());
    List<Column> columns = version.schema().columns();
    List<String> shown = columns.stream().map(c -> c.name() + ": " + c.type()).toList();
    List<String> wanted = new ArrayList<>();
    expected
        .get("columns")
        .forEach(c -> wanted.add(c.get("name").textValue() + ": " + c.get("type").textValue()));
    assertThat(shown).isEqualTo(wanted);
    if (version.size() == 0) {
      return;
    }
    List<String> keys = new ArrayList<>();
    version
        .select("_key")
        .scan()
        .forEach(
            batch -> {
              for (int i = 0; i < batch.size(); i++) {
                keys.add(batch.sample(i).key());
              }
            });
    assertThat(CellJson.sha256(String.join("\n", keys).getBytes(UTF_8)))
        .isEqualTo(expected.get("keys").textValue());
    for (JsonNode one : expected.get("samples")) {
      Sample sample = version.sample(one.get("index").longValue());
      assertThat(sample.id()).hasToString(one.get("id").textValue());
      assertThat(sample.key()).isEqualTo(one.get("key").textValue());
      for (Column column : columns) {
        // Through text, so that numbers are compared by value and not by the class of their node.
        JsonNode cell =
            MAPPER.readTree(CellJson.of(column.type(), sample.value(column.name())).toString());
        assertThat(cell)
            .as("sample " + one.get("key") + " column \"" + column.name() + "\"")
            .isEqualTo(one.get("cells").get(column.name()));
      }
      if (one.has("stale")) {
        List<String> stale = new ArrayList<>();
        one.get("stale").forEach(name -> stale.add(name.textValue()));
        assertThat(columns.stream().map(Column::name).filter(sample::isStale))
            .as("stale cells of sample " + one.get("key"))
            .containsExactlyElementsOf(stale);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void theGeneratorStillMakesTheSameBytes(Golden golden) throws IOException {
    Consumer<GoldenBook> generator = GoldenDatasets.all().get(golden.name());
    Path fresh = temp.resolve("fresh");
    GenerateGolden.write(fresh, generator);
    assertThat(chunks(fresh.resolve(Golden.DATASET))).isEqualTo(chunks(golden.dataset()));
    assertThat(Files.readString(fresh.resolve(Golden.EXPECTED)))
        .isEqualTo(Files.readString(golden.folder().resolve(Golden.EXPECTED)));
    try (Dataset dataset = Dataset.open(fresh.resolve(Golden.DATASET))) {
      JsonNode versions = golden.expected();
      assertThat(dataset.head().commit().tree())
          .isEqualTo(versions.get(versions.size() - 1).get("tree").textValue());
    }
  }

  /** Returns the files of the chunks; their names are the SHA-256 of their bytes. */
  private static Map<String, Long> chunks(Path dataset) throws IOException {
    Map<String, Long> chunks = new TreeMap<>();
    try (Stream<Path> files = Files.walk(dataset.resolve("chunks"))) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        chunks.put(dataset.relativize(file).toString(), Files.size(file));
        assertThat(file.getFileName())
            .hasToString(CellJson.sha256(Files.readAllBytes(file)) + ".arrow");
      }
    }
    return chunks;
  }
}

package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.cli.command.Sheaf;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Surroundings;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the golden cases cannot show: damage, files, and what the streams do. */
class CommandTest {
  private static final int LENGTH = 5000;

  @TempDir Path folder;
  private Path dataset;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void fill() {
    dataset = folder.resolve("a.sheaf");
    try (Dataset made = Dataset.create(dataset);
        Transaction change = made.begin()) {
      for (int i = 0; i < 3; i++) {
        change.append(
            Row.of()
                .key("dir" + i + "/same name?.dat")
                .set("text", "row\n" + i)
                .set("vector", Tensor.ofFloats(new float[100]))
                .set("flags", Tensor.of(DType.BOOL, Shape.of(2), ByteBuffer.wrap(new byte[] {2})))
                .set("file", Media.of(MediaKind.FILE, payload(i), Map.of()))
                .set("bytes", new byte[] {(byte) i, 1, 2}));
      }
      change.commit("Three rows");
    }
  }

  @Test
  void savesPayloadsByteForByteUnderNamesOfTheirOwn() throws IOException {
    assertThat(run("get", "a.sheaf", ":", "--save", "out")).isZero();

    assertThat(names("out"))
        .containsExactly(
            "same_name_.bytes-2.bin",
            "same_name_.bytes-3.bin",
            "same_name_.bytes.bin",
            "same_name_.file-2.bin",
            "same_name_.file-3.bin",
            "same_name_.file.bin");
    assertThat(Files.readAllBytes(folder.resolve("out/same_name_.file-2.bin")))
        .isEqualTo(payload(1));
    assertThat(Files.readAllBytes(folder.resolve("out/same_name_.bytes-3.bin")))
        .containsExactly(2, 1, 2);
  }

  @Test
  void neverOverwritesAFile() throws IOException {
    Files.createDirectories(folder.resolve("out"));
    Files.writeString(folder.resolve("out/same_name_.dat"), "mine");

    assertThat(run("get", "a.sheaf", "0", "--save", "out", "--columns", "file")).isZero();
    assertThat(run("get", "a.sheaf", "0", "--save", "out", "--columns", "file")).isZero();

    assertThat(folder.resolve("out/same_name_.dat")).hasContent("mine");
    assertThat(folder.resolve("out/same_name_-2.dat")).hasBinaryContent(payload(0));
    assertThat(names("out")).hasSize(2);
  }

  @Test
  void writesCellsAsTheirTypesAre() throws IOException {
    assertThat(run("get", "a.sheaf", "1", "--json")).isZero();

    JsonNode cells = json().get(0).get("cells");
    assertThat(cells.get("text").asText()).isEqualTo("row\n1");
    assertThat(cells.get("vector").get("values")).hasSize(64);
    assertThat(cells.get("vector").get("truncated").asBoolean()).isTrue();
    assertThat(cells.get("flags").toString())
        .isEqualTo("{\"dtype\":\"bool\",\"shape\":[2],\"values\":[false,true]}");
    assertThat(cells.get("bytes").toString()).isEqualTo("{\"bytes\":3,\"base64\":\"AQEC\"}");
    assertThat(cells.get("file").get("bytes").asInt()).isEqualTo(LENGTH);

    assertThat(run("get", "a.sheaf", "1", "--json", "--full", "--columns", "vector")).isZero();
    assertThat(json().get(0).get("cells").get("vector").get("values")).hasSize(100);
  }

  @Test
  void namesSamplesByIdentityToo() throws IOException {
    assertThat(run("get", "a.sheaf", "-1", "--json", "--columns", "text")).isZero();
    String id = json().get(0).get("id").asText();

    assertThat(run("get", "a.sheaf", "id:" + id, "--json", "--columns", "text")).isZero();
    assertThat(json().get(0).get("index").asInt()).isEqualTo(2);
  }

  @Test
  void tellsOfDamageWithExitCodeThree() throws IOException {
    damage();

    assertThat(run("fsck", "a.sheaf", "--json")).isEqualTo(3);
    assertThat(json().get("ok").asBoolean()).isFalse();
    assertThat(json().get("damaged")).isNotEmpty();
    assertThat(json().get("damaged").get(0).get("chunk").asText()).hasSize(64);

    assertThat(run("fsck", "a.sheaf")).isEqualTo(3);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("damaged").contains("1 damaged");

    assertThat(run("get", "a.sheaf", ":", "--save", "out", "--json")).isEqualTo(3);
    assertThat(json().get("error").get("code").asText()).startsWith("SHEAF-CHK");
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("error[SHEAF-CHK");
  }

  @Test
  void leavesNoUnfinishedFileBehind() throws IOException {
    damage();

    run("get", "a.sheaf", ":", "--save", "out");

    assertThat(names("out")).noneMatch(name -> name.endsWith(".tmp"));
  }

  @Test
  void readsWithoutLocalState() throws IOException {
    assertThat(run("switch", "a.sheaf", "-c", "dev")).isZero();
    deleteAll(dataset.resolve("local"));
    Files.writeString(dataset.resolve("local"), "in the way");

    assertThat(run("info", "a.sheaf", "--json")).isZero();
    assertThat(json().get("branch").asText()).isEqualTo("main");
    assertThat(run("switch", "a.sheaf", "dev")).isEqualTo(4);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("error[SHEAF-IO-00");
  }

  @Test
  void aBranchThatIsGoneFallsBackToTheDefault() throws IOException {
    assertThat(run("switch", "a.sheaf", "-c", "dev")).isZero();
    try (Dataset opened = Dataset.open(dataset)) {
      opened.deleteBranch("dev");
    }

    assertThat(run("branch", "a.sheaf", "--json")).isZero();
    assertThat(json().get("current").asText()).isEqualTo("main");
  }

  @Test
  void aReaderThatGoesAwayIsNoError() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };

    int exitCode = Sheaf.run(List.of("log", "a.sheaf"), surroundings(new Output(closed)));

    assertThat(exitCode).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void otherReadersFindTheFiles() throws IOException {
    assertThat(run("files", "a.sheaf")).isZero();
    String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
    for (int i = 1; i < lines.length; i++) {
      assertThat(dataset.resolve(lines[i].split(" ")[0])).isRegularFile();
    }
    assertThat(run("files", "a.sheaf", "--json")).isZero();
    assertThat(json().get("rows").asInt()).isEqualTo(3);
  }

  @Test
  void theDemoRunsToItsEnd() throws IOException {
    assertThat(run("demo", "--dir", "trial")).as(err.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("$ sheaf ingest ", "Nothing new", "ok: ", "sheaf get pets.sheaf -1")
        .contains("clean: 12 of 24 selected", "epoch 0: 12 samples in 3 steps");
    assertThat(run("view", "list", "trial/pets.sheaf", "--json")).isZero();
    assertThat(json().get(0).get("name").asText()).isEqualTo("cats");
    assertThat(json().get(0).get("state").asText()).isEqualTo("stale");
    assertThat(json().get(1).get("rows").asInt()).isEqualTo(12);
    assertThat(run("load", "trial/pets.sheaf:clean", "--rank", "1/5", "--batch", "2", "--json"))
        .isZero();
    assertThat(json().get(0).get("samples").asInt()).isEqualTo(2);
    assertThat(run("load", "trial/pets.sheaf", "--rank", "5/5")).isEqualTo(2);
    assertThat(run("view", "refresh", "trial/pets.sheaf")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("stale");
    assertThat(run("get", "trial/pets.sheaf:cats", "8")).isEqualTo(4);
    assertThat(run("demo", "--dir", "other", "--json")).isZero();
    assertThat(json().get("ok").asBoolean()).isTrue();
    assertThat(run("demo", "--dir", "trial")).isEqualTo(2);
  }

  private int run(String... words) {
    out.reset();
    err.reset();
    return Sheaf.run(List.of(words), surroundings(new Output(out)));
  }

  private Surroundings surroundings(Output result) {
    Map<String, String> variables = Map.of("SHEAF_WORKSPACE", "test");
    return new Surroundings(result, new Output(err), false, false, variables, folder);
  }

  private JsonNode json() throws IOException {
    return new ObjectMapper().readTree(out.toByteArray());
  }

  private List<String> names(String inside) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(inside))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Turns one byte within the payloads. */
  private void damage() throws IOException {
    try (Stream<Path> files = Files.walk(dataset.resolve("chunks"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        int at = indexOf(bytes, payload(1));
        if (at >= 0) {
          bytes[at + 100] ^= 1;
          file.toFile().setWritable(true);
          Files.write(file, bytes);
          return;
        }
      }
    }
    throw new AssertionError("no chunk holds the payload");
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int at = 0; at + wanted.length <= bytes.length; at++) {
      if (ByteBuffer.wrap(bytes, at, wanted.length).equals(ByteBuffer.wrap(wanted))) {
        return at;
      }
    }
    return -1;
  }

  private static void deleteAll(Path path) throws IOException {
    if (Files.exists(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static byte[] payload(int seed) {
    byte[] bytes = new byte[LENGTH];
    new Random(seed + 7).nextBytes(bytes);
    return bytes;
  }
}

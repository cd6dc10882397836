package dev.sheaf.curation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sheaf.curation.planted.Answering;
import dev.sheaf.curation.planted.OnnxFile;
import dev.sheaf.curation.planted.Pictures;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps that run what is not ours: programs and models. */
class ProgramsTest {
  private static final int SAMPLES = 200;

  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void fill() {
    dataset = Dataset.create(folder.resolve("a.sheaf"));
    try (Transaction change = dataset.begin()) {
      for (int i = 0; i < SAMPLES; i++) {
        change.append(
            Row.of()
                .key("k" + i)
                .set("caption", i == 5 ? null : "x".repeat(i) + (i % 2 == 0 ? "猫" : "")));
      }
      change.commit("Texts");
    }
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private Recipe java(String mood, String more) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(List.of(java));
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    if (Runtime.version().feature() >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Answering.class.getName(), mood));
    return recipe(command, more);
  }

  private Recipe recipe(List<String> command, String more) {
    String list = command.stream().map(c -> "\"" + c + "\"").collect(Collectors.joining(", "));
    return Recipe.parse(
        "x.yaml",
        "recipe: x\nsteps:\n  - exec: {command: ["
            + list
            + "], input: caption, output: {score: float32}"
            + more
            + "}\n",
        folder);
  }

  @Test
  void aProgramAnswersBatchForBatch() {
    Version scored = dataset.head();
    CurationResult result = Curation.of(dataset).threads(2).run(scored, java("", ""));

    for (int i = 0; i < SAMPLES; i++) {
      Object expected = i == 5 ? null : (Object) (float) (i + (i % 2 == 0 ? 3 : 0));
      assertThat(result.version().sample(i).value("score")).isEqualTo(expected);
    }
    assertThat(result.steps().get(0).computed()).isEqualTo(SAMPLES);
    assertThat(Curation.of(dataset).run(scored, java("", "")).steps().get(0).computed()).isZero();
  }

  @Test
  void aCrashLosesOneBatchAndSaysWhatWasPrinted() {
    Curation curation = Curation.of(dataset).threads(1);

    assertThatThrownBy(() -> curation.run(dataset.head(), java("crash:2", "")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "ended without an answer (exit code 3); it printed: batch 0\nbatch 1\nbatch 2\nout of memory, says the model")
        .hasMessageContaining("samples=\"128 to 191\"")
        .hasMessageContaining("run the recipe again");

    // The first two batches of 64 were kept; two more are not enough for another crash.
    StepReport rest = curation.run(dataset.head(), java("crash:2", "")).steps().get(0);
    assertThat(rest.reused()).isEqualTo(128);
    assertThat(rest.computed()).isEqualTo(72);
  }

  @Test
  void anInterruptedRunGoesOnWhereItWas() {
    Curation curation = Curation.of(dataset).threads(1);
    Recipe crashing = java("crash:1", "");

    // Each attempt keeps one batch, so the fourth finds them all: 64 + 64 + 64 + 8.
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatThrownBy(() -> curation.run(dataset.head(), crashing))
          .hasMessageContaining("out of memory, says the model");
    }
    StepReport last = curation.run(dataset.head(), crashing).steps().get(0);
    assertThat(last.reused()).isEqualTo(192);
    assertThat(last.computed()).isEqualTo(8);
  }

  @Test
  void answersThatDoNotFitAreRefused() {
    Curation curation = Curation.of(dataset).threads(1);

    assertThatThrownBy(() -> curation.run(dataset.head(), java("short", "")))
        .hasMessageContaining("answered 63 rows for 64");
    assertThatThrownBy(() -> curation.run(dataset.head(), java("slow", ", timeout: 1")))
        .hasMessageContaining("did not answer within 1 s");
    assertThatThrownBy(() -> curation.run(dataset.head(), recipe(List.of("no-such-program"), "")))
        .hasMessageContaining("Cannot start \"no-such-program\"");
    Recipe other =
        Recipe.parse(
            "x.yaml",
            "recipe: x\nsteps:\n  - exec: {command: [x], input: caption, output: {score: flaot}}",
            folder);
    assertThatThrownBy(() -> curation.run(dataset.head(), other)).hasMessageContaining("line=3");
  }

  @Test
  void pythonIsAProgramToo() throws IOException, InterruptedException {
    assumeTrue(hasPyarrow(), "python3 with pyarrow is not installed");
    Files.writeString(
        folder.resolve("score.py"),
        """
        import sys
        import pyarrow as pa
        reader = pa.ipc.open_stream(sys.stdin.buffer)
        schema = pa.schema([("score", pa.float32())])
        with pa.ipc.new_stream(sys.stdout.buffer, schema) as writer:
            for batch in reader:
                texts = batch.column("caption").to_pylist()
                scores = [None if t is None else float(len(t)) for t in texts]
                writer.write_batch(pa.record_batch([pa.array(scores, pa.float32())], schema=schema))
                sys.stdout.buffer.flush()
        """);
    CurationResult result =
        Curation.of(dataset).run(dataset.head(), recipe(List.of("python3", "score.py"), ""));

    assertThat(result.version().sample(7).value("score")).isEqualTo(7f);
    assertThat(result.version().sample(8).value("score")).isEqualTo(9f);
    assertThat(result.version().sample(5).value("score")).isNull();
  }

  private static boolean hasPyarrow() throws InterruptedException {
    try {
      Process process = new ProcessBuilder("python3", "-c", "import pyarrow").start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // no python3 at all
    }
  }

  @Test
  void aModelOfTheUsersEmbedsPictures() throws IOException {
    Files.write(folder.resolve("means.onnx"), OnnxFile.channelMeans(4));
    try (Dataset pictures = Dataset.create(folder.resolve("b.sheaf"))) {
      try (Transaction change = pictures.begin()) {
        for (int i = 0; i < 3; i++) {
          BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
          Graphics2D g = image.createGraphics();
          g.setColor(new Color(51, 102, 255 * i / 2));
          g.fillRect(0, 0, 16, 16);
          change.append(
              Row.of()
                  .key("p" + i)
                  .set("image", Media.of(MediaKind.IMAGE, Pictures.png(image), Map.of())));
        }
        change.commit("Three");
      }
      Recipe recipe =
          Recipe.parse(
              "m.yaml",
              "recipe: m\nsteps:\n  - embed: {column: image, model: means.onnx, output: vector}\n",
              folder);
      CurationResult result = Curation.of(pictures).run(pictures.head(), recipe);
      Version committed = Curation.of(pictures).commit(result, "main");

      float[] vector = ((Tensor) committed.sample(2).value("vector")).toFloats();
      assertThat(vector).hasSize(3);
      assertThat(vector[0]).isCloseTo(0.2f, within(1e-5f));
      assertThat(vector[1]).isCloseTo(0.4f, within(1e-5f));
      assertThat(vector[2]).isCloseTo(1f, within(1e-5f));
      Files.write(folder.resolve("bad.onnx"), new byte[] {1, 2, 3});
      Recipe bad =
          Recipe.parse(
              "m.yaml", "recipe: m\nsteps:\n  - embed: {column: image, model: bad.onnx}\n", folder);
      assertThatThrownBy(() -> Curation.of(pictures).run(pictures.head(), bad))
          .hasMessageContaining("Not a model that can be run");
    }
  }
}

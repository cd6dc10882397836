package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Queries over payloads that stay where they are; the command in a process of its own, as the
 * variable {@code SHEAF_LINKS} is of the environment.
 */
class LinksTest {
  private static final String QUERY =
      "SELECT _key, mean(decode(image)) AS m FROM samples ORDER BY _key";

  private static final Path PETS =
      Path.of(System.getProperty("sheaf.root", "..")).resolve("testdata/pets/cat");

  @TempDir Path folder;

  /** What a command gave. */
  private record Answer(int code, String out, String err) {}

  private Answer run(String links, String... words) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sheaf.cli.Main"));
    command.addAll(List.of(words));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("SHEAF_LINKS");
    if (links != null) {
      builder.environment().put("SHEAF_LINKS", links);
    }
    int code = builder.start().waitFor();
    return new Answer(code, read(out), read(err));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private static JsonNode rows(Answer answer) throws IOException {
    assertThat(answer.err()).doesNotContain("error[");
    assertThat(answer.code()).isZero();
    JsonNode rows = new ObjectMapper().readTree(answer.out());
    assertThat(rows.toString()).contains("a.jpg");
    return rows;
  }

  @Test
  void decodesLinkedImagesInQueries() throws Exception {
    Path images = Files.createDirectories(folder.resolve("images"));
    try (Stream<Path> pets = Files.list(PETS)) {
      List<Path> jpegs =
          pets.filter(pet -> pet.toString().endsWith(".jpg")).sorted().limit(2).toList();
      Files.copy(jpegs.get(0), images.resolve("a.jpg"));
      Files.copy(jpegs.get(1), images.resolve("b.jpg"));
    }
    String linked = folder.resolve("linked.sheaf").toString();
    String copied = folder.resolve("copied.sheaf").toString();
    CommandLineRun line = new CommandLineRun(folder, "links");
    line.ok("ingest", "--link", images.toString(), linked);
    line.ok("ingest", images.toString(), copied);
    assertThat(line.ok("info", linked)).contains("linked");
    JsonNode expected = rows(run(null, "sql", copied, QUERY, "--json"));
    assertThat(rows(run(null, "sql", linked, QUERY, "--json"))).isEqualTo(expected);

    // The folder is moved: nothing is found, and the message says how to say where it is.
    Path moved = folder.resolve("elsewhere/photos");
    Files.createDirectories(moved.getParent());
    Files.move(images, moved);
    Answer lost = run(null, "sql", linked, QUERY);
    assertThat(lost.code()).isNotZero();
    assertThat(lost.err())
        .contains("a.jpg")
        .contains("SHEAF_LINKS=images=FOLDER")
        .contains("column=\"image\"");
    String links = "other=" + folder + File.pathSeparator + "images=" + moved;
    assertThat(rows(run(links, "sql", linked, QUERY, "--json"))).isEqualTo(expected);

    // A target that changed is never decoded.
    Files.write(moved.resolve("a.jpg"), Files.readAllBytes(moved.resolve("b.jpg")));
    Answer changed = run(links, "sql", linked, QUERY);
    assertThat(changed.code()).isEqualTo(3);
    assertThat(changed.err()).contains("a.jpg").contains("column=\"image\"");
    // What does not touch it stays readable.
    String other = QUERY.replace("FROM samples", "FROM samples WHERE _key = 'b.jpg'");
    assertThat(run(links, "sql", linked, other).code()).isZero();
    Answer check = run(links, "fsck", linked);
    assertThat(check.code()).isEqualTo(3);
    assertThat(check.out() + check.err()).contains("a.jpg");
  }
}

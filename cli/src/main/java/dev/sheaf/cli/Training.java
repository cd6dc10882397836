package dev.sheaf.cli;

import dev.sheaf.cli.command.Sheaf;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Surroundings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs the usual commands once on a tiny dataset of its own, silently. The launcher calls it after
 * a build so that the JVM keeps the classes that commands load, parsed, in an archive: later
 * commands start in about half the time. What a command answers here does not matter.
 */
final class Training {
  private static final byte[] IMAGE =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q"
                  + "DwADhgGAWjR9awAAAABJRU5ErkJggg==");

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("--version"),
          List.of("--help"),
          List.of("ingest", "images", "a.sheaf", "-m", "Images"),
          List.of("ingest", "table.jsonl", "b.sheaf"),
          List.of("ingest", "table.csv", "b.sheaf", "--dry-run"),
          List.of("info", "a.sheaf"),
          List.of("info", "a.sheaf", "--json"),
          List.of("schema", "b.sheaf"),
          List.of("get", "a.sheaf", "0"),
          List.of("get", "a.sheaf", "0", "--json", "--save", "saved"),
          List.of("get", "b.sheaf", "0", "1", "--json"),
          List.of("head", "b.sheaf"),
          List.of("files", "a.sheaf", "--json"),
          List.of(
              "sql",
              "a.sheaf",
              "SELECT label, count(*) FROM samples WHERE image.width > 0 GROUP BY label LIMIT 3"),
          List.of("log", "a.sheaf"),
          List.of("show", "a.sheaf"),
          List.of("branch", "a.sheaf"),
          List.of("switch", "a.sheaf", "-c", "other"),
          List.of("fsck", "a.sheaf"),
          List.of("get", "a.sheaf", "99"),
          List.of("get", "missing.sheaf", "0"));

  private Training() {}

  /**
   * Runs the commands in a temporary folder and removes it.
   *
   * @param args none
   */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("sheaf-training");
    try {
      prepare(folder);
      Surroundings silent = new Surroundings(nowhere(), nowhere(), false, false, Map.of(), folder);
      for (List<String> command : COMMANDS) {
        Sheaf.run(command, silent);
      }
    } finally {
      remove(folder);
    }
    System.exit(0);
  }

  private static void prepare(Path folder) throws IOException {
    Path images = Files.createDirectories(folder.resolve("images").resolve("cat"));
    Files.write(images.resolve("1.png"), IMAGE);
    Files.write(images.resolve("2.png"), IMAGE);
    Files.write(
        folder.resolve("table.jsonl"),
        List.of("{\"a\":1,\"b\":\"x\",\"c\":[1.5,2]}", "{\"a\":2,\"b\":null,\"c\":[3,4]}"),
        StandardCharsets.UTF_8);
    Files.write(folder.resolve("table.csv"), List.of("a,b", "1,x"), StandardCharsets.UTF_8);
  }

  private static Output nowhere() {
    return new Output(OutputStream.nullOutputStream());
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}

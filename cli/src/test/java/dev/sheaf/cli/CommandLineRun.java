package dev.sheaf.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.cli.command.Sheaf;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Surroundings;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** Runs command lines inside the test's process, in one workspace. */
final class CommandLineRun {
  private final Path folder;
  private final String workspace;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  CommandLineRun(Path folder, String workspace) {
    this.folder = folder;
    this.workspace = workspace;
  }

  /** Makes {@code a.sheaf} in one commit with three samples, whose keys are k0, k1 and k2. */
  void makeThree(IntFunction<Row> row) {
    try (Dataset made = Dataset.create(folder.resolve("a.sheaf"));
        Transaction change = made.begin()) {
      for (int i = 0; i < 3; i++) {
        change.append(row.apply(i).key("k" + i));
      }
      change.commit("Three rows");
    }
  }

  /** Copies a folder and all in it. */
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  /** Runs a command and returns its exit code. */
  int run(String... words) {
    out.reset();
    err.reset();
    Surroundings surroundings =
        new Surroundings(
            new Output(out),
            new Output(err),
            false,
            false,
            Map.of("SHEAF_WORKSPACE", workspace, "COLUMNS", "100"),
            folder);
    return Sheaf.run(List.of(words), surroundings);
  }

  /** Runs a command that must succeed and returns what it wrote. */
  String ok(String... words) {
    int code = run(words);
    if (code != 0) {
      throw new AssertionError("exit code " + code + " of " + List.of(words) + ": " + err());
    }
    return out();
  }

  /** Runs a command with {@code --json} that must succeed and returns its result. */
  JsonNode json(String... words) {
    String[] all = java.util.Arrays.copyOf(words, words.length + 1);
    all[words.length] = "--json";
    ok(all);
    return json();
  }

  /** Returns what the last command wrote, as JSON. */
  JsonNode json() {
    try {
      return new ObjectMapper().readTree(out());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}

package dev.sheaf.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.cli.command.Sheaf;
import dev.sheaf.cli.output.Output;
import dev.sheaf.cli.output.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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

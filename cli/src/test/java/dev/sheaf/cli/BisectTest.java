package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten versions, of which the seventh sets the label of the sample to "bad". */
class BisectTest {
  @TempDir Path folder;
  private CommandLineRun sheaf;
  private final List<String> commits = new ArrayList<>();

  @BeforeEach
  void fill() {
    sheaf = new CommandLineRun(folder, "ada@lab7");
    try (Dataset made = Dataset.create(folder.resolve("a.sheaf"))) {
      for (int i = 0; i < 10; i++) {
        try (Transaction change = made.begin()) {
          String label = i < 6 ? "good" : "bad";
          change.append(Row.of().key("k" + i).set("label", label).set("text", "x".repeat(5000)));
          commits.add(change.commit("Version " + i).commit().id());
        }
      }
    }
  }

  @Test
  void marksByHandAndShowsTheVersionToEveryVerb() {
    JsonNode first = sheaf.json("bisect", "start", "a.sheaf", "main", commits.get(0));
    assertThat(first.get("status").asText()).isEqualTo("testing");
    assertThat(first.get("remaining").asInt()).isEqualTo(4);
    String tested = first.get("commit").asText();
    assertThat(commits.indexOf(tested)).isEqualTo(4);

    assertThat(sheaf.json("get", "a.sheaf", "-1").get(0).get("index").asInt()).isEqualTo(4);
    assertThat(sheaf.json("log", "a.sheaf", "-n", "1").get(0).get("commit").asText())
        .isEqualTo(tested);
    assertThat(sheaf.json("get", "a.sheaf@~1", "-1").get(0).get("index").asInt()).isEqualTo(3);
    assertThat(sheaf.json("info", "a.sheaf@main").get("rows").asInt()).isEqualTo(10);
    assertThat(sheaf.ok("branch", "a.sheaf")).startsWith("* (no branch, at ");
    assertThat(sheaf.run("set", "a.sheaf", "0", "label=x")).isEqualTo(2);
    assertThat(sheaf.err())
        .contains("This workspace looks at version " + tested + ", on no branch")
        .contains("sheaf bisect reset a.sheaf");
    CommandLineRun other = new CommandLineRun(folder, "ben@lab7");
    assertThat(other.json("info", "a.sheaf").get("rows").asInt()).isEqualTo(10);

    assertThat(sheaf.ok("bisect", "good", "a.sheaf")).contains("Version 6");
    assertThat(sheaf.ok("bisect", "bad", "a.sheaf")).contains("Version 5");
    assertThat(sheaf.ok("bisect", "good", "a.sheaf"))
        .startsWith(commits.get(6) + " is the first bad commit");
    assertThat(sheaf.ok("bisect", "log", "a.sheaf").lines())
        .hasSize(11)
        .contains("sheaf bisect start a.sheaf", "# good: [" + tested + "] Version 4");
    assertThat(sheaf.ok("bisect", "reset", "a.sheaf")).isEqualTo("Back on branch main\n");
    assertThat(sheaf.json("info", "a.sheaf").get("rows").asInt()).isEqualTo(10);
    assertThat(sheaf.ok("bisect", "reset", "a.sheaf")).isEqualTo("Not bisecting\n");
  }

  @Test
  void runsACommandWithoutTouchingAChunk() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell");
    Path script = folder.resolve("check.sh");
    Files.writeString(folder.resolve("bad"), String.join("\n", commits.subList(6, 10)) + "\n");
    Files.writeString(
        script,
        """
        test "$1" = "$SHEAF_BISECT" || exit 200
        test "$1" = "%s@$SHEAF_BISECT_COMMIT" || exit 201
        test "$SHEAF_WORKSPACE" = ada@lab7 || exit 202
        grep -q "$SHEAF_BISECT_COMMIT" a.sheaf/local/workspaces/ada@lab7.json || exit 203
        echo "looked at it"
        ! grep -q "$SHEAF_BISECT_COMMIT" bad
        """
            .formatted(folder.resolve("a.sheaf").toAbsolutePath()));
    List<String> before = files();
    // Where there is no chunk, none can be read.
    Files.move(folder.resolve("a.sheaf/chunks"), folder.resolve("away"));
    sheaf.ok("bisect", "start", "a.sheaf", "main", commits.get(0));
    JsonNode found = sheaf.json("bisect", "run", "--json", "a.sheaf", "sh", "check.sh", "{}");
    Files.move(folder.resolve("away"), folder.resolve("a.sheaf/chunks"));

    assertThat(found.get("status").asText()).isEqualTo("found");
    assertThat(found.get("commit").asText()).isEqualTo(commits.get(6));
    assertThat(found.get("runs")).hasSize(3);
    assertThat(found.get("runs").get(0).get("verdict").asText()).isEqualTo("good");
    assertThat(sheaf.err()).contains("looked at it");
    assertThat(files()).isEqualTo(before);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("a.sheaf/chunks"))) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void stopsOnACommandThatIsBrokenAndGoesOnLater() {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell");
    sheaf.ok("bisect", "start", "a.sheaf", "main", commits.get(0));
    assertThat(sheaf.run("bisect", "run", "a.sheaf", "sh", "-c", "exit 128")).isEqualTo(3);
    assertThat(sheaf.err())
        .contains("SHEAF-BIS-004")
        .contains("The command failed with exit code 128 on version " + commits.get(4));
    assertThat(sheaf.run("bisect", "run", "a.sheaf", "sh", "-c", "no-such-program")).isEqualTo(3);
    assertThat(sheaf.err()).contains("exit code 127 on good version " + commits.get(0) + ", too");
    assertThat(sheaf.run("bisect", "run", "a.sheaf", "./no-such-program")).isEqualTo(4);
    assertThat(sheaf.run("bisect", "run", "a.sheaf", "sh", "-c", "exit 125")).isEqualTo(4);
    assertThat(sheaf.out()).contains("Only skipped versions are left").contains(commits.get(9));
  }

  @Test
  void asksSqlInPlaceOfACommand() {
    sheaf.ok("bisect", "start", "a.sheaf");
    assertThat(sheaf.run("bisect", "run", "a.sheaf", "--sql", "SELECT true")).isEqualTo(2);
    assertThat(sheaf.err()).contains("Name a bad one: sheaf bisect bad a.sheaf REV");
    sheaf.ok("bisect", "bad", "a.sheaf");
    sheaf.ok("bisect", "good", "a.sheaf", commits.get(0), commits.get(1));
    String sql = "SELECT count(*) = 0 FROM samples WHERE label = 'bad'";
    JsonNode found = sheaf.json("bisect", "run", "a.sheaf", "--sql", sql);
    assertThat(found.get("commit").asText()).isEqualTo(commits.get(6));
    assertThat(found.get("runs").get(0).get("code").isNull()).isTrue();

    sheaf.ok("bisect", "start", "a.sheaf", "main", commits.get(0));
    assertThat(sheaf.run("bisect", "run", "a.sheaf", "--sql", "SELECT label FROM samples"))
        .isEqualTo(3);
    assertThat(sheaf.err())
        .contains("SHEAF-BIS-005")
        .contains("does not give one value that is true or false on version");
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(sheaf.run("bisect", "good", "a.sheaf")).isEqualTo(4);
    assertThat(sheaf.err()).contains("SHEAF-NF-028").contains("No bisection is in progress");
    assertThat(sheaf.run("bisect", "start", "a.sheaf", commits.get(0), "main")).isEqualTo(3);
    assertThat(sheaf.err()).contains("SHEAF-BIS-002");
    assertThat(sheaf.run("bisect", "log", "a.sheaf")).isEqualTo(4);
    assertThat(sheaf.run("bisect", "a.sheaf")).isEqualTo(2);
    assertThat(sheaf.run("bisect", "start", "a.sheaf", "--sql", "x")).isEqualTo(2);
    sheaf.ok("bisect", "start", "a.sheaf", "main", "main~1");
    assertThat(sheaf.run("bisect", "run", "a.sheaf")).isEqualTo(2);
    assertThat(sheaf.err()).contains("No command is given");
    assertThat(sheaf.run("ingest", "a.sheaf/git", "a.sheaf")).isNotZero();
  }

  @Test
  void splitsAsGitDoes() throws IOException, InterruptedException {
    sheaf.ok("branch", "a.sheaf", "side", "main~5");
    for (int i = 0; i < 4; i++) {
      sheaf.ok("set", "a.sheaf@side", "0", "label=side" + i, "-m", "Side " + i);
    }
    sheaf.ok("merge", "a.sheaf", "side");
    String tested =
        sheaf.json("bisect", "start", "a.sheaf", "main", commits.get(0)).get("commit").asText();
    Path repository = folder.resolve("a.sheaf/git");
    Process git;
    try {
      git =
          new ProcessBuilder(
                  "git",
                  "-C",
                  repository.toString(),
                  "-c",
                  "safe.directory=*",
                  "rev-list",
                  "--bisect-all",
                  "main",
                  "^" + commits.get(0))
              .start();
    } catch (IOException e) {
      assumeTrue(false, "no git: " + e.getMessage());
      return;
    }
    List<String> lines =
        new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertThat(git.waitFor()).isZero();
    String best = lines.get(0).replaceAll(".*dist=(\\d+).*", "$1");
    assertThat(lines).anyMatch(l -> l.startsWith(tested) && l.contains("dist=" + best + ")"));
  }
}

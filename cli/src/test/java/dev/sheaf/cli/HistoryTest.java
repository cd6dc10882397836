package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that look back, and what Git itself says of the repository. */
class HistoryTest {
  @TempDir Path folder;
  private CommandLineRun sheaf;

  @BeforeEach
  void fill() {
    sheaf = new CommandLineRun(folder, "ada@lab7");
    sheaf.makeThree(i -> Row.of().set("label", "l" + i).set("n", (long) i));
    sheaf.ok("set", "a.sheaf", "0", "label=x", "-m", "Edit label");
    sheaf.ok("set", "a.sheaf", "1", "n=7", "-m", "Edit n");
  }

  @Test
  void tagsNameVersionsForGood() {
    assertThat(sheaf.ok("tag", "a.sheaf", "v1", "main~1")).contains("Made tag v1");
    assertThat(sheaf.json("tag", "a.sheaf").get(0).get("subject").asText()).isEqualTo("Edit label");
    assertThat(sheaf.json("get", "a.sheaf@v1", "1").get(0).get("cells").get("n").asInt())
        .isEqualTo(1);
    assertThat(sheaf.run("tag", "a.sheaf", "v1")).isEqualTo(5);
    assertThat(sheaf.run("tag", "a.sheaf", "v2", "none")).isEqualTo(4);
    assertThat(sheaf.ok("tag", "a.sheaf", "-d", "v1")).contains("Deleted tag v1");
    assertThat(sheaf.json("tag", "a.sheaf")).isEmpty();
  }

  @Test
  void resetMovesTheBranchAndTheReflogBringsItBack() {
    sheaf.ok("set", "a.sheaf", "2", "label=staged");
    JsonNode moved = sheaf.json("reset", "a.sheaf", "main~1");
    assertThat(moved.get("staged").asBoolean()).isTrue();
    assertThat(sheaf.ok("log", "a.sheaf", "--oneline")).doesNotContain("Edit n");
    JsonNode log = sheaf.json("reflog", "a.sheaf");
    assertThat(log.get(0).get("message").asText()).isEqualTo("reset: moving to main~1");
    assertThat(log.get(1).get("commit")).isEqualTo(moved.get("before"));
    assertThat(sheaf.ok("reflog", "a.sheaf", "-n", "2").lines()).hasSize(2);
    assertThat(sheaf.json("reset", "a.sheaf", "--hard", "@{1}").get("staged").asBoolean())
        .isFalse();
    assertThat(sheaf.ok("log", "a.sheaf", "--oneline")).contains("Edit n");
    assertThat(sheaf.ok("status", "a.sheaf")).contains("Nothing is staged");
    assertThat(sheaf.run("reset", "a.sheaf")).isEqualTo(2);
    assertThat(sheaf.run("reset", "a.sheaf", "none")).isEqualTo(4);
  }

  @Test
  void logTakesRangesAndEveryBranch() {
    sheaf.ok("branch", "a.sheaf", "side", "main~1");
    sheaf.ok("set", "a.sheaf@side", "2", "label=y", "-m", "On the side");
    sheaf.ok("tag", "a.sheaf", "start", "main~2");
    assertThat(subjects("main..side")).containsExactly("On the side");
    assertThat(subjects("side..main")).containsExactly("Edit n");
    assertThat(subjects("side..")).containsExactly("Edit n");
    assertThat(subjects("..side")).containsExactly("On the side");
    assertThat(subjects("start..side", "-1")).containsExactly("On the side");
    assertThat(subjects("main..main")).isEmpty();
    assertThat(subjects("--all")).hasSize(5).contains("On the side", "Edit n", "Three rows");
    assertThat(subjects("-2")).containsExactly("Edit n", "Edit label");
    assertThat(sheaf.ok("log", "a.sheaf", "--all", "--graph", "--oneline"))
        .contains("|", "(side) On the side");
    assertThat(sheaf.run("log", "a.sheaf", "side")).isEqualTo(2);
    assertThat(sheaf.err()).contains("PATH.sheaf@REV");
    assertThat(sheaf.run("log", "a.sheaf", "main...side")).isEqualTo(2);
    assertThat(sheaf.run("log", "a.sheaf", "main..none")).isEqualTo(4);
    assertThat(sheaf.run("log", "a.sheaf", "main..side", "--column", "n")).isEqualTo(2);
  }

  @Test
  void aGitUsersHandsFindTheirWay() {
    sheaf.ok("switch", "a.sheaf", "-c", "dev");
    assertThat(sheaf.ok("switch", "a.sheaf", "-")).contains("Switched to branch main");
    assertThat(sheaf.ok("switch", "a.sheaf", "-")).contains("Switched to branch dev");
    assertThat(sheaf.run("checkout", "a.sheaf", "main")).isEqualTo(2);
    assertThat(sheaf.err()).contains("sheaf switch BRANCH");
    assertThat(sheaf.run("diff", "a.sheaf")).isEqualTo(2);
    assertThat(sheaf.err()).contains("sheaf status");
    sheaf.ok("switch", "a.sheaf", "main");
    assertThat(sheaf.ok("branch", "a.sheaf", "-D", "dev")).contains("Deleted branch dev");
    assertThat(sheaf.run("switch", "a.sheaf", "-")).isEqualTo(4);
  }

  @Test
  void logListsWhatChangedAColumnOrASample() {
    assertThat(subjects("--column", "label")).containsExactly("Edit label", "Three rows");
    assertThat(subjects("--column", "n")).containsExactly("Edit n", "Three rows");
    assertThat(subjects("--sample", "0")).containsExactly("Edit label", "Three rows");
    assertThat(subjects("--sample", "key:k1", "--column", "label")).containsExactly("Three rows");
    assertThat(subjects("--sample", "-1", "-n", "1")).containsExactly("Three rows");
    assertThat(sheaf.run("log", "a.sheaf", "--column", "none")).isEqualTo(4);
    assertThat(sheaf.run("log", "a.sheaf", "--sample", "0:2")).isEqualTo(2);
    assertThat(sheaf.run("log", "a.sheaf", "--sample", "0", "--graph")).isEqualTo(2);
  }

  private List<String> subjects(String... options) {
    List<String> words = new ArrayList<>(List.of("log", "a.sheaf"));
    words.addAll(List.of(options));
    List<String> subjects = new ArrayList<>();
    sheaf
        .json(words.toArray(new String[0]))
        .forEach(one -> subjects.add(one.get("subject").asText()));
    return subjects;
  }

  @Test
  void blameSaysWhoGaveACellItsValue() {
    JsonNode blame = sheaf.json("blame", "a.sheaf", "0");
    assertThat(blame.get("key").asText()).isEqualTo("k0");
    assertThat(blame.get("cells").get(0).get("column").asText()).isEqualTo("label");
    assertThat(blame.get("cells").get(0).get("subject").asText()).isEqualTo("Edit label");
    assertThat(blame.get("cells").get(0).get("activity").asText()).isEqualTo("edit");
    assertThat(blame.get("cells").get(1).get("activity").asText()).isEqualTo("append");
    assertThat(sheaf.ok("blame", "a.sheaf", "key:k0", "label").lines()).hasSize(1);
    assertThat(sheaf.out()).contains("label").contains("edit: Edit label");
    assertThat(sheaf.run("blame", "a.sheaf", "0", "none")).isEqualTo(4);
    assertThat(sheaf.run("blame", "a.sheaf", "0:1")).isEqualTo(2);
  }

  @Test
  void theGraphShowsWhereLinesPart() {
    String graph = sheaf.ok("log", "a.sheaf", "--graph", "--oneline");
    assertThat(graph.lines()).hasSize(4).allMatch(line -> line.startsWith("* "));
    assertThat(sheaf.ok("log", "a.sheaf", "--graph").lines().toList().get(1))
        .startsWith("| Author");
  }

  @Test
  void collectsCompactsAndClones() {
    sheaf.ok("branch", "a.sheaf", "gone");
    sheaf.ok("set", "a.sheaf@gone", "2", "label=gone", "-m", "On gone");
    sheaf.ok("branch", "a.sheaf", "-d", "gone");
    assertThat(sheaf.json("gc", "a.sheaf").get("objects").asInt()).isZero();
    JsonNode dry = sheaf.json("gc", "a.sheaf", "--prune-older-than", "now", "--dry-run");
    assertThat(dry.get("dry_run").asBoolean()).isTrue();
    assertThat(dry.get("objects").asInt()).isPositive();
    JsonNode done = sheaf.json("gc", "a.sheaf", "--prune-older-than", "now");
    assertThat(done.get("objects")).isEqualTo(dry.get("objects"));
    assertThat(sheaf.run("gc", "a.sheaf", "--prune-older-than", "soon")).isEqualTo(2);

    assertThat(sheaf.ok("compact", "a.sheaf")).contains("Nothing to fold");
    sheaf.ok("set", "a.sheaf", "2", "n=9", "-m", "Edit n again");
    JsonNode compact = sheaf.json("compact", "a.sheaf");
    assertThat(compact.get("layers_before").asInt()).isEqualTo(3);
    assertThat(compact.get("layers_after").asInt()).isEqualTo(2);
    assertThat(sheaf.json("get", "a.sheaf", "1").get(0).get("cells").get("n").asInt()).isEqualTo(7);
    assertThat(sheaf.ok("compact", "a.sheaf")).contains("Nothing to fold");

    assertThat(sheaf.json("clone", "a.sheaf", "b.sheaf").get("rows").asInt()).isEqualTo(3);
    assertThat(sheaf.ok("log", "b.sheaf", "--oneline"))
        .isEqualTo(sheaf.ok("log", "a.sheaf", "--oneline"));
    assertThat(sheaf.run("clone", "a.sheaf", "b.sheaf")).isEqualTo(3);
    assertThat(sheaf.run("clone", "a.sheaf@main", "c.sheaf")).isEqualTo(2);
  }

  @Test
  void gitItselfReadsTheRepository() throws IOException, InterruptedException {
    assumeTrue(git("--version").code() == 0, "there is no git");
    sheaf.ok("branch", "a.sheaf", "dev");
    sheaf.ok("set", "a.sheaf@dev", "2", "label=dev", "-m", "On dev");
    sheaf.ok("tag", "a.sheaf", "v1");
    sheaf.ok("reset", "a.sheaf", "main~1");

    Ran log =
        git("-C", folder.resolve("a.sheaf/git").toString(), "log", "--graph", "--oneline", "--all");
    assertThat(log.code()).as(log.text()).isZero();
    assertThat(log.text()).contains("On dev", "Edit label", "Three rows");
    Ran fsck = git("-C", folder.resolve("a.sheaf/git").toString(), "fsck", "--full", "--strict");
    assertThat(fsck.code()).as(fsck.text()).isZero();
    assertThat(fsck.text()).doesNotContain("error").doesNotContain("warning");
    Ran reflog = git("-C", folder.resolve("a.sheaf/git").toString(), "reflog", "show", "main");
    assertThat(reflog.text()).contains("main@{0}: reset: moving to main~1");
  }

  private record Ran(int code, String text) {}

  private Ran git(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    Path output = Files.createTempFile(folder, "git", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      int code = process.waitFor();
      return new Ran(code, Files.readString(output, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new Ran(-1, e.toString());
    }
  }
}

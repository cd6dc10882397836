package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Row;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was begun and not finished is told by status, and a commit concludes a merge. */
class UnfinishedTest {
  @TempDir Path folder;
  private CommandLineRun sheaf;

  @BeforeEach
  void twoBranchesThatDisagree() {
    sheaf = new CommandLineRun(folder, "ada@lab7");
    sheaf.makeThree(i -> Row.of().set("label", "l" + i));
    sheaf.ok("branch", "a.sheaf", "side");
    sheaf.ok("set", "a.sheaf", "0", "label=ours", "-m", "Ours");
    sheaf.ok("set", "a.sheaf@side", "0", "label=theirs", "-m", "Theirs");
  }

  @Test
  void aMergeWithConflictsIsToldAndACommitConcludesIt() {
    assertThat(sheaf.json("status", "a.sheaf").get("merge").isNull()).isTrue();
    assertThat(sheaf.run("merge", "a.sheaf", "side")).isEqualTo(5);

    assertThat(sheaf.ok("status", "a.sheaf"))
        .contains("The merge of ", " into main is not finished: 1 conflict left, 0 resolved");
    assertThat(sheaf.err())
        .contains("sheaf merge a.sheaf --continue", "sheaf merge a.sheaf --abort");
    assertThat(sheaf.run("commit", "a.sheaf", "-m", "Early")).isEqualTo(5);
    assertThat(sheaf.err()).contains("The merge into main is not finished: 1 conflict left");

    sheaf.ok("resolve", "a.sheaf", "0", "label", "=both");
    JsonNode merge = sheaf.json("status", "a.sheaf").get("merge");
    assertThat(merge.get("kind").asText()).isEqualTo("merge");
    assertThat(merge.get("conflicts").asInt()).isZero();
    assertThat(merge.get("resolved").asInt()).isEqualTo(1);
    assertThat(sheaf.ok("status", "a.sheaf")).contains("all conflicts are resolved, 1 resolved");

    assertThat(sheaf.ok("commit", "a.sheaf", "-m", "Settle it")).contains("Settle it");
    JsonNode head = sheaf.json("log", "a.sheaf", "-n", "1").get(0);
    assertThat(head.get("parents")).hasSize(2);
    assertThat(sheaf.json("get", "a.sheaf", "0").get(0).get("cells").get("label").asText())
        .isEqualTo("both");
    assertThat(sheaf.json("status", "a.sheaf").get("merge").isNull()).isTrue();
    assertThat(sheaf.run("commit", "a.sheaf", "-m", "Again")).isEqualTo(3);
  }

  @Test
  void editsThatAreStagedAreCommittedBesideAMerge() {
    assertThat(sheaf.run("merge", "a.sheaf", "side")).isEqualTo(5);
    sheaf.ok("set", "a.sheaf", "1", "label=x");
    sheaf.ok("commit", "a.sheaf", "-m", "An edit");
    assertThat(sheaf.json("log", "a.sheaf", "-n", "1").get(0).get("parents")).hasSize(1);
    assertThat(sheaf.json("status", "a.sheaf").get("merge").get("conflicts").asInt()).isEqualTo(1);
  }

  @Test
  void aRevertGoesOnWithItsOwnVerb() {
    sheaf.ok("set", "a.sheaf", "0", "label=later", "-m", "Later");
    assertThat(sheaf.run("revert", "a.sheaf", "main~1")).isEqualTo(5);
    assertThat(sheaf.err()).contains("then sheaf revert a.sheaf --continue");
    assertThat(sheaf.ok("status", "a.sheaf"))
        .contains("The revert of ", " on main is not finished");
    sheaf.ok("revert", "a.sheaf", "--abort");
    assertThat(sheaf.ok("status", "a.sheaf")).doesNotContain("not finished");
  }

  @Test
  void aBisectionIsToldOnNoBranch() {
    sheaf.ok("set", "a.sheaf", "0", "label=z", "-m", "Z");
    sheaf.ok("bisect", "start", "a.sheaf", "main", "main~2");
    assertThat(sheaf.ok("status", "a.sheaf"))
        .contains("On no branch, at ", "A bisection is not finished", "Nothing is staged");
    JsonNode json = sheaf.json("status", "a.sheaf");
    assertThat(json.get("branch").isNull()).isTrue();
    assertThat(json.get("bisecting").asBoolean()).isTrue();
    assertThat(json.get("edits")).isEmpty();
    sheaf.ok("bisect", "reset", "a.sheaf");
    assertThat(sheaf.json("status", "a.sheaf").get("bisecting").asBoolean()).isFalse();
    assertThat(sheaf.ok("status", "a.sheaf")).contains("On branch main");
  }
}

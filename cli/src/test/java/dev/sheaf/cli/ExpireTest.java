package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Row;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpireTest {
  @TempDir Path folder;
  private CommandLineRun sheaf;

  @BeforeEach
  void fill() {
    sheaf = new CommandLineRun(folder, "ada@lab7");
    sheaf.makeThree(i -> Row.of().set("label", "l" + i).set("text", "x".repeat(5000 + i)));
    sheaf.ok("set", "a.sheaf", "0", "label=old", "-m", "Old label");
    sheaf.ok("tag", "a.sheaf", "v1");
    sheaf.ok("delete", "a.sheaf", "2", "-m", "Delete one");
    sheaf.ok("branch", "a.sheaf", "side");
    sheaf.ok("set", "a.sheaf", "0", "label=main", "-m", "On main");
    sheaf.ok("set", "a.sheaf@side", "1", "label=side", "-m", "On side");
  }

  @Test
  void forgetsWhatNoMergeNeedsAndGcRemovesIt() {
    String diff = sheaf.ok("diff", "a.sheaf", "v1", "side", "--json");
    String merge = sheaf.ok("merge", "a.sheaf", "side", "--dry-run");
    JsonNode dry = sheaf.json("expire", "a.sheaf", "--older-than", "now", "--dry-run");
    assertThat(dry.get("forgotten").asInt()).isEqualTo(2);
    assertThat(sheaf.json("log", "a.sheaf")).hasSize(5);

    assertThat(sheaf.ok("expire", "a.sheaf", "--older-than", "now"))
        .startsWith("Forgot 2 versions and ")
        .contains("4 versions stay")
        .contains("where the branches main and side part");
    assertThat(sheaf.json("log", "a.sheaf")).hasSize(2);
    sheaf.ok("log", "a.sheaf");
    assertThat(sheaf.err()).contains("what is older was forgotten by sheaf expire");
    assertThat(sheaf.json("gc", "a.sheaf", "--prune-older-than", "now").get("objects").asInt())
        .isPositive();
    sheaf.ok("fsck", "a.sheaf", "--deep");
    assertThat(sheaf.ok("diff", "a.sheaf", "v1", "side", "--json")).isEqualTo(diff);
    assertThat(sheaf.ok("merge", "a.sheaf", "side", "--dry-run")).isEqualTo(merge);
    assertThat(sheaf.json("get", "a.sheaf@v1", "2").get(0).get("key").asText()).isEqualTo("k2");

    JsonNode blame = sheaf.json("blame", "a.sheaf@side", "0", "label").get("cells").get(0);
    assertThat(blame.get("activity").asText()).isEqualTo("boundary");
    assertThat(blame.get("subject").asText()).isEqualTo("Delete one");
    JsonNode known = sheaf.json("blame", "a.sheaf", "0", "label").get("cells").get(0);
    assertThat(known.get("activity").asText()).isEqualTo("edit");
    assertThat(sheaf.ok("origin", "a.sheaf@side", "0")).contains("boundary");

    assertThat(sheaf.run("merge", "a.sheaf", "v1")).isEqualTo(3);
    assertThat(sheaf.err())
        .contains("SHEAF-MRG-002")
        .contains("`sheaf expire` has forgotten what is older");
    assertThat(sheaf.run("revert", "a.sheaf", "v1")).isEqualTo(3);
    assertThat(sheaf.err()).contains("changed is forgotten: history begins with it");
    assertThat(sheaf.run("show", "a.sheaf", "main~2")).isEqualTo(4);
    sheaf.ok("merge", "a.sheaf", "side");
    assertThat(sheaf.json("get", "a.sheaf", "1").get(0).get("cells").get("label").asText())
        .isEqualTo("side");
  }

  @Test
  void aStagedEditKeepsItsBase() {
    sheaf.ok("set", "a.sheaf", "1", "label=waits");
    sheaf.ok("set", "a.sheaf", "0", "label=later", "-m", "Later");
    sheaf.ok("branch", "a.sheaf", "-d", "side");
    sheaf.ok("expire", "a.sheaf", "--older-than", "now");
    sheaf.ok("gc", "a.sheaf", "--prune-older-than", "now");
    sheaf.ok("commit", "a.sheaf", "-m", "Was staged");
    sheaf.ok("fsck", "a.sheaf");
    assertThat(sheaf.json("log", "a.sheaf")).hasSize(2);
  }

  @Test
  void nothingIsForgottenThatIsYoung() {
    JsonNode none = sheaf.json("expire", "a.sheaf", "--older-than", "90d");
    assertThat(none.get("forgotten").asInt()).isZero();
    assertThat(none.get("boundary")).isEmpty();
    assertThat(sheaf.json("expire", "a.sheaf", "--older-than", "2020-01-01").get("held")).isEmpty();
    sheaf.json("expire", "a.sheaf", "--older-than", "2020-01-01T10:00Z");
    assertThat(sheaf.run("expire", "a.sheaf")).isEqualTo(2);
    assertThat(sheaf.err()).contains("--older-than is missing");
    assertThat(sheaf.run("expire", "a.sheaf", "--older-than", "soon")).isEqualTo(2);
    assertThat(sheaf.err())
        .contains("--older-than is \"soon\"")
        .contains("90d, 12w, now, 2026-11-01");
  }
}

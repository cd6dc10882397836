package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Row;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sheaf purge}: looks first, is asked twice, and says what stays. */
class PurgeTest {
  @TempDir Path folder;
  private CommandLineRun sheaf;

  @BeforeEach
  void fill() {
    sheaf = new CommandLineRun(folder, "ada@lab7");
    sheaf.makeThree(i -> Row.of().set("label", "l" + i).set("data", new byte[2000 + i]));
    sheaf.ok("tag", "a.sheaf", "v1");
    sheaf.ok("set", "a.sheaf", "1", "label=edited", "-m", "Edit");
  }

  @Test
  void wantsAReasonAndTheForceToDoIt() {
    assertThat(sheaf.run("purge", "a.sheaf", "1")).isEqualTo(2);
    assertThat(sheaf.err()).contains("--reason is missing");
    assertThat(sheaf.run("purge", "a.sheaf", "1", "--reason", "why")).isEqualTo(2);
    assertThat(sheaf.err()).contains("A purge cannot be undone");
    assertThat(sheaf.run("purge", "a.sheaf", "--reason", "why", "--force")).isEqualTo(2);
    assertThat(sheaf.err()).contains("No sample is named");
    assertThat(sheaf.run("purge", "a.sheaf", "1", "--reason", "a\nb", "--dry-run")).isEqualTo(3);
    assertThat(sheaf.err()).contains("SHEAF-PUR-003");
    assertThat(sheaf.run("purge", "a.sheaf", "--continue")).isEqualTo(4);
    assertThat(sheaf.err()).contains("SHEAF-PUR-006");
  }

  @Test
  void namesExportsAndPassesOverWhatIsPurged() {
    sheaf.ok("view", "create", "a.sheaf", "two", "SELECT * FROM samples WHERE label <> 'l2'");
    sheaf.ok("export", "a.sheaf@v1", "--to", "arrow", "out/all");
    sheaf.ok("export", "a.sheaf:two", "--to", "arrow", "out/two", "--columns", "label");
    sheaf.ok("export", "a.sheaf@v1", "--to", "arrow", "out/secret", "--no-record");
    JsonNode list = sheaf.json("export", "a.sheaf", "--list");
    assertThat(list).hasSize(2);
    for (JsonNode one : list) {
      boolean two = one.get("folder").asText().equals("out/two");
      assertThat(one.get("some").asBoolean()).isEqualTo(two);
      assertThat(one.get("columns").toString())
          .isEqualTo(two ? "[\"label\"]" : "[\"label\",\"data\"]");
    }
    assertThat(sheaf.ok("export", "a.sheaf", "--list")).contains("2 (some)").contains("out/all");

    JsonNode third = sheaf.json("purge", "a.sheaf", "2", "--reason", "why", "--dry-run");
    assertThat(third.get("exports")).hasSize(1);
    JsonNode dry = sheaf.json("purge", "a.sheaf", "1", "--reason", "asked to", "--dry-run");
    assertThat(dry.get("exports")).hasSize(2);
    assertThat(sheaf.ok("purge", "a.sheaf", "1", "--reason", "asked to", "--force"))
        .contains(
            "Exports that have them, and keep them: out/", "out/two (arrow)", "out/all (arrow)");

    assertThat(sheaf.run("sql", "a.sheaf@v1", "SELECT _key, data FROM samples")).isEqualTo(4);
    assertThat(sheaf.err()).contains("SHEAF-PUR-001");
    assertThat(sheaf.ok("sql", "a.sheaf@v1", "SELECT _key FROM samples", "--csv", "--skip-purged"))
        .isEqualToNormalizingNewlines("_key\nk0\nk2\n");
    assertThat(sheaf.json("head", "a.sheaf@v1", "--skip-purged")).hasSize(2);
    assertThat(sheaf.run("load", "a.sheaf@v1")).isEqualTo(4);
    sheaf.ok("load", "a.sheaf@v1", "--skip-purged");
    assertThat(sheaf.run("export", "a.sheaf@v1", "--to", "arrow", "out/x")).isEqualTo(4);
    JsonNode exported =
        sheaf.json("export", "a.sheaf@v1", "--to", "arrow", "out/y", "--skip-purged");
    assertThat(exported.get("rows").asInt()).isEqualTo(2);
    sheaf.ok("fsck", "a.sheaf", "--deep");
    sheaf.ok("expire", "a.sheaf", "--older-than", "now");
    sheaf.ok("gc", "a.sheaf", "--prune-older-than", "now");
    assertThat(sheaf.json("export", "a.sheaf", "--list")).hasSize(3);
  }

  @Test
  void saysWhatGoesAndWhatStaysAndDoesIt() {
    JsonNode dry = sheaf.json("purge", "a.sheaf", "key:k1", "--reason", "asked to", "--dry-run");
    assertThat(dry.get("dry_run").asBoolean()).isTrue();
    assertThat(sheaf.json("get", "a.sheaf", "1").get(0).get("key").asText()).isEqualTo("k1");
    JsonNode done = sheaf.json("purge", "a.sheaf", "key:k1", "--reason", "asked to", "--force");
    assertThat(done.get("samples")).isEqualTo(dry.get("samples"));
    assertThat(done.get("rows").asInt()).isEqualTo(1);
    assertThat(done.get("values").asInt()).isEqualTo(1);
    assertThat(done.get("bytes").asInt()).isEqualTo(2001);
    assertThat(done.get("branches").toString()).isEqualTo("[\"main\"]");
    assertThat(done.get("tags").toString()).isEqualTo("[\"v1\"]");
    assertThat(done.get("left").get(0).get("columns").toString()).isEqualTo("[\"label\"]");
    assertThat(done.get("left").get(0).get("why").asText()).isEqualTo("git");
    assertThat(sheaf.json("get", "a.sheaf", "1").get(0).get("key").asText()).isEqualTo("k2");
    assertThat(sheaf.run("get", "a.sheaf@v1", "1")).isEqualTo(4);
    assertThat(sheaf.err()).contains("SHEAF-PUR-001").contains("asked to");
    JsonNode fsck = sheaf.json("fsck", "a.sheaf", "--deep");
    assertThat(fsck.get("ok").asBoolean()).isTrue();
    assertThat(fsck.get("purged_cells").asInt()).isPositive();
    String again =
        sheaf.ok("purge", "a.sheaf@v1", "1", "--reason", "asked to", "--force", "--no-color");
    assertThat(again)
        .startsWith("Purged 1 sample: 0 rows of pages and 0 values outside (0 B), in 0 chunks\n")
        .contains("Tags that have them: v1")
        .contains("Still readable:")
        .contains(": label (in Git object segments/");
  }
}

package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sheaf concat}: sources first, then the dataset. */
class ConcatTest {
  @TempDir Path folder;
  private CommandLineRun sheaf;

  @BeforeEach
  void fill() {
    sheaf = new CommandLineRun(folder, "ada@lab7");
    for (String name : new String[] {"a", "b"}) {
      try (Dataset made = Dataset.create(folder.resolve(name + ".sheaf"));
          Transaction change = made.begin()) {
        for (int i = 0; i < 3; i++) {
          change.append(Row.of().key(name + i).set("label", "l" + i).set("n", (long) i));
        }
        change.commit("Three rows");
      }
    }
  }

  @Test
  void joinsIntoANewDataset() {
    assertThat(sheaf.ok("concat", "a.sheaf", "b.sheaf", "all.sheaf", "--dry-run"))
        .startsWith("Would add 6 samples, ")
        .contains("  a: 3 to add\n  b: 3 to add\n");
    assertThat(folder.resolve("all.sheaf")).doesNotExist();
    assertThat(sheaf.ok("concat", "a.sheaf", "b.sheaf", "all.sheaf", "-m", "Join"))
        .matches("(?s)\\[main [0-9a-f]{7}\\] Added 6 samples, .*  a: 3 added\n  b: 3 added\n.*");
    assertThat(sheaf.json("head", "all.sheaf", "-n", "9")).hasSize(6);
    JsonNode log = sheaf.json("log", "all.sheaf", "-n", "1");
    assertThat(log.get(0).get("subject").asText()).isEqualTo("Join");
    assertThat(sheaf.json("origin", "all.sheaf", "4").get(0).get("added").get("command").asText())
        .isEqualTo("sheaf concat a.sheaf b.sheaf all.sheaf -m Join");
    assertThat(sheaf.ok("concat", "a.sheaf", "b.sheaf", "all.sheaf"))
        .isEqualTo(
            "Nothing to add\n  a: 0 added, 3 there already\n  b: 0 added, 3 there already\n");
  }

  @Test
  void sourcesAreVersionsAndViews() {
    sheaf.ok("set", "a.sheaf", "1", "label=edited", "-m", "Edit");
    sheaf.ok("view", "create", "a.sheaf", "big", "SELECT * FROM samples WHERE n > 1");
    JsonNode report = sheaf.json("concat", "a.sheaf@main~2", "a.sheaf:big", "b.sheaf");
    assertThat(report.get("rows").asInt()).isEqualTo(6);
    assertThat(report.get("committed").asBoolean()).isTrue();
    assertThat(report.get("sources").get(1).get("present").asInt()).isEqualTo(1);
    assertThat(sheaf.json("get", "b.sheaf", "4").get(0).get("cells").get("label").asText())
        .isEqualTo("l1");
    JsonNode again = sheaf.json("concat", "a.sheaf", "b.sheaf");
    assertThat(again.get("committed").asBoolean()).isFalse();
    assertThat(again.get("sources").get(0).get("differing").asInt()).isEqualTo(1);
  }

  @Test
  void saysWhatIsWrong() {
    try (Dataset made = Dataset.create(folder.resolve("c.sheaf"));
        Transaction change = made.begin()) {
      change.append(Row.of().key("a1").set("label", 5L));
      change.commit("One row");
    }
    assertThat(sheaf.run("concat", "a.sheaf")).isEqualTo(2);
    assertThat(sheaf.err()).contains("No source is named");
    assertThat(sheaf.run("concat", "a.sheaf", "images")).isEqualTo(2);
    assertThat(sheaf.err()).contains("The dataset comes last");
    assertThat(sheaf.run("concat", "images", "a.sheaf")).isEqualTo(2);
    assertThat(sheaf.err()).contains("\"images\" is no dataset", "sheaf ingest");
    assertThat(sheaf.run("concat", "none.sheaf", "a.sheaf")).isEqualTo(4);
    assertThat(sheaf.run("concat", "b.sheaf", "a.sheaf", "--on-conflict", "x")).isEqualTo(2);
    assertThat(sheaf.err()).contains("Give refuse, skip or prefix");
    assertThat(sheaf.run("concat", "b.sheaf", "new.sheaf@dev")).isEqualTo(2);
    assertThat(sheaf.run("concat", "c.sheaf", "a.sheaf")).isEqualTo(3);
    assertThat(sheaf.err()).contains("error[SHEAF-CAT-001]", "\"a1\"");
    assertThat(sheaf.run("concat", "c.sheaf", "a.sheaf", "--on-conflict", "prefix")).isEqualTo(3);
    assertThat(sheaf.err())
        .contains("error[SHEAF-CAT-002]", "\"label\" is utf8 in a.sheaf and int64 in c");
    sheaf.ok("rename-column", "c.sheaf", "label", "number", "-m", "Rename");
    assertThat(sheaf.ok("concat", "c.sheaf", "a.sheaf", "--on-conflict", "prefix"))
        .contains("  c: 1 added, 1 under c/KEY\n", "  column number int64: added (c)\n");
    assertThat(sheaf.json("get", "a.sheaf", "key:c/a1")).hasSize(1);
  }
}

package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that edit: stage, look, commit, drop. */
class EditTest {
  @TempDir Path folder;
  private CommandLineRun ada;
  private CommandLineRun bob;

  @BeforeEach
  void fill() {
    ada = new CommandLineRun(folder, "ada@lab7");
    bob = new CommandLineRun(folder, "bob@lab7");
    try (Dataset made = Dataset.create(folder.resolve("a.sheaf"));
        Transaction change = made.begin()) {
      change.addColumn(Column.of("tags", Type.list(Type.UTF8)));
      change.addColumn(Column.of("meta", Type.JSON));
      change.addColumn(Column.of("raw", Type.BINARY));
      change.addColumn(Column.of("flag", Type.scalar(DType.BOOL)));
      for (int i = 0; i < 5; i++) {
        change.append(
            Row.of()
                .key("k=" + i)
                .set("label", i % 2 == 0 ? "cat" : "dog")
                .set("score", i / 2.0)
                .set("count", (long) i)
                .set("vector", Tensor.ofFloats(new float[] {i, 0})));
      }
      change.commit("Five rows");
    }
  }

  private Sample head(long index) {
    // What is read is in memory before the dataset is closed.
    Dataset dataset = Dataset.open(folder.resolve("a.sheaf"));
    return dataset.head().sample(index);
  }

  @Test
  void stagesShowsCommitsAndDrops() {
    assertThat(ada.ok("status", "a.sheaf"))
        .contains("On branch main")
        .contains("Nothing is staged");
    JsonNode set = ada.json("set", "a.sheaf", "0", "-1", "label=bird", "score:=null");
    assertThat(set.get("staged").asBoolean()).isTrue();
    assertThat(set.get("cells").asInt()).isEqualTo(4);
    assertThat(head(0).text("label")).isEqualTo("cat");

    ada.ok("delete", "a.sheaf", "key:k=1");
    ada.ok("add-column", "a.sheaf", "checked", "bool", "--default", "false");
    ada.ok("rename-column", "a.sheaf", "count", "number");
    ada.ok("set", "a.sheaf", "2", "checked=true", "number=70");
    ada.ok("drop-column", "a.sheaf", "raw");
    String status = ada.ok("status", "a.sheaf");
    assertThat(status)
        .contains("+ column checked: bool", "- column raw", "~ column count -> number")
        .contains("set cells of 3 samples: checked 1, label 2, number 1, score 2")
        .contains("[0] label: cat -> bird", "[2] number: 2 -> 70", "delete 1 sample", "[1] k=1");
    JsonNode json = ada.json("status", "a.sheaf");
    assertThat(json.get("cells").asInt()).isEqualTo(6);
    assertThat(json.get("cells_by_column").toString())
        .isEqualTo("{\"checked\":1,\"label\":2,\"number\":1,\"score\":2}");
    assertThat(json.get("edits").get(0).get("from").asText()).isEqualTo("cat");
    assertThat(json.get("edits").get(0).get("to").asText()).isEqualTo("bird");
    assertThat(json.get("deleted")).hasSize(1);
    assertThat(json.get("columns_renamed").toString())
        .isEqualTo("[{\"from\":\"count\",\"to\":\"number\"}]");
    assertThat(bob.ok("status", "a.sheaf")).contains("Nothing is staged");

    JsonNode commit = ada.json("commit", "a.sheaf", "-m", "All of it");
    assertThat(commit.get("changed").asBoolean()).isTrue();
    assertThat(commit.get("rows").asInt()).isEqualTo(4);
    assertThat(head(0).text("label")).isEqualTo("bird");
    assertThat(head(0).value("score")).isNull();
    assertThat(head(1).value("checked")).isEqualTo(true);
    assertThat(head(1).value("number")).isEqualTo(70L);
    assertThat(head(0).value("checked")).isEqualTo(false);
    assertThat(head(0).schema().contains("raw")).isFalse();
    assertThat(ada.ok("status", "a.sheaf")).contains("Nothing is staged");

    assertThat(ada.run("commit", "a.sheaf", "-m", "Again")).isEqualTo(3);
    assertThat(ada.err()).contains("Nothing is staged for branch \"main\"");
    assertThat(ada.run("commit", "a.sheaf")).isEqualTo(2);
  }

  @Test
  void setsValuesOfEveryKindOfColumn() {
    ada.ok(
        "set",
        "a.sheaf",
        "1:3",
        "tags=[\"a\",null]",
        "meta:={\"x\":[1,2]}",
        "raw=AQID",
        "flag=true",
        "count=-7",
        "score=1e3",
        "label=null",
        "vector=[0.5, 1]",
        "-m",
        "Kinds");
    for (long index : new long[] {1, 2}) {
      Sample sample = head(index);
      assertThat(sample.value("tags")).isEqualTo(java.util.Arrays.asList("a", null));
      assertThat(sample.value("meta").toString()).isEqualTo("{\"x\":[1,2]}");
      assertThat(sample.value("flag")).isEqualTo(true);
      assertThat(sample.value("count")).isEqualTo(-7L);
      assertThat(sample.value("score")).isEqualTo(1000.0);
      assertThat(sample.value("label")).isEqualTo("null");
      assertThat(((Tensor) sample.value("vector")).element(0)).isEqualTo(0.5);
    }
    assertThat(head(0).value("tags")).isNull();
    JsonNode raw = ada.json("get", "a.sheaf", "1", "--columns", "raw");
    assertThat(raw.get(0).get("cells").get("raw").toString())
        .isEqualTo("{\"bytes\":3,\"base64\":\"AQID\"}");
  }

  @Test
  void findsSamplesByConditionAndCommitsAtOnce() {
    JsonNode done =
        ada.json("set", "a.sheaf", "--where", "label = 'dog' -- odd", "label=wolf", "-m", "Wolves");
    assertThat(done.get("samples").asInt()).isEqualTo(2);
    assertThat(done.get("changed").asBoolean()).isTrue();
    assertThat(head(1).text("label")).isEqualTo("wolf");
    assertThat(ada.ok("log", "a.sheaf", "--oneline")).contains("Wolves");
    JsonNode again =
        ada.json("delete", "a.sheaf", "--where", "label = 'dog'", "-m", "Nobody is left");
    assertThat(again.get("changed").asBoolean()).isFalse();
    assertThat(again.get("deleted").asInt()).isZero();
  }

  @Test
  void theSameTransactionIdDoesNothingTwice() {
    JsonNode first = ada.json("set", "a.sheaf", "0", "label=x", "-m", "Once", "--txn", "job-1");
    ada.ok("set", "a.sheaf", "0", "label=y", "-m", "Since");
    JsonNode second = ada.json("set", "a.sheaf", "0", "label=x", "-m", "Once", "--txn", "job-1");
    assertThat(second.get("commit")).isEqualTo(first.get("commit"));
    assertThat(second.get("changed").asBoolean()).isFalse();
    assertThat(head(0).text("label")).isEqualTo("y");
  }

  @Test
  void overlappingEditsAreRefusedWithTheCellsNamedAndStayStaged() {
    ada.ok("set", "a.sheaf", "0", "label=ada");
    bob.ok("set", "a.sheaf", "0", "label=bob", "score=9");
    bob.ok("set", "a.sheaf", "1", "label=free");
    ada.ok("commit", "a.sheaf", "-m", "Ada");

    assertThat(bob.run("commit", "a.sheaf", "-m", "Bob", "--json")).isEqualTo(5);
    assertThat(bob.json().get("error").get("code").asText()).isEqualTo("SHEAF-CMT-001");
    assertThat(bob.json().get("error").get("message").asText())
        .contains("1 of the same cells")
        .contains("column \"label\"");
    assertThat(bob.json("status", "a.sheaf").get("behind").asInt()).isEqualTo(1);
    assertThat(bob.json("restore", "a.sheaf", "0", "--columns", "label").get("edits").asInt())
        .isEqualTo(1);
    bob.ok("commit", "a.sheaf", "-m", "Bob");
    assertThat(head(0).text("label")).isEqualTo("ada");
    assertThat(head(0).value("score")).isEqualTo(9.0);
    assertThat(head(1).text("label")).isEqualTo("free");

    bob.ok("delete", "a.sheaf", "3");
    assertThat(bob.json("restore", "a.sheaf", "--staged").get("all").asBoolean()).isTrue();
    assertThat(bob.ok("status", "a.sheaf")).contains("Nothing is staged");
  }

  @Test
  void eachBranchHasItsOwn() {
    ada.ok("branch", "a.sheaf", "dev");
    ada.ok("set", "a.sheaf@dev", "0", "label=dev");
    assertThat(ada.ok("status", "a.sheaf"))
        .contains("Nothing is staged", "Edits wait for other branches too: dev");
    ada.ok("switch", "a.sheaf", "dev");
    ada.ok("commit", "a.sheaf", "-m", "On dev");
    assertThat(head(0).text("label")).isEqualTo("cat");
    assertThat(ada.json("get", "a.sheaf", "0").get(0).get("cells").get("label").asText())
        .isEqualTo("dev");
    assertThat(ada.run("set", "a.sheaf@dev~1", "0", "label=x")).isEqualTo(2);
    assertThat(ada.err()).contains("is no branch");
  }

  @Test
  void refusesWhatDoesNotFit() {
    for (List<String> wrong :
        List.of(
            List.of("3", "SHEAF-INP-042", "set", "a.sheaf", "0", "count=many"),
            List.of("3", "SHEAF-INP-042", "set", "a.sheaf", "0", "count=1.5"),
            List.of("3", "SHEAF-INP-042", "set", "a.sheaf", "0", "vector=[1,2,3]"),
            List.of("3", "SHEAF-INP-042", "set", "a.sheaf", "0", "meta:={"),
            List.of("4", "SHEAF-NF-004", "set", "a.sheaf", "0", "lable=x"),
            List.of("4", "SHEAF-NF-001", "set", "a.sheaf", "99", "label=x"),
            List.of("4", "SHEAF-NF-021", "delete", "a.sheaf", "key:none"),
            List.of("4", "SHEAF-NF-004", "drop-column", "a.sheaf", "none"),
            List.of("3", "SHEAF-SCH-001", "add-column", "a.sheaf", "label", "utf8"),
            List.of(
                "3", "SHEAF-SCH-011", "add-column", "a.sheaf", "x", "int8", "--default", "\"a\""),
            List.of("3", "SHEAF-SCH-004", "rename-column", "a.sheaf", "label", "_key"),
            List.of("2", "SHEAF-CLI-002", "set", "a.sheaf", "0"),
            List.of("2", "SHEAF-CLI-002", "set", "a.sheaf", "label=x"),
            List.of("2", "SHEAF-CLI-002", "set", "a.sheaf", "0", "label=x", "label=y"),
            List.of("2", "SHEAF-CLI-002", "delete", "a.sheaf"),
            List.of("2", "SHEAF-QRY-001", "delete", "a.sheaf", "--where", "label ="))) {
      String[] words = wrong.subList(2, wrong.size()).toArray(new String[0]);
      assertThat(ada.run(words))
          .as("%s: %s", wrong, ada.err())
          .isEqualTo(Integer.parseInt(wrong.get(0)));
      assertThat(ada.err()).as("%s", wrong).contains(wrong.get(1));
      assertThat(ada.ok("status", "a.sheaf")).contains("Nothing is staged");
    }
  }

  @Test
  void everyVerbOpensItsHelpWithTwoExamples() {
    for (String verb :
        List.of(
            "set",
            "delete",
            "add-column",
            "drop-column",
            "rename-column",
            "status",
            "commit",
            "restore")) {
      String[] lines = ada.ok(verb, "--help").split("\n");
      assertThat(lines[0]).isEqualTo("Examples:");
      assertThat(lines[1]).startsWith("  sheaf " + verb);
      assertThat(lines[2]).startsWith("  sheaf " + verb);
    }
  }
}

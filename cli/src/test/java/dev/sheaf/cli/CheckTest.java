package dev.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every verb that commits is refused by a check, and {@code --no-verify} passes over it. */
class CheckTest {
  private static final String LABELED = "SELECT _key FROM samples WHERE label IS NULL";

  @TempDir Path folder;
  private CommandLineRun ada;

  @BeforeEach
  void fill() {
    ada = new CommandLineRun(folder, "ada@lab7");
    ada.makeThree(i -> Row.of().set("label", "cat").set("n", (long) i));
  }

  private String head(String rev) {
    try (Dataset dataset = Dataset.open(folder.resolve("a.sheaf"))) {
      return dataset.at(rev).commit().id();
    }
  }

  private void refused(String... words) {
    String before = head("main");
    int code = ada.run(words);
    assertThat(code).as(String.join(" ", words) + ": " + ada.err()).isEqualTo(3);
    assertThat(ada.err()).contains("error[SHEAF-CMT-010]: Check \"labels\" refuses: it returns");
    assertThat(head("main")).isEqualTo(before);
  }

  private void passes(String... words) {
    String[] all = java.util.Arrays.copyOf(words, words.length + 1);
    all[words.length] = "--no-verify";
    String before = head("main");
    ada.ok(all);
    assertThat(head("main")).as(String.join(" ", all)).isNotEqualTo(before);
  }

  private void both(String... words) {
    refused(words);
    passes(words);
  }

  @Test
  void addsListsRunsAndRemoves() throws IOException {
    assertThat(ada.ok("check", "a.sheaf")).isEmpty();
    assertThat(ada.err()).contains("no checks; add one with sheaf check add");
    assertThat(ada.ok("check", "add", "a.sheaf", "labels", LABELED))
        .matches("\\[main [0-9a-f]{7}] Added check labels\n");
    Files.writeString(
        folder.resolve("few.sql"), "SELECT count(*) AS c FROM samples HAVING count(*) > 9");
    assertThat(
            ada.json("check", "add", "a.sheaf", "few", "--file", "few.sql").get("check").asText())
        .isEqualTo("few");
    assertThat(ada.ok("check", "list", "a.sheaf"))
        .contains("few     SELECT count(*) AS c FROM samples HAVING count(*) > 9")
        .contains("labels  " + LABELED);
    assertThat(ada.ok("check", "a.sheaf")).isEqualTo("ok    few\nok    labels\n");
    assertThat(ada.err()).contains("2 checks passed");

    passes("set", "a.sheaf", "1", "label:=null", "-m", "No label");
    assertThat(ada.run("check", "a.sheaf")).isEqualTo(3);
    assertThat(ada.out()).isEqualTo("ok    few\nFAIL  labels: 1 row\n_key\nk1\n");
    assertThat(ada.run("check", "run", "a.sheaf@main~1")).isZero();
    assertThat(ada.run("check", "a.sheaf", "--json")).isEqualTo(3);
    JsonNode json = ada.json();
    assertThat(json.get("passed").asBoolean()).isFalse();
    assertThat(json.get("checks").get(1).toString())
        .isEqualTo(
            "{\"name\":\"labels\",\"sql\":\""
                + LABELED
                + "\\n\",\"passed\":false,\"rows\":[{\"_key\":\"k1\"}],\"more\":false,\"error\":null}");

    passes("drop-column", "a.sheaf", "label", "-m", "Drop");
    assertThat(ada.run("check", "a.sheaf")).isEqualTo(3);
    assertThat(ada.out()).contains("FAIL  labels: Unknown column \"label\"");
    ada.ok("check", "rm", "a.sheaf", "labels");
    assertThat(ada.json("check", "list", "a.sheaf")).hasSize(1);
  }

  @Test
  void everyVerbThatCommitsIsChecked() throws IOException {
    ada.ok("branch", "a.sheaf", "side");
    ada.ok("check", "add", "a.sheaf", "labels", LABELED);
    ada.ok("set", "a.sheaf", "0", "label:=null");
    refused("commit", "a.sheaf", "-m", "Staged");
    assertThat(ada.json("status", "a.sheaf").get("cells").asInt()).isEqualTo(1);
    ada.ok("restore", "a.sheaf");

    // One sample without a label on another branch, so that what comes next is in the way of it.
    ada.ok("set", "a.sheaf@side", "1", "label:=null", "-m", "Forget");
    both("merge", "a.sheaf", "side");
    ada.ok("set", "a.sheaf", "1", "label=cat", "-m", "Label again");
    both("revert", "a.sheaf", "main");
    ada.ok("set", "a.sheaf", "1", "label=cat", "-m", "Label again");

    both("set", "a.sheaf", "0", "label:=null", "-m", "One");
    Files.writeString(folder.resolve("edits.jsonl"), "{\"_key\":\"k2\",\"label\":null}\n");
    both("apply", "a.sheaf", "edits.jsonl", "-m", "Two");
    Files.writeString(folder.resolve("more.jsonl"), "{\"n\":7}\n");
    both("ingest", "more.jsonl", "a.sheaf");
    both("view", "create", "a.sheaf", "all", "SELECT * FROM samples");
    both("delete", "a.sheaf", "1", "-m", "Three");
    Files.writeString(folder.resolve("r.yaml"), "recipe: r\nsteps:\n  - filter: n < 2\n");
    both("curate", "a.sheaf", "r.yaml");
    both("rescue", "a.sheaf", "1");
    both("check", "add", "a.sheaf", "any", "SELECT _key FROM samples WHERE n < 0");
  }

  @Test
  void absorbPurgeAndConcatAreChecked() throws IOException {
    Path photos = Files.createDirectories(folder.resolve("photos"));
    for (int i = 0; i < 3; i++) {
      Path root = Path.of(System.getProperty("sheaf.root", ".."));
      String name = "cat_0" + (i + 1) + ".jpg";
      Files.copy(root.resolve("testdata/pets/cat").resolve(name), photos.resolve(name));
    }
    ada.ok("ingest", "photos", "a.sheaf", "--link");
    try (Dataset more = Dataset.create(folder.resolve("c.sheaf"));
        Transaction change = more.begin()) {
      change.append(Row.of().key("c0").set("n", 9L));
      change.commit("One");
    }
    ada.ok("check", "add", "a.sheaf", "labels", "SELECT _key FROM samples WHERE n > 8");
    both("concat", "c.sheaf", "a.sheaf");
    both("absorb", "a.sheaf");
    refused("purge", "a.sheaf", "0", "--reason", "asked to", "--force");
    assertThat(ada.run("purge", "a.sheaf", "--continue")).isEqualTo(4);
    passes("purge", "a.sheaf", "0", "--reason", "asked to", "--force");
  }

  @Test
  void aMergeThatWasResolvedIsChecked() {
    ada.ok("branch", "a.sheaf", "side");
    ada.ok("check", "add", "a.sheaf", "labels", LABELED);
    ada.ok("set", "a.sheaf@side", "1", "label=dog", "-m", "A dog");
    ada.ok("set", "a.sheaf", "1", "label=bird", "-m", "A bird");
    assertThat(ada.run("merge", "a.sheaf", "side")).isEqualTo(5);
    ada.ok("resolve", "a.sheaf", "1", "label", ":=null");
    refused("merge", "a.sheaf", "--continue");
    ada.ok("resolve", "a.sheaf", "1", "label", "--theirs");
    ada.ok("merge", "a.sheaf", "--continue");
    assertThat(ada.json("get", "a.sheaf", "1").get(0).get("cells").get("label").asText())
        .isEqualTo("dog");
  }

  @Test
  void namesWhatIsMissing() {
    assertThat(ada.run("check", "add", "a.sheaf", "labels")).isEqualTo(2);
    assertThat(ada.err()).contains("A name and a query are needed", "sheaf check add a.sheaf NAME");
    assertThat(ada.run("check", "rm", "a.sheaf")).isEqualTo(2);
    assertThat(ada.err()).contains("A name is needed");
    assertThat(ada.run("check", "rm", "a.sheaf", "labels")).isEqualTo(4);
    assertThat(ada.err()).contains("error[SHEAF-NF-025]: Unknown check \"labels\"");
    ada.ok("tag", "a.sheaf", "v1");
    assertThat(ada.run("check", "add", "a.sheaf@v1", "labels", LABELED)).isEqualTo(2);
    assertThat(ada.err()).contains("\"v1\" is no branch");
  }
}

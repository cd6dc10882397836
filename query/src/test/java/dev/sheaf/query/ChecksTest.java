package dev.sheaf.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CheckPolicy;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.QuerySyntaxException;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.StagedEdits;
import dev.sheaf.format.Transaction;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {
  private static final String LABELED = "SELECT _key, n FROM samples WHERE label IS NULL";

  @TempDir Path folder;
  private Dataset dataset;
  private Checks checks;

  @BeforeEach
  void create() {
    dataset = Dataset.create(folder.resolve("a.sheaf"));
    checks = Checks.of(dataset);
    append("main", "a", "cat");
    append("main", "b", "dog");
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private void append(String branch, String key, String label) {
    try (Transaction change = dataset.begin(branch)) {
      change.append(Row.of().key(key).set("n", (long) key.charAt(0)).set("label", label));
      change.commit("Add " + key);
    }
  }

  private SampleId id(String key) {
    return dataset.head().find(key).orElseThrow().id();
  }

  private String head() {
    return dataset.head().commit().id();
  }

  @Test
  void rowsOfACheckRefuseACommit() {
    checks.put("main", "labels", LABELED);
    append("main", "c", "cat");
    String before = head();

    assertThatThrownBy(() -> append("main", "d", null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Check \"labels\" refuses: it returns 1 row\n  _key=d  n=100")
        .extracting("code", "hint")
        .containsExactly(
            "SHEAF-CMT-010",
            "Nothing is changed. Correct what it names and commit again, or commit with --no-verify");
    assertThat(head()).isEqualTo(before);

    try (Dataset unchecked = Dataset.open(dataset.path(), CheckPolicy.SKIP);
        Transaction change = unchecked.begin()) {
      change.append(Row.of().key("d"));
      change.commit("All the same");
    }
    assertThat(dataset.head().size()).isEqualTo(4);
    Checks.Outcome outcome = checks.run(dataset.head(), 10).get(0);
    assertThat(outcome.passed()).isFalse();
    assertThat(outcome.columns()).extracting(ResultColumn::name).containsExactly("_key", "n");
    assertThat(outcome.rows()).hasSize(1);
    assertThat(outcome.rows().get(0)).containsExactly("d", null);
    assertThat(outcome.more()).isFalse();
  }

  @Test
  void severalChecksAreToldTogetherAndLongResultsAreCut() {
    checks.put("main", "labels", LABELED);
    checks.put("main", "numbers", "SELECT n FROM samples WHERE n > 1000");
    assertThatThrownBy(
            () -> {
              try (Transaction change = dataset.begin()) {
                for (int i = 0; i < 1200; i++) {
                  change.append(Row.of().key("x" + i).set("n", (long) i));
                }
                change.commit("Many");
              }
            })
        .extracting("headline", InstanceOfAssertFactories.STRING)
        .isEqualTo(
            """
            Check "labels" refuses: it returns more than 1000 rows
              _key=x0  n=0
              _key=x1  n=1
              _key=x2  n=2
              …
            Check "numbers" refuses: it returns 199 rows
              n=1001
              n=1002
              n=1003
              …""");
  }

  @Test
  void stagedEditsStayWhereACheckRefuses() {
    checks.put("main", "labels", LABELED);
    StagedEdits staged = dataset.staged("ada", "main");
    staged.add(new EditSet().set(id("a"), "label", null));
    String transaction = staged.transactionId();
    assertThatThrownBy(() -> staged.commit("No label")).hasMessageContaining("_key=a");
    assertThat(staged.transactionId()).isEqualTo(transaction);
    assertThat(staged.changes().cells()).containsKey(id("a"));

    staged.add(new EditSet().set(id("a"), "label", "bird"));
    assertThat(staged.commit("A label").find("a").orElseThrow().text("label")).isEqualTo("bird");
  }

  @Test
  void aCheckSeesBothOfTwoCommitsFromOneBase() {
    checks.put("main", "unique", "SELECT label FROM samples GROUP BY label HAVING count(*) > 1");
    try (Transaction one = dataset.begin();
        Transaction other = dataset.begin()) {
      one.append(Row.of().key("x").set("label", "bird"));
      other.append(Row.of().key("y").set("label", "bird"));
      one.commit("A bird");
      assertThatThrownBy(() -> other.commit("Another bird"))
          .hasMessageContaining("Check \"unique\" refuses: it returns 1 row\n  label=bird");
    }
    assertThat(dataset.head().commit().subject()).isEqualTo("A bird");
  }

  @Test
  void aCheckMayCompareWithTheBranchAsItIs() {
    checks.put(
        "main",
        "kept",
        "SELECT _key FROM samples FOR VERSION AS OF 'main' EXCEPT SELECT _key FROM samples");
    append("main", "c", "cat");
    assertThatThrownBy(
            () -> {
              try (Transaction change = dataset.begin()) {
                change.delete(id("b"));
                change.commit("Delete b");
              }
            })
        .hasMessageContaining("Check \"kept\" refuses: it returns 1 row\n  _key=b");
  }

  @Test
  void aMergeHasTheChecksOfBothSides() {
    dataset.createBranch("side", "main");
    checks.put("main", "labels", LABELED);
    checks.put("side", "few", "SELECT count(*) AS samples FROM samples HAVING count(*) > 3");
    append("side", "x", null);
    append("main", "c", "cat");
    String before = head();
    assertThatThrownBy(() -> dataset.merge("main", "side").commit(""))
        .hasMessageContaining("Check \"few\" refuses: it returns 1 row\n  samples=4")
        .hasMessageContaining("Check \"labels\" refuses: it returns 1 row\n  _key=x");
    assertThat(head()).isEqualTo(before);

    try (Transaction change = dataset.begin("side")) {
      change.delete(dataset.at("side").find("x").orElseThrow().id());
      change.commit("Delete x");
    }
    dataset.merge("main", "side").commit("");
    assertThat(checks.list(dataset.head()))
        .extracting(Checks.Check::name)
        .containsExactly("few", "labels");
  }

  @Test
  void aCheckThatCannotBeRunRefuses() {
    checks.put("main", "labels", LABELED);
    try (Transaction change = dataset.begin()) {
      change.dropColumn("label");
      assertThatThrownBy(() -> change.commit("Drop label"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("Check \"labels\" cannot be run: Unknown column \"label\"")
          .extracting("code", "hint")
          .containsExactly(
              "SHEAF-CMT-011",
              "Nothing is changed. Correct the check or remove it (`sheaf check add`, `sheaf check"
                  + " rm`), or commit with --no-verify");
    }
    checks.remove("main", "labels");
    try (Transaction change = dataset.begin()) {
      change.dropColumn("label");
      change.commit("Drop label");
    }
    assertThat(checks.list(dataset.head())).isEmpty();
  }

  @Test
  void aCheckIsAddedOnlyWhereItHolds() {
    assertThatThrownBy(() -> checks.put("main", "none", "SELECT _key FROM samples"))
        .hasMessageContaining("Check \"none\" refuses: it returns 2 rows\n  _key=a\n  _key=b");
    assertThatThrownBy(() -> checks.put("main", "bad", "SELECT lable FROM samples"))
        .isInstanceOf(QuerySyntaxException.class);
    assertThatThrownBy(() -> checks.put("main", "a/b", LABELED))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("Bad name of a check \"a/b\". Use letters, digits, and _ . - after the first");
    checks.put("main", "labels", LABELED);
    assertThatThrownBy(() -> checks.remove("main", "lables"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("Unknown check \"lables\"")
        .hasMessageContaining("labels");
    assertThat(checks.list(dataset.head()))
        .containsExactly(new Checks.Check("labels", LABELED + "\n"));
  }

  @Test
  void damageIsNoFaultOfACheck() throws Exception {
    checks.put("main", "labels", "SELECT _key FROM samples WHERE length(label) > 100000000");
    try (Transaction change = dataset.begin()) {
      change.append(Row.of().key("long").set("label", "x".repeat(100_000)));
      change.commit("A long label");
    }
    dataset.close();
    try (var chunks = Files.walk(dataset.path().resolve("chunks"))) {
      for (Path chunk : chunks.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(chunk);
        bytes[bytes.length / 2] ^= 1;
        Files.write(chunk, bytes);
      }
    }
    dataset = Dataset.open(dataset.path());
    assertThatThrownBy(() -> append("main", "c", "cat"))
        .isInstanceOf(dev.sheaf.format.CorruptDataException.class);
  }
}

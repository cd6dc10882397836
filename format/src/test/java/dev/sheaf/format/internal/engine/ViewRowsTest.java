package dev.sheaf.format.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Batch;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents of a version, versions of some of its samples, and the rows of views. */
class ViewRowsTest {
  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void create() {
    dataset = Dataset.create(folder.resolve("a.sheaf"));
    append(0, 100);
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private void append(int from, int to) {
    try (Transaction change = dataset.begin()) {
      for (int i = from; i < to; i++) {
        change.append(Row.of().key("k" + i).set("n", (long) i));
      }
      change.commit("Add " + from + " to " + to);
    }
  }

  private void define(String name, String sql) {
    try (Transaction change = dataset.begin()) {
      change.putDocument("views/" + name + ".json", sql.getBytes(StandardCharsets.UTF_8));
      change.commit("Define " + name);
    }
  }

  private static List<Long> numbers(Version version) {
    List<Long> numbers = new ArrayList<>();
    for (Batch batch : version.scan()) {
      for (int i = 0; i < batch.size(); i++) {
        numbers.add(batch.sample(i).int64("n"));
      }
    }
    return numbers;
  }

  @Test
  void picksSamplesInAnyOrder() {
    try (Transaction change = dataset.begin()) {
      change.delete(dataset.head().sample(1).id());
      change.commit("Delete one");
    }
    Version head = dataset.head();
    Version picked = head.pick(97, 0, 1, 2, 3, -1);
    assertThat(picked.size()).isEqualTo(6);
    assertThat(numbers(picked)).containsExactly(98L, 0L, 2L, 3L, 4L, 99L);
    assertThat(picked.sample(5).key()).isEqualTo("k99");
    assertThat(picked.take(5, 0).get(1).int64("n")).isEqualTo(98);
    assertThat(picked.indexOf(head.sample(2).id())).isEqualTo(OptionalLong.of(3));
    assertThat(picked.indexOf(head.sample(50).id())).isEmpty();
    assertThat(picked.find("k98").orElseThrow().index()).isZero();
    assertThat(picked.find("k50")).isEmpty();
    assertThat(picked.select("n").sample(1).toMap()).isEqualTo(Map.of("n", 0L));
    assertThat(numbers(picked.pick(5, 0))).containsExactly(99L, 98L);
    assertThat(head.pick().size()).isZero();
    assertThatThrownBy(() -> head.pick(1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> head.pick(99)).isInstanceOf(NotFoundException.class);
  }

  @Test
  void keepsDocumentsWithTheVersion() {
    define("small", "SELECT 1");
    Version before = dataset.head();
    String data = before.dataDigest();
    try (Transaction change = dataset.begin()) {
      change.putDocument("recipes/a/b.yaml", new byte[] {1, 2});
      change.putDocument("taxonomy.json", new byte[] {3});
      change.removeDocument("views/small.json");
      change.commit("Change documents");
    }
    Version head = dataset.head();
    assertThat(head.documents("")).containsExactly("recipes/a/b.yaml", "taxonomy.json");
    assertThat(head.document("recipes/a/b.yaml")).contains(new byte[] {1, 2});
    assertThat(head.document("views/small.json")).isEmpty();
    assertThat(before.documents("views")).containsExactly("views/small.json");
    assertThat(head.dataDigest()).isEqualTo(data);
    for (String bad : List.of("a.json", "views", "views/../x", "git/x", "views//x", "segments/x")) {
      assertThatThrownBy(() -> head.document(bad)).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void refusesDocumentsThatAnotherWriterChanged() {
    try (Transaction first = dataset.begin();
        Transaction second = dataset.begin();
        Transaction third = dataset.begin()) {
      first.putDocument("taxonomy.json", new byte[] {1});
      second.putDocument("taxonomy.json", new byte[] {2});
      third.putDocument("recipes/other.yaml", new byte[] {2});
      first.commit("First");
      assertThatThrownBy(() -> second.commit("Second"))
          .isInstanceOf(CommitConflictException.class)
          .hasMessageContaining("taxonomy.json");
      third.commit("Third");
    }
    assertThat(dataset.head().documents("")).containsExactly("recipes/other.yaml", "taxonomy.json");
  }

  @Test
  void storesTheRowsOfAView() {
    define("even", "SELECT * FROM samples WHERE n % 2 = 0");
    Version first = dataset.head();
    assertThatThrownBy(() -> dataset.view(first, "even"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no rows yet");
    dataset.storeView(first, "even", first.pick(0, 2, 4));
    assertThat(numbers(dataset.view(dataset.head(), "even"))).containsExactly(0L, 2L, 4L);

    append(100, 110);
    Version stale = dataset.view(dataset.head(), "even");
    assertThat(stale.commit().id()).isEqualTo(first.commit().id());
    assertThat(numbers(stale)).containsExactly(0L, 2L, 4L);

    define("other", "SELECT 1");
    Version second = dataset.head();
    dataset.storeView(second, "even", second.pick(108, 2));
    assertThat(numbers(dataset.view(dataset.head(), "even"))).containsExactly(108L, 2L);
    assertThat(numbers(dataset.view(first, "even"))).containsExactly(0L, 2L, 4L);
    assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    assertThat(dataset.branches()).containsExactly("main");

    try (Dataset again = Dataset.open(dataset.path())) {
      assertThat(numbers(again.view(again.head(), "even"))).containsExactly(108L, 2L);
      assertThatThrownBy(() -> again.view(again.head(), "evn"))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("even");
    }
    define("even", "SELECT * FROM samples WHERE n % 3 = 0");
    assertThatThrownBy(() -> dataset.view(dataset.head(), "even"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void readsVersionsWithoutTheRowsOfViews() throws Exception {
    define("even", "SELECT 1");
    Version head = dataset.head();
    dataset.storeView(head, "even", head.pick(3));
    Path ref = dataset.path().resolve("git").resolve(ViewRows.REF);
    assertThat(ref).exists();
    Files.delete(ref);
    try (Dataset again = Dataset.open(dataset.path())) {
      assertThat(again.head().size()).isEqualTo(100);
      assertThatThrownBy(() -> again.view(again.head(), "even"))
          .isInstanceOf(NotFoundException.class);
    }
  }
}

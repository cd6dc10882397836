package dev.sheaf.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewsTest {
  @TempDir Path folder;
  private Dataset dataset;
  private Views views;

  @BeforeEach
  void create() {
    dataset = Dataset.create(folder.resolve("a.sheaf"));
    views = Views.of(dataset);
    append(0, 50);
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  private void append(int from, int to) {
    try (Transaction change = dataset.begin()) {
      for (int i = from; i < to; i++) {
        change.append(Row.of().key("k" + i).set("n", (long) i).set("odd", i % 2 == 1));
      }
      change.commit("Add samples");
    }
  }

  private List<Long> rows(String name) {
    Version view = dataset.view(dataset.head(), name);
    return LongStream.range(0, view.size()).mapToObj(i -> view.sample(i).int64("n")).toList();
  }

  @Test
  void holdsTheSamplesOfItsQueryInOrder() {
    String sql = "SELECT * FROM samples WHERE odd AND n > 40 ORDER BY n DESC LIMIT 3";
    Views.View made = views.create("main", "late", sql);
    assertThat(made.state()).isEqualTo(Views.State.FRESH);
    assertThat(made.rows()).isEqualTo(3);
    assertThat(rows("late")).containsExactly(49L, 47L, 45L);

    Version view = dataset.view(dataset.head(), "late");
    try (QueryResult result =
        SqlSession.open(dataset, view).query("SELECT _index, n FROM samples ORDER BY n")) {
      assertThat(result.rows())
          .isEqualTo(List.of(List.of(2L, 45L), List.of(1L, 47L), List.of(0L, 49L)));
    }
  }

  @Test
  void isStaleUntilItIsRefreshed() {
    views.create("main", "odd", "SELECT n AS m FROM samples s WHERE s.odd ORDER BY m");
    append(50, 60);
    Views.View stale = views.view(dataset.head(), "odd");
    assertThat(stale.state()).isEqualTo(Views.State.STALE);
    assertThat(stale.behind()).isEqualTo(1);
    assertThat(rows("odd")).hasSize(25);
    Views.View fresh = views.refresh("main", "odd");
    assertThat(fresh.state()).isEqualTo(Views.State.FRESH);
    assertThat(rows("odd")).hasSize(30).isSorted();
    assertThat(views.list("main")).containsExactly(fresh);
    views.drop("main", "odd");
    assertThat(views.list("main")).isEmpty();
    assertThat(views.list("main~1")).hasSize(1);
    assertThatThrownBy(() -> views.drop("main", "odd")).isInstanceOf(NotFoundException.class);
  }

  @Test
  void joinsInSubQueries() {
    views.create(
        "main",
        "twins",
        "SELECT * FROM samples WHERE n IN (SELECT max(n) FROM samples GROUP BY odd)");
    assertThat(rows("twins")).containsExactly(48L, 49L);
  }

  @Test
  void refusesWhatIsNoView() {
    String head = dataset.head().commit().id();
    for (String sql :
        List.of(
            "SELECT odd, count(*) FROM samples GROUP BY odd",
            "SELECT DISTINCT odd FROM samples",
            "SELECT a.n FROM samples a JOIN samples b ON a.n = b.n",
            "SELECT 1",
            "SELECT n FROM samples UNION ALL SELECT n FROM samples")) {
      assertThatThrownBy(() -> views.create("main", "bad", sql))
          .as(sql)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("no samples");
    }
    assertThatThrownBy(() -> views.create("main", "bad", "SELECT * FROM samples WHERE nn = 1"))
        .isInstanceOf(DatasetException.class);
    assertThatThrownBy(() -> views.create("main", "../x", "SELECT * FROM samples"))
        .isInstanceOf(InvalidInputException.class);
    assertThat(dataset.head().commit().id()).isEqualTo(head);
    views.create("main", "all", "SELECT * FROM samples");
    views.create("main", "all", "SELECT * FROM samples");
    assertThatThrownBy(() -> views.create("main", "all", "SELECT n FROM samples"))
        .isInstanceOf(CommitConflictException.class);
  }

  @Test
  void findsIndicesWithParameters() {
    SqlSession session = SqlSession.open(dataset);
    assertThat(session.indices("SELECT n FROM samples WHERE n < :most", Map.of("most", 3)))
        .containsExactly(0, 1, 2);
    assertThat(session.indices("SELECT * FROM samples WHERE n > 100", Map.of())).isEmpty();
  }
}

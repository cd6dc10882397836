package dev.sheaf.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Row;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries over enough samples that several threads compute them. */
class ParallelQueryTest {
  private static final int ROWS = 37_000;
  private static final int DIM = 8;

  private static final List<String> QUERIES =
      List.of(
          "SELECT label, count(*), sum(d), avg(d), stddev(d), min(d), max(label) FROM samples"
              + " WHERE x > 0.25 GROUP BY label",
          "SELECT count(*), sum(d), var_pop(d), min(id), max(id), sum(id) FROM samples",
          "SELECT count(*), sum(d), min(d) FROM samples WHERE x > 2",
          "SELECT label, sum(d) FROM samples WHERE x > 2 GROUP BY label",
          "SELECT id % 20000, sum(d) FROM samples GROUP BY id % 20000",
          "SELECT id, label FROM samples ORDER BY d DESC, id LIMIT 9000",
          "SELECT id, d FROM samples ORDER BY label DESC LIMIT 50",
          "SELECT id FROM samples ORDER BY l2_distance(v, (SELECT v FROM samples WHERE id = 77))"
              + " LIMIT 7",
          "SELECT _index, id, d * 2 FROM samples WHERE x > 0.9",
          "SELECT id FROM samples WHERE x > 0.5 LIMIT 30",
          "SELECT sum(v) AS s FROM samples WHERE x > 0.99",
          "SELECT label, sum(d) FROM samples WHERE _index >= 4000 AND _index < 33000"
              + " GROUP BY label",
          "SELECT a.label, count(*) FROM samples a JOIN samples b ON a.id = b.id + 1"
              + " WHERE b.x > 0.8 GROUP BY a.label");

  @TempDir static Path temp;
  private static Dataset dataset;

  @BeforeAll
  static void create() {
    dataset = Dataset.create(temp.resolve("many.sheaf"));
    Random random = new Random(5);
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of("id", Type.scalar(DType.INT64)));
      change.addColumn(Column.of("label", Type.UTF8));
      change.addColumn(Column.of("x", Type.scalar(DType.FLOAT64)));
      change.addColumn(Column.of("d", Type.scalar(DType.FLOAT64)));
      change.addColumn(Column.of("v", Type.tensor(DType.FLOAT32, DIM)));
      for (int i = 0; i < ROWS; i++) {
        float[] v = new float[DIM];
        for (int k = 0; k < DIM; k++) {
          v[k] = (float) random.nextGaussian();
        }
        Row row = Row.of().key("k" + i).set("id", (long) i).set("x", random.nextDouble());
        row.set("label", i % 50 == 7 ? null : "l" + (i % 13)).set("v", Tensor.ofFloats(v));
        // Magnitudes far apart: the order of additions shows in the last bits.
        row.set("d", i % 31 == 0 ? null : Math.exp(random.nextGaussian() * 12));
        change.append(row);
      }
      change.commit("Many");
    }
    try (Transaction change = dataset.begin()) {
      Map<String, Object> cells = new HashMap<>();
      cells.put("label", "edited");
      change.update(dataset.head().sample(20_000).id(), cells);
      change.delete(dataset.head().sample(12_345).id());
      change.commit("Edit");
    }
  }

  @AfterAll
  static void close() {
    dataset.close();
  }

  private static List<List<Object>> rows(int threads, String sql, Object... parameters) {
    try (QueryResult result = SqlSession.open(dataset).threads(threads).query(sql, parameters)) {
      return result.rows();
    }
  }

  @Test
  void answersHaveTheSameBitsForAnyNumberOfThreads() {
    for (String sql : QUERIES) {
      List<List<Object>> one = rows(1, sql);
      for (int threads : new int[] {2, 5}) {
        assertThat(rows(threads, sql)).as("%s, %d threads", sql, threads).isEqualTo(one);
      }
    }
  }

  @Test
  void sumsAreThoseOfPartsInOrder() {
    List<Object> values = new ArrayList<>();
    rows(1, "SELECT d FROM samples").forEach(row -> values.add(row.get(0)));
    double whole = 0;
    double forward = 0;
    int from = 0;
    for (int end : new int[] {4096, 8192, 16384, 32768, values.size()}) {
      double part = 0;
      for (Object value : values.subList(from, end)) {
        part += value == null ? 0 : (Double) value;
        forward += value == null ? 0 : (Double) value;
      }
      whole += part;
      from = end;
    }

    assertThat(rows(3, "SELECT sum(d) FROM samples")).isEqualTo(List.of(List.of(whole)));
    // Or the test would not tell one order from another.
    assertThat(forward).isNotEqualTo(whole);
  }

  /** Square roots of negative numbers are NaN, the greatest; equal ones stay in order. */
  @Test
  void firstRowsAreThoseOfTheWholeOrder() {
    for (String order :
        List.of("sqrt(x - 0.001)", "sqrt(x - 0.999)", "d", "floor(x * 9)", "v[0]")) {
      for (String direction : List.of(" ASC", " DESC", " ASC NULLS FIRST", " DESC NULLS LAST")) {
        String sql = "SELECT id FROM samples ORDER BY " + order + direction;
        assertThat(rows(2, sql + " LIMIT 60")).as(sql).isEqualTo(rows(1, sql).subList(0, 60));
      }
    }
  }

  @Test
  void explainAnalyzeCountsWhatAllThreadsDid() {
    SqlSession session = SqlSession.open(dataset);
    String sql = "SELECT label, count(*) FROM samples WHERE x >= 0 GROUP BY label";
    String one = session.threads(1).explainAnalyze(sql, Map.of());
    String four = session.threads(4).explainAnalyze(sql, Map.of());

    assertThat(four.replaceAll(", [0-9.]+ ms", "")).isEqualTo(one.replaceAll(", [0-9.]+ ms", ""));
    assertThat(four).contains("Filter").contains("rows=" + (ROWS - 1));
  }

  @Test
  void aFailureInAnyPartIsThatOfTheQuery() {
    String sql = "SELECT sum(10 / (id - 36000)) FROM samples";
    for (int threads : new int[] {1, 4}) {
      assertThatThrownBy(() -> rows(threads, sql))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("Division by zero");
    }
    assertThat(rows(4, "SELECT 10 / (id - 36000) FROM samples WHERE id < 100 LIMIT 3")).hasSize(3);
  }

  @Test
  void aResultThatIsNotReadToItsEndCanBeClosed() {
    for (int i = 0; i < 20; i++) {
      try (QueryResult result =
          SqlSession.open(dataset).threads(4).query("SELECT id, d + 1 FROM samples WHERE x > 0")) {
        assertThat(result.nextBatch()).isTrue();
      }
    }
  }

  @Test
  void memoryIsGivenBackOfEveryPart() {
    SqlSession session = SqlSession.open(dataset).threads(1).memoryLimit(3 << 20);
    for (int i = 0; i < 3; i++) {
      try (QueryResult result =
          session.query("SELECT id % 20000, count(*) FROM samples GROUP BY 1")) {
        assertThat(result.rows()).hasSize(20_000);
      }
    }
  }

  @Test
  void refusesToWorkWithoutAThread() {
    assertThatThrownBy(() -> SqlSession.open(dataset).threads(0))
        .hasMessage("threads=0 is below 1");
  }
}

package dev.sheaf.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.QuerySyntaxException;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries whose answers are known. */
class SqlSessionTest {
  @TempDir static Path temp;

  private static Dataset pets;
  private static SqlSession session;

  @BeforeAll
  static void makeDataset() {
    pets = Pets.create(temp.resolve("pets.sheaf"));
    session = SqlSession.open(pets);
  }

  @AfterAll
  static void close() {
    pets.close();
  }

  private static List<List<Object>> rows(String sql, Object... parameters) {
    try (QueryResult result = session.query(sql, parameters)) {
      return result.rows();
    }
  }

  private static Object only(String sql, Object... parameters) {
    List<List<Object>> rows = rows(sql, parameters);
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0)).hasSize(1);
    return rows.get(0).get(0);
  }

  private static String explain(String sql) {
    return session.explain(sql, Map.of());
  }

  @Test
  void filtersAndProjects() {
    assertThat(rows("SELECT id, label FROM samples WHERE id < 3 OR id = 2999"))
        .containsExactly(
            List.of(0L, "cat"), List.of(1L, "dog"), List.of(2L, "emu"), List.of(2999L, "猫"));
    assertThat(rows("SELECT id FROM samples WHERE label = '猫' AND id < 8"))
        .containsExactly(List.of(3L), List.of(7L));
  }

  @Test
  void readsPseudoColumnsAndThoseOfSheaf() {
    Sample sample = session.version().sample(7);
    assertThat(rows("SELECT _index, _id, _key FROM samples WHERE _index = 7"))
        .containsExactly(List.of(7L, sample.id().toString(), "k8"));
  }

  @Test
  void aStarLeavesOutSheafsOwnColumns() {
    try (QueryResult result = session.query("SELECT * FROM samples LIMIT 1")) {
      assertThat(result.columns().stream().map(ResultColumn::name))
          .containsExactly(
              "id",
              "label",
              "score",
              "seen",
              "caption",
              "embedding",
              "small",
              "mask",
              "image",
              "box",
              "tags");
    }
  }

  @Test
  void versionsAreTables() {
    assertThat(only("SELECT count(*) FROM samples")).isEqualTo(2999L);
    assertThat(only("SELECT count(*) FROM samples FOR VERSION AS OF 'v1'")).isEqualTo(3000L);
    assertThat(
            rows(
                """
                SELECT n.id, o.score < 1 AS before, n.score AS after
                FROM samples n JOIN samples FOR VERSION AS OF 'v1' AS o ON n._id = o._id
                WHERE n.score <> o.score"""))
        .containsExactly(List.of(5L, true, 7.5f));
    assertThatThrownBy(() -> only("SELECT 1 FROM samples FOR VERSION AS OF 'nope'"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("nope");
  }

  @Test
  void groupsAndAggregates() {
    assertThat(
            rows(
                """
                SELECT label, count(*), count(score), min(id), max(id), sum(id)
                FROM samples WHERE id < 10 GROUP BY label ORDER BY label"""))
        .containsExactly(
            List.of("cat", 3L, 2L, 0L, 8L, 12L),
            List.of("dog", 3L, 3L, 1L, 9L, 15L),
            List.of("emu", 1L, 1L, 2L, 2L, 2L),
            List.of("猫", 2L, 2L, 3L, 7L, 10L));
    assertThat(rows("SELECT count(*), sum(id), min(label) FROM samples WHERE id < 0"))
        .containsExactly(java.util.Arrays.asList(0L, null, null));
    assertThat(only("SELECT count(DISTINCT label) FROM samples")).isEqualTo(4L);
    assertThat(rows("SELECT seen, count(*) FROM samples GROUP BY seen ORDER BY seen"))
        .hasSize(3)
        .last()
        .satisfies(row -> assertThat(row.get(0)).isNull());
  }

  @Test
  void sortsWithNullsLastAndCuts() {
    assertThat(rows("SELECT id FROM samples ORDER BY id DESC LIMIT 2 OFFSET 1"))
        .containsExactly(List.of(2998L), List.of(2997L));
    List<List<Object>> all = rows("SELECT score FROM samples ORDER BY score");
    assertThat(all).hasSize(2999);
    assertThat(all.get(2998).get(0)).isNull();
    assertThat(all.get(2999 - 301).get(0)).isEqualTo(7.5f);
    List<Float> values = new ArrayList<>();
    all.subList(0, 2699).forEach(row -> values.add((Float) row.get(0)));
    assertThat(values).isSorted();
  }

  @Test
  void factsOfMediaAndFieldsOfStructs() {
    assertThat(only("SELECT count(*) FROM samples WHERE image IS NOT NULL")).isEqualTo(30L);
    assertThat(rows("SELECT id, image.codec, image.height FROM samples WHERE image.width = 106"))
        .containsExactly(List.of(100L, "png", 4L));
    assertThat(rows("SELECT box.x, box.name FROM samples WHERE box.x = 7"))
        .containsExactly(List.of(7L, "box1"));
    assertThat(only("SELECT image.sha256 FROM samples WHERE id = 100"))
        .isEqualTo(session.version().find("k100").orElseThrow().media("image").sha256());
  }

  @Test
  void listsCountFromZero() {
    assertThat(rows("SELECT tags[0], tags[-1] FROM samples WHERE id = 4"))
        .containsExactly(List.of("t4", "all"));
  }

  @Test
  void parameters() {
    assertThat(only("SELECT id FROM samples WHERE label = ? AND id > ? LIMIT 1", "emu", 10))
        .isEqualTo(14L);
    try (QueryResult result =
        session.query("SELECT id FROM samples WHERE id = :i OR id = :i + 1", Map.of("i", 20))) {
      assertThat(result.rows()).containsExactly(List.of(20L), List.of(21L));
    }
    assertThatThrownBy(() -> rows("SELECT 1 FROM samples WHERE id = ?"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("Parameter ? number 1 has no value");
  }

  @Test
  void theRestRunsOnEnumerableOperators() {
    assertThat(
            rows(
                """
                WITH few AS (SELECT id, label FROM samples WHERE id < 9)
                SELECT id, label, count(*) OVER (PARTITION BY label ORDER BY id) AS n
                FROM few ORDER BY id LIMIT 6"""))
        .containsExactly(
            List.of(0L, "cat", 1L),
            List.of(1L, "dog", 1L),
            List.of(2L, "emu", 1L),
            List.of(3L, "猫", 1L),
            List.of(4L, "cat", 2L),
            List.of(5L, "dog", 2L));
    assertThat(
            rows(
                "SELECT id FROM samples WHERE id < 2 UNION ALL SELECT id + 100 FROM samples"
                    + " WHERE id < 1"))
        .containsExactly(List.of(0L), List.of(1L), List.of(100L));
    assertThat(
            rows(
                """
                SELECT label FROM samples WHERE id < 4
                INTERSECT SELECT label FROM samples WHERE id IN (1, 3, 5)"""))
        .containsExactlyInAnyOrder(List.of("dog"), List.of("猫"));
    assertThat(rows("SELECT id FROM samples WHERE id = (SELECT max(id) FROM samples)"))
        .containsExactly(List.of(2999L));
    assertThat(
            rows(
                """
                SELECT id FROM samples s WHERE EXISTS
                  (SELECT 1 FROM samples t WHERE t.id = s.id * 1000) AND id > 0"""))
        .containsExactly(List.of(1L), List.of(2L));
    assertThat(
            rows(
                """
                SELECT a.id, b.id FROM samples a LEFT JOIN samples b ON b.id = a.id + 5
                WHERE a.id IN (0, 1, 2998) ORDER BY 1"""))
        .containsExactly(
            List.of(0L, 5L),
            java.util.Arrays.asList(1L, null),
            java.util.Arrays.asList(2998L, null));
    assertThat(rows("SELECT trim(label), id FROM samples WHERE trim(label) = 'cat' AND id < 5"))
        .containsExactly(List.of("cat", 0L), List.of("cat", 4L));
  }

  @Test
  void setsOfNothingAreSets() {
    String nothing = "SELECT id, label FROM samples WHERE id BETWEEN 5 AND 3";
    String some = "SELECT id, label FROM samples WHERE id < 3";
    assertThat(rows(nothing + " INTERSECT " + some)).isEmpty();
    assertThat(rows(some + " EXCEPT " + nothing)).hasSize(3);
    assertThat(rows(nothing + " UNION " + some)).hasSize(3);
    assertThat(rows("VALUES (1, 2) UNION VALUES (1, 2)")).hasSize(1);
  }

  @Test
  void explainsWhoRunsWhat() {
    String plan =
        explain(
            "SELECT label, count(*) FROM samples WHERE id > 5 AND amax(small) > 1 GROUP BY label"
                + " ORDER BY 2 DESC LIMIT 3");
    assertThat(plan)
        .contains("TopK [arrow]", "Aggregate [arrow]", "Filter [arrow]", "Scan [arrow]")
        .contains("pruned by=[id]", "columns=[id, label, small]")
        .doesNotContain("enumerable");
    assertThat(explain("SELECT a.id FROM samples a JOIN samples b ON a.id = b.id"))
        .contains("HashJoin [enumerable]", "Scan [arrow]");
  }

  @Test
  void analyzesPagesReadAndPruned() {
    String run = session.explainAnalyze("SELECT caption FROM samples WHERE id = 2900", Map.of());
    assertThat(run).contains("rows=1,");
    java.util.regex.Matcher pruned =
        java.util.regex.Pattern.compile(
                "pages read=(\\d+), pages pruned=(\\d+), rows pruned=(\\d+)")
            .matcher(run);
    assertThat(pruned.find()).isTrue();
    assertThat(Integer.parseInt(pruned.group(1))).isEqualTo(1);
    assertThat(Integer.parseInt(pruned.group(2))).isGreaterThan(0);
    assertThat(Integer.parseInt(pruned.group(3))).isBetween(1000, 2998);
    try (QueryResult shown = session.query("EXPLAIN ANALYZE SELECT id FROM samples LIMIT 5")) {
      assertThat(shown.columns()).singleElement().extracting(ResultColumn::name).isEqualTo("PLAN");
      assertThat(shown.rows().get(0).get(0).toString()).startsWith("Limit [arrow]");
    }
  }

  @Test
  void editsAreNotPrunedAway() {
    assertThat(rows("SELECT id FROM samples WHERE score > 7")).containsExactly(List.of(5L));
    assertThat(rows("SELECT id FROM samples WHERE caption IS NULL")).containsExactly(List.of(9L));
  }

  @Test
  void tensorFunctions() {
    assertThat(
            rows(
                "SELECT small[0:2], small[-2], shape(mask), dtype(mask) FROM samples"
                    + " WHERE id = 5"))
        .containsExactly(
            List.of(
                Tensor.ofFloats(new float[] {5, -5}),
                0.5f,
                Tensor.of(DType.INT64, Shape.of(2), longs(3, 2)),
                "uint8"));
    assertThat(
            rows(
                "SELECT sum(mask), size(mask), mean(mask), any(mask > 4), all(mask > 5)"
                    + " FROM samples WHERE id = 5"))
        .containsExactly(List.of(30L, 6L, 5.0, true, false));
    assertThat(
            rows(
                "SELECT small[0] + 1, amin(small), amax(small * 2), norm(small[0:2], 1)"
                    + " FROM samples WHERE id = 8"))
        .containsExactly(List.of(9f, -8f, 16f, 16f));
    assertThat(rows("SELECT id FROM samples WHERE small[0] = 77 OR any(small = 78)"))
        .containsExactly(List.of(77L), List.of(78L));
    assertThat(
            rows(
                "SELECT sum(small[0]), sum(small[0:2]) FROM (SELECT small FROM samples"
                    + " WHERE id < 3) GROUP BY small ORDER BY 1"))
        .hasSize(3);
    assertThat(only("SELECT sum(id) FROM samples WHERE id < 4")).isEqualTo(6L);
  }

  private static ByteBuffer longs(long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * 8).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return bytes;
  }

  @Test
  void decodesImages() {
    assertThat(
            rows(
                "SELECT shape(decode(image)), decode(image)[0, 0, :] FROM samples"
                    + " WHERE id = 100"))
        .containsExactly(
            List.of(
                Tensor.of(DType.INT64, Shape.of(3), longs(4, 6, 3)),
                Tensor.of(DType.UINT8, Shape.of(3), ByteBuffer.wrap(new byte[] {100, 20, 30}))));
    assertThat(only("SELECT mean(resize(decode(image, 'L'), 2, 2)) FROM samples WHERE id = 0"))
        .isEqualTo(15.0);
    assertThat(only("SELECT sum(decode(image, 'L')) FROM samples WHERE id = 100"))
        .isEqualTo(24L * Math.round(0.299 * 100 + 0.587 * 20 + 0.114 * 30));
  }

  @Test
  void nearestNeighbours() {
    float[] query = new float[Pets.DIM];
    query[0] = 3;
    List<long[]> expected = new ArrayList<>();
    for (long i = 0; i < session.version().size(); i++) {
      float[] one = session.version().sample(i).tensor("embedding").toFloats();
      double sum = 0;
      for (int k = 0; k < one.length; k++) {
        sum += (double) (one[k] - query[k]) * (one[k] - query[k]);
      }
      expected.add(new long[] {i, Double.doubleToLongBits(sum)});
    }
    expected.sort(Comparator.comparingLong(pair -> pair[1]));
    List<List<Object>> found =
        rows(
            "SELECT _index FROM samples ORDER BY l2_distance(embedding, ?) LIMIT 10",
            Tensor.ofFloats(query));
    assertThat(found.stream().map(row -> (Long) row.get(0)))
        .containsExactlyElementsOf(expected.subList(0, 10).stream().map(pair -> pair[0]).toList());
    assertThat(explain("SELECT _index FROM samples ORDER BY norm(embedding) LIMIT 10"))
        .contains("TopK [arrow]")
        .doesNotContain("enumerable");
  }

  @Test
  void wideCellsAreReadForTheRowsThatAreLeft() {
    String run =
        session.explainAnalyze(
            "SELECT caption FROM samples WHERE label = 'dog' ORDER BY score DESC LIMIT 2",
            Map.of());
    java.util.regex.Matcher bytes = java.util.regex.Pattern.compile("bytes=(\\d+)").matcher(run);
    assertThat(bytes.find()).isTrue();
    long all = session.version().columnBytes("caption");
    assertThat(Long.parseLong(bytes.group(1))).isLessThan(all / 2);
  }

  @Test
  void conditionsOnThePositionCutTheScan() {
    assertThat(rows("SELECT _index FROM samples WHERE _index > 17.5 AND _index <= 20"))
        .containsExactly(List.of(18L), List.of(19L), List.of(20L));
    assertThat(
            session.explainAnalyze(
                "SELECT id FROM samples WHERE _index BETWEEN 10 AND 19", Map.of()))
        .containsPattern("Scan .*\\(rows=10,");
    assertThat(rows("SELECT id FROM samples WHERE _index = -1 OR _index = 99999")).isEmpty();
  }

  @Test
  void whatIsNoKeyIsComputedForTheFirstRowsAlone() {
    String plan =
        explain("SELECT decode(image) AS pixels, norm(small) AS n FROM samples ORDER BY n LIMIT 2");
    assertThat(plan.lines().findFirst().orElseThrow()).startsWith("Project").contains("DECODE");
    assertThat(plan.substring(plan.indexOf("TopK"))).contains("NORM").doesNotContain("DECODE");
    assertThat(rows("SELECT label, id, norm(small[0:1]) AS n FROM samples ORDER BY n DESC LIMIT 1"))
        .containsExactly(List.of("猫", 2999L, 2999f));
  }

  @Test
  void columnsWithoutANameAreCalledByTheirText() {
    try (QueryResult result =
        session.query(
            "SELECT count(*), max(id)\n  + :p AS m, small[0:2] FROM samples"
                + " GROUP BY small LIMIT 1",
            Map.of("p", 1))) {
      assertThat(result.columns().stream().map(ResultColumn::name))
          .containsExactly("count(*)", "m", "small[0:2]");
    }
  }

  @Test
  void functionsOfTensorsInJoins() {
    assertThat(
            rows(
                """
                SELECT a.id, b.id FROM samples a, samples b
                WHERE a.id < 3 AND b.id < 3 AND l2_distance(a.small[0:2], b.small[0:2]) > 2.5"""))
        .containsExactlyInAnyOrder(List.of(0L, 2L), List.of(2L, 0L));
  }

  @Test
  void errorsShowThePlace() {
    assertThatThrownBy(() -> rows("SELECT id,\n  labl FROM samples"))
        .isInstanceOf(QuerySyntaxException.class)
        .hasMessageContaining(
            "Unknown column \"labl\"\n  labl FROM samples\n  ^^^^ at line 2, column 3")
        .hasMessageContaining("Did you mean \"label\"?");
    assertThatThrownBy(() -> rows("SELECT small[0:2] + embedding FROM samples"))
        .isInstanceOf(QuerySyntaxException.class)
        .hasMessageContaining(
            "do not broadcast in add: axis -1 is 2 and 300\n"
                + "SELECT small[0:2] + embedding FROM samples\n"
                + "       ^^^^^^^^^^^^^^^^^^^^^^");
    assertThatThrownBy(() -> rows("SELECT id FROM sample"))
        .hasMessageContaining("Unknown table \"sample\"");
    assertThatThrownBy(() -> rows("SELECT id FROM samples WHERE"))
        .hasMessageContaining("The query ends too early");
    assertThatThrownBy(() -> rows("SELECT l2_distanse(small, small) FROM samples"))
        .hasMessageContaining("No function l2_distanse")
        .hasMessageContaining("Did you mean \"l2_distance\"?");
    assertThatThrownBy(() -> rows("SELECT small[0:x] FROM samples"))
        .hasMessageContaining("\"x\" is no part of a slice");
    assertThatThrownBy(() -> rows("SELECT norm(label) FROM samples"))
        .hasMessageContaining("norm takes tensors and numbers, got VARCHAR");
  }

  @Test
  void refusesWhatDoesNotFitInMemory() {
    SqlSession narrow = session.memoryLimit(10_000);
    assertThatThrownBy(
            () -> {
              try (QueryResult result = narrow.query("SELECT id FROM samples ORDER BY caption")) {
                result.rows();
              }
            })
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("memory for sorting");
    try (QueryResult few = narrow.query("SELECT id FROM samples ORDER BY id DESC LIMIT 1")) {
      assertThat(few.rows()).containsExactly(List.of(2999L));
    }
  }

  @Test
  void numbersThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> rows("SELECT id * 2000000000 FROM samples"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not fit INTEGER");
    assertThatThrownBy(() -> rows("SELECT 1 / (id - 3) FROM samples"))
        .hasMessageContaining("Division by zero");
    assertThat(rows("SELECT id FROM samples WHERE id < 5 AND id <> 3 AND 6 / (id - 3) = -6"))
        .containsExactly(List.of(2L));
    assertThat(
            only(
                "SELECT CASE WHEN id = 3 THEN 0 ELSE 1 / (id - 3) END FROM samples"
                    + " WHERE id = 3"))
        .isEqualTo(0L);
  }
}

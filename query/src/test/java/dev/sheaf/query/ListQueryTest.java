package dev.sheaf.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.QuerySyntaxException;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions on lists: labels, numbers, assignments of tags. */
class ListQueryTest {
  @TempDir static Path temp;

  private static Dataset dataset;
  private static SqlSession session;

  @BeforeAll
  static void makeDataset() {
    Type assignment =
        new Type.Struct(
            List.of(
                new Type.Field("tag", Type.UTF8),
                new Type.Field("modality", Type.UTF8),
                new Type.Field("confidence", Type.scalar(DType.FLOAT32))));
    dataset = Dataset.create(temp.resolve("lists.sheaf"));
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of("labels", Type.list(Type.UTF8)));
      change.addColumn(Column.of("counts", Type.list(Type.scalar(DType.INT32))));
      change.addColumn(Column.of("tags", Type.list(assignment)));
      change.append(row(List.of("cat", "dog"), List.of(1, 2), List.of(tag("dog", "image"))));
      change.append(row(List.of("猫"), List.of(2, 2, 3), List.of(tag("猫", "text"))));
      change.append(row(List.of(), List.of(), List.of()));
      change.append(row(null, null, null));
      change.append(
          row(
              List.of("dog"),
              List.of(3),
              List.of(tag("dog", "text"), tag("beach", "image"), tag("dog", "image"))));
      change.commit("Append");
    }
    session = SqlSession.open(dataset);
  }

  private static Row row(
      List<String> labels, List<Integer> counts, List<Map<String, Object>> tags) {
    return Row.of().set("labels", labels).set("counts", counts).set("tags", tags);
  }

  private static Map<String, Object> tag(String tag, String modality) {
    return Map.of("tag", tag, "modality", modality, "confidence", 0.5f);
  }

  @AfterAll
  static void close() {
    dataset.close();
  }

  private static List<List<Object>> rows(String sql) {
    try (QueryResult result = session.query(sql, Map.of())) {
      return result.rows();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "array_contains(labels, 'dog') | 0 4",
        "'dog' MEMBER OF labels | 0 4",
        "'dog' = ANY (labels) | 0 4",
        "'dog' = SOME (labels) AND _index > 0 | 4",
        "array_contains(labels, '猫') | 1",
        "NOT array_contains(labels, 'dog') | 1 2",
        "array_contains(counts, 2) | 0 1",
        "array_contains(counts, 2 + 1) | 1 4",
        "array_contains(labels, lower('DOG')) | 0 4",
        "has_tag(tags, 'dog') | 0 4",
        "has_tag(tags, 'dog', 'text') | 4",
        "has_tag(labels, 'cat') | 0",
        "tags[0].modality = 'text' | 1 4",
        "tags[-1].tag = 'dog' | 0 4",
        "tags[0]['tag'] = 'dog' | 0 4",
        "has_tag(tags, 'dog') IS NULL | 3",
        "arrays_overlap(labels, ARRAY['cat', '猫']) | 0 1",
        "array_position(counts, 3) = 3 | 1",
        "cardinality(array_distinct(counts)) = 2 | 0 1",
        "EXISTS (SELECT 1 FROM UNNEST(labels) AS t(l) WHERE l LIKE 'd%') | 0 4",
        "EXISTS (SELECT 1 FROM UNNEST(tags) AS t(tag, modality, c) WHERE tag = 'beach') | 4",
        "'dog' IN (SELECT l FROM UNNEST(labels) AS t(l)) | 0 4",
        "(SELECT max(n) FROM UNNEST(counts) AS t(n)) = 3 | 1 4",
      })
  void findsSamplesByTheirLists(String where, String expected) {
    String found =
        String.join(
            " ",
            rows("SELECT _index FROM samples WHERE " + where + " ORDER BY 1").stream()
                .map(row -> row.get(0).toString())
                .toList());
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void unfoldsAssignments() {
    String sql =
        "SELECT tag, modality, count(*) FROM samples, UNNEST(tags) AS t(tag, modality, confidence)"
            + " GROUP BY tag, modality ORDER BY 3 DESC, 1, 2";
    assertThat(rows(sql))
        .containsExactly(
            List.of("dog", "image", 2L),
            List.of("beach", "image", 1L),
            List.of("dog", "text", 1L),
            List.of("猫", "text", 1L));
  }

  @Test
  void listsOfStructsPassThroughJoinsAsTheyAre() {
    String sql =
        "SELECT a.tags FROM samples a JOIN samples b ON a._index = b._index + 1 WHERE b._index = 3";
    assertThat(rows(sql).get(0).get(0)).isEqualTo(dataset.head().sample(4).value("tags"));
  }

  @Test
  void conditionsOnListsAreOurs() {
    String plan =
        session.explain("SELECT _index FROM samples WHERE has_tag(tags, 'dog')", Map.of());
    assertThat(plan).contains("arrow").doesNotContain("enumerable");
    plan = session.explain("SELECT _index FROM samples WHERE 'x' MEMBER OF labels", Map.of());
    assertThat(plan).contains("arrow").doesNotContain("enumerable");
  }

  @Test
  void refusesTagsOfOtherColumns() {
    assertThatThrownBy(() -> rows("SELECT 1 FROM samples WHERE has_tag(counts, 'dog')"))
        .isInstanceOf(QuerySyntaxException.class)
        .hasMessageContaining("has_tag(<list of tags>, <text>");
  }
}

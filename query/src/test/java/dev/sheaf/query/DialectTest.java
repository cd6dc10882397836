package dev.sheaf.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.query.internal.parse.Dialect;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What tokens are rewritten into, and that places are found again. */
class DialectTest {
  private static Dialect rewrite(String sql) {
    return Dialect.rewrite(sql, Set.of("LANGUAGE", "LABEL"));
  }

  @Test
  void versionsBecomeSchemas() {
    Dialect dialect = rewrite("SELECT * FROM samples FOR VERSION AS OF 'it''s' AS s");
    assertThat(dialect.text()).isEqualTo("SELECT * FROM \"@it's\".samples AS s");
    assertThat(dialect.revisions()).containsExactly("it's");
  }

  @Test
  void slicesBecomeOneSubscript() {
    assertThat(rewrite("SELECT x[0:64, :, -1], y[-1], z[i + 1], (a + b)[::2] FROM t").text())
        .isEqualTo(
            "SELECT x[SHEAF_SLICE('0:64, :, -1')], y[-1], z[i + 1],"
                + " (a + b)[SHEAF_SLICE('::2')] FROM t");
    assertThat(rewrite("SELECT ARRAY[1, 2], x[..., None]").text())
        .isEqualTo("SELECT ARRAY[1, 2], x[SHEAF_SLICE('..., None')]");
  }

  @Test
  void parametersAreNumbered() {
    Dialect dialect = rewrite("SELECT :a, ?, ':b', \":c\" -- :d\n FROM t /* :e */ WHERE x = :a");
    assertThat(dialect.text())
        .isEqualTo("SELECT ?, ?, ':b', \":c\" -- :d\n FROM t /* :e */ WHERE x = ?");
    assertThat(dialect.parameters()).containsExactly("a", "", "a");
  }

  @Test
  void reservedWordsThatAreMeantAsNames() {
    assertThat(rewrite("SELECT any(x > 1), ALL (y), language, normalize(x)").text())
        .isEqualTo("SELECT \"any\"(x > 1), \"all\" (y), \"language\", \"normalize\"(x)");
    String standard = "SELECT 1 WHERE x = ANY (SELECT 2) UNION ALL (SELECT date '2020-01-01')";
    assertThat(rewrite(standard).text()).isEqualTo(standard);
  }

  @Test
  void explainIsTakenOff() {
    Dialect dialect = rewrite("explain analyze SELECT 1");
    assertThat(dialect.explain()).isEqualTo(Dialect.Explain.ANALYZE);
    assertThat(dialect.text()).isEqualTo(" SELECT 1");
    assertThat(rewrite("EXPLAIN PLAN FOR SELECT 1").explain()).isEqualTo(Dialect.Explain.PLAN);
    assertThat(rewrite("SELECT 1").explain()).isEqualTo(Dialect.Explain.NO);
  }

  @Test
  void placesAreFoundAgain() {
    String sql =
        "EXPLAIN SELECT a[0:1],\n  b FROM samples FOR VERSION AS OF 'v1' WHERE c = :p AND d";
    Dialect dialect = rewrite(sql);
    for (String word : new String[] {"SELECT", "b", "WHERE", "d"}) {
      int at = dialect.text().lastIndexOf(word);
      String before = dialect.text().substring(0, at);
      int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
      int column = at - before.lastIndexOf('\n');
      assertThat(dialect.originalOffset(line, column)).as(word).isEqualTo(sql.lastIndexOf(word));
    }
  }

  @Test
  void anyTextIsRead() {
    for (String text :
        new String[] {"", "'", "\"", "/*", "--", "a[", ":", "?[:", "[[[", "FOR VERSION AS OF"}) {
      assertThat(rewrite(text).original()).isEqualTo(text);
    }
  }
}

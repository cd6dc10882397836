package dev.sheaf.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random queries, answered by DuckDB as well. A failure names its seed; {@code -Dtests.seed=SEED
 * -Dtests.iters=1} repeats it.
 *
 * <p>Left out is what the two mean differently: comparisons with NaN, which DuckDB takes for the
 * greatest number, {@code /} of integers, and the order of nulls where a query does not say it.
 */
class DuckDbDifferentialTest {
  private static final int ROWS = 5_000;
  private static final int QUERIES = 60;
  private static final String[] TEXTS = {
    "", "a", "b", "ab", "aB", "cat", "a cat", "é", "猫", "猫と犬", "😀 cat", "z", "~", "a%b", "a_b"
  };

  @TempDir Path temp;

  /** One row of both tables; a field that is null is a null. */
  private record Sample(long id, Integer a, Long b, Double f, Double g, String t, Boolean flag) {}

  @Test
  void answersAreThoseOfDuckDb() throws SQLException {
    String seeds = System.getProperty("tests.seed", "");
    String iters = System.getProperty("tests.iters", "");
    long first = seeds.isEmpty() ? System.nanoTime() : Long.parseLong(seeds);
    long count = iters.isEmpty() ? 1 : Long.parseLong(iters);
    for (long seed = first; seed < first + count; seed++) {
      run(seed);
    }
  }

  private void run(long seed) throws SQLException {
    Random random = new Random(seed);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      samples.add(sample(i, random));
    }
    try (Dataset dataset = Dataset.create(temp.resolve(seed + ".sheaf"));
        Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      append(dataset, samples);
      append(duck.unwrap(DuckDBConnection.class), samples);
      for (int i = 0; i < QUERIES; i++) {
        String sql = query(random);
        boolean ordered = sql.contains("ORDER BY") && !sql.contains("OVER");
        SqlSession session = SqlSession.open(dataset).threads(1 + i % 2);
        String what = sql + "; replay with -Dtests.seed=" + seed + " -Dtests.iters=1";
        assertSame(what, ours(session, sql, ordered), theirs(duck, sql, ordered));
      }
    }
  }

  private static Sample sample(int i, Random random) {
    double f = random.nextInt(8) == 0 ? random.nextInt(5) : random.nextGaussian() * 100;
    double g =
        switch (random.nextInt(12)) {
          case 0 -> Double.NaN;
          case 1 -> Double.POSITIVE_INFINITY;
          case 2 -> 0.0;
          default -> Math.rint(random.nextGaussian() * 8) / 4;
        };
    return new Sample(
        i,
        random.nextInt(9) == 0 ? null : random.nextInt(41) - 20,
        random.nextInt(9) == 0 ? null : random.nextLong(1L << 40) - (1L << 39),
        random.nextInt(9) == 0 ? null : f,
        random.nextInt(9) == 0 ? null : g,
        random.nextInt(7) == 0 ? null : TEXTS[random.nextInt(TEXTS.length)],
        random.nextInt(5) == 0 ? null : random.nextBoolean());
  }

  private static void append(Dataset dataset, List<Sample> samples) {
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of("id", Type.scalar(DType.INT64)));
      change.addColumn(Column.of("a", Type.scalar(DType.INT32)));
      change.addColumn(Column.of("b", Type.scalar(DType.INT64)));
      change.addColumn(Column.of("f", Type.scalar(DType.FLOAT64)));
      change.addColumn(Column.of("g", Type.scalar(DType.FLOAT64)));
      change.addColumn(Column.of("t", Type.UTF8));
      change.addColumn(Column.of("flag", Type.scalar(DType.BOOL)));
      for (Sample one : samples) {
        Row row = Row.of().key("k" + one.id()).set("id", one.id()).set("a", one.a());
        row.set("b", one.b()).set("f", one.f()).set("g", one.g());
        change.append(row.set("t", one.t()).set("flag", one.flag()));
      }
      change.commit("Samples");
    }
  }

  private static void append(DuckDBConnection duck, List<Sample> samples) throws SQLException {
    try (Statement statement = duck.createStatement()) {
      statement.execute("SET threads = 1");
      statement.execute(
          "CREATE TABLE samples"
              + " (id BIGINT, a INTEGER, b BIGINT, f DOUBLE, g DOUBLE, t VARCHAR, flag BOOLEAN)");
    }
    try (DuckDBAppender appender = duck.createAppender("main", "samples")) {
      for (Sample one : samples) {
        appender.beginRow().append(one.id()).append(one.a()).append(one.b());
        appender.append(one.f()).append(one.g()).append(one.t()).append(one.flag()).endRow();
      }
    }
  }

  private static String query(Random random) {
    String where = predicate(random, 3);
    String limit = " LIMIT " + (1 + random.nextInt(40));
    String nulls = random.nextBoolean() ? " NULLS FIRST" : " NULLS LAST";
    String direction = random.nextBoolean() ? " DESC" : " ASC";
    String key = pick(random, "a", "b", "g", "t", "flag");
    String group = pick(random, "a", "t", "flag", "a % 7", "t, flag", "g", "char_length(t)");
    return switch (random.nextInt(12)) {
      case 0 -> "SELECT id, a, t FROM samples WHERE " + where;
      case 1 ->
          "SELECT id, "
              + key
              + " FROM samples WHERE "
              + where
              + " ORDER BY "
              + key
              + direction
              + nulls
              + ", id"
              + limit;
      case 2 ->
          "SELECT "
              + group
              + ", count(*), count(b), sum(a), min(b), max(t), avg(f), stddev_pop(f)"
              + " FROM samples WHERE "
              + where
              + " GROUP BY "
              + group;
      case 3 ->
          "SELECT count(*), sum(b), sum(f), min(g), max(g), min(t), max(flag) FROM samples WHERE "
              + where;
      case 4 -> "SELECT DISTINCT t, a FROM samples WHERE " + where;
      case 5 ->
          "SELECT x.id, y.id FROM samples x "
              + pick(random, "", "LEFT ")
              + "JOIN samples y"
              + " ON x.id = y.a + 10 WHERE x.id < 60";
      case 6 ->
          "SELECT id FROM samples WHERE t IN (SELECT t FROM samples WHERE "
              + where
              + " GROUP BY t HAVING count(*) > 5)";
      case 7 ->
          "SELECT a, t FROM samples WHERE "
              + where
              + pick(random, " UNION ", " EXCEPT ", " INTERSECT ")
              + "SELECT a, t FROM samples WHERE "
              + predicate(random, 2);
      case 8 ->
          "SELECT id, row_number() OVER (PARTITION BY t ORDER BY id), sum(a) OVER (PARTITION BY t)"
              + " FROM samples WHERE "
              + where;
      case 9 ->
          "SELECT id, upper(t) || '!', a * 2 + 1, coalesce(a, -1), CASE WHEN "
              + where
              + " THEN 'yes' ELSE 'no' END, char_length(t), abs(f) FROM samples WHERE id < 500";
      case 10 ->
          "WITH c AS (SELECT t, max(b) AS m FROM samples WHERE "
              + where
              + " GROUP BY t) SELECT s.id FROM samples s JOIN c ON s.t = c.t AND s.b = c.m";
      default ->
          "SELECT t, count(*) FILTER (WHERE "
              + where
              + "), count(DISTINCT a) FROM samples"
              + " GROUP BY t";
    };
  }

  private static String predicate(Random random, int depth) {
    if (depth > 0 && random.nextInt(3) > 0) {
      String left = predicate(random, depth - 1);
      String right = predicate(random, depth - 1);
      return switch (random.nextInt(3)) {
        case 0 -> "(" + left + " AND " + right + ")";
        case 1 -> "(" + left + " OR " + right + ")";
        default -> "NOT (" + left + ")";
      };
    }
    String compare = pick(random, "=", "<>", "<", "<=", ">", ">=");
    String text = "'" + TEXTS[random.nextInt(TEXTS.length)] + "'";
    return switch (random.nextInt(10)) {
      case 0 -> "a " + compare + " " + (random.nextInt(45) - 22);
      case 1 -> "b " + compare + " " + (random.nextLong(1L << 40) - (1L << 39));
      case 2 -> "f " + compare + " " + (random.nextInt(400) - 200) / 4.0;
      case 3 -> "t " + compare + " " + text;
      case 4 ->
          pick(random, "a", "b", "f", "g", "t", "flag") + pick(random, " IS NULL", " IS NOT NULL");
      case 5 -> "a BETWEEN " + (random.nextInt(30) - 20) + " AND " + random.nextInt(20);
      case 6 -> "t " + pick(random, "", "NOT ") + "IN (" + text + ", 'cat', '猫')";
      case 7 -> "t LIKE " + pick(random, "'a%'", "'%cat'", "'_'", "'%猫%'", "'a_b'", "''");
      case 8 -> pick(random, "flag", "flag IS TRUE", "flag IS NOT FALSE");
      default -> "a + id " + compare + " b % 5000";
    };
  }

  private static String pick(Random random, String... some) {
    return some[random.nextInt(some.length)];
  }

  private static List<List<Object>> ours(SqlSession session, String sql, boolean ordered) {
    try (QueryResult result = session.query(sql)) {
      return shown(result.rows(), ordered);
    }
  }

  private static List<List<Object>> theirs(Connection duck, String sql, boolean ordered)
      throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (Statement statement = duck.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int width = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
          row.add(result.getObject(i));
        }
        rows.add(row);
      }
    }
    return shown(rows, ordered);
  }

  private static List<List<Object>> shown(List<List<Object>> rows, boolean ordered) {
    List<List<Object>> shown = new ArrayList<>();
    for (List<Object> row : rows) {
      List<Object> values = new ArrayList<>();
      for (Object value : row) {
        boolean exact = value instanceof Number && !(value instanceof Double);
        values.add(
            exact ? new BigDecimal(value.toString()).stripTrailingZeros().toPlainString() : value);
      }
      shown.add(values);
    }
    if (!ordered) {
      // By what is exact first: a sum of one may differ in its last bits from that of the other.
      shown.sort(
          Comparator.comparing((List<Object> row) -> withoutFractions(row).toString())
              .thenComparing(List::toString));
    }
    return shown;
  }

  private static List<Object> withoutFractions(List<Object> row) {
    List<Object> exact = new ArrayList<>(row);
    exact.removeIf(Double.class::isInstance);
    return exact;
  }

  private static void assertSame(String what, List<List<Object>> ours, List<List<Object>> theirs) {
    assertThat(ours).as(what).hasSameSizeAs(theirs);
    for (int i = 0; i < ours.size(); i++) {
      List<Object> expected = new ArrayList<>(theirs.get(i));
      for (int k = 0; k < expected.size(); k++) {
        if (ours.get(i).get(k) instanceof Double a
            && expected.get(k) instanceof Double b
            && (a.doubleValue() == b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)))) {
          expected.set(k, a);
        }
      }
      assertThat(ours.get(i)).as(what).isEqualTo(expected);
    }
  }
}

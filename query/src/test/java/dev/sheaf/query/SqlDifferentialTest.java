package dev.sheaf.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random queries over random histories, against naive evaluation of one sample at a time. A failure
 * names its seed; {@code -Dtests.seed=SEED -Dtests.iters=1} repeats it.
 */
class SqlDifferentialTest {
  private static final int QUERIES = 60;

  @TempDir Path temp;

  @Test
  void answersAreThoseOfNaiveEvaluation() {
    long first = property("tests.seed", System.nanoTime());
    long count = property("tests.iters", 2);
    for (long seed = first; seed < first + count; seed++) {
      try {
        run(seed);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("replay with -Dtests.seed=" + seed + " -Dtests.iters=1: " + e, e);
      }
    }
  }

  private static long property(String name, long otherwise) {
    String value = System.getProperty(name, "");
    return value.isEmpty() ? otherwise : Long.parseLong(value);
  }

  private void run(long seed) {
    Random random = new Random(seed);
    try (Dataset dataset = Dataset.create(temp.resolve(seed + ".sheaf"))) {
      history(dataset, random);
      for (String rev : List.of("main", "main~1", "main~3")) {
        SqlSession session = SqlSession.open(dataset, rev);
        for (int i = 0; i < QUERIES / 3; i++) {
          query(session, random);
        }
      }
    }
  }

  private static void history(Dataset dataset, Random random) {
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of("a", Type.scalar(DType.INT16)));
      change.addColumn(Column.of("f", Type.scalar(DType.FLOAT32)));
      change.addColumn(Column.of("d", Type.scalar(DType.FLOAT64)));
      change.addColumn(Column.of("t", Type.UTF8));
      change.addColumn(Column.of("flag", Type.scalar(DType.BOOL)));
      change.addColumn(Column.of("v", Type.tensor(DType.FLOAT32, 3)));
      change.addColumn(
          Column.of("s", new Type.Struct(List.of(new Type.Field("x", Type.scalar(DType.INT32))))));
      change.addColumn(Column.of("image", Type.media(MediaKind.IMAGE)));
      append(change, random, 1200);
      change.commit("One");
    }
    for (int step = 0; step < 4; step++) {
      try (Transaction change = dataset.begin()) {
        Version base = change.base();
        if (step == 2) {
          change.reorder(random.longs(base.size() / 2, 0, base.size()).distinct().toArray());
        } else {
          append(change, random, 100);
          for (int i = 0; i < 60; i++) {
            Sample sample = base.sample(random.nextInt((int) base.size()));
            Map<String, Object> cells = new HashMap<>(RandomPredicate.cells(random));
            cells.keySet().removeIf(name -> random.nextInt(2) == 0);
            if (!cells.isEmpty()) {
              change.update(sample.id(), cells);
            }
          }
          long[] gone = random.longs(20, 0, base.size()).distinct().toArray();
          for (long index : gone) {
            change.delete(base.sample(index).id());
          }
        }
        change.commit("Step " + step);
      }
    }
  }

  private static void append(Transaction change, Random random, int count) {
    for (int i = 0; i < count; i++) {
      Row row = Row.of().key("k" + random.nextLong());
      RandomPredicate.cells(random).forEach(row::set);
      change.append(row);
    }
  }

  private static void query(SqlSession session, Random random) {
    RandomPredicate predicate = RandomPredicate.of(random, 3);
    List<Sample> wanted = new ArrayList<>();
    for (long i = 0; i < session.version().size(); i++) {
      Sample sample = session.version().sample(i);
      if (Boolean.TRUE.equals(predicate.test(sample))) {
        wanted.add(sample);
      }
    }
    String where = " FROM samples WHERE (" + predicate.sql() + ")";
    switch (random.nextInt(4)) {
      case 0 ->
          check(
              session,
              "SELECT _index, a, f, t, v" + where,
              wanted.stream()
                  .map(
                      s ->
                          Arrays.asList(
                              s.index(), s.value("a"), s.value("f"), s.value("t"), s.value("v")))
                  .toList());
      case 1 -> {
        int limit = random.nextInt(30);
        List<Sample> sorted = new ArrayList<>(wanted);
        sorted.sort(
            Comparator.comparing(
                    (Sample s) -> (Double) s.value("d"),
                    Comparator.nullsFirst(Comparator.<Double>reverseOrder()))
                .thenComparing(Sample::index));
        check(
            session,
            "SELECT _index" + where + " ORDER BY d DESC, _index LIMIT " + limit,
            sorted.stream().limit(limit).map(s -> List.<Object>of(s.index())).toList());
      }
      case 2 -> groups(session, where, wanted);
      default ->
          check(
              session,
              "SELECT count(*), count(t), max(a), min(f)" + where,
              List.of(
                  Arrays.asList(
                      (long) wanted.size(),
                      wanted.stream().filter(s -> !s.isNull("t")).count(),
                      wanted.stream()
                          .map(s -> (Long) s.value("a"))
                          .filter(Objects::nonNull)
                          .max(Comparator.naturalOrder())
                          .orElse(null),
                      wanted.stream()
                          .map(s -> (Float) s.value("f"))
                          .filter(Objects::nonNull)
                          .min(Comparator.naturalOrder())
                          .orElse(null))));
    }
  }

  private static void groups(SqlSession session, String where, List<Sample> wanted) {
    Map<String, long[]> groups = new TreeMap<>();
    for (Sample sample : wanted) {
      String label = sample.text("t");
      if (label != null) {
        long[] sums = groups.computeIfAbsent(label, key -> new long[2]);
        sums[0]++;
        sums[1] += sample.isNull("a") ? 0 : sample.int64("a");
      }
    }
    List<List<Object>> expected = new ArrayList<>();
    groups.forEach((label, sums) -> expected.add(List.of(label, sums[0], sums[1])));
    check(
        session,
        "SELECT t, count(*), coalesce(sum(a), 0)"
            + where
            + " AND t IS NOT NULL GROUP BY t ORDER BY t",
        expected);
  }

  private static void check(SqlSession session, String sql, List<? extends List<?>> expected) {
    try (QueryResult result = session.query(sql)) {
      assertThat((Object) result.rows()).as(sql).isEqualTo(expected);
    }
  }
}

package dev.sheaf.query;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Version;
import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.RowBatch;
import dev.sheaf.query.internal.exec.Vec;
import dev.sheaf.query.internal.parse.Dialect;
import dev.sheaf.query.internal.plan.Execution;
import dev.sheaf.query.internal.plan.Planning;
import dev.sheaf.query.internal.types.SheafTypeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.calcite.rel.type.RelDataType;

/**
 * Queries of one dataset in SQL; the language is described in {@code docs/sql.md}. The table {@code
 * samples} is the version that the session was opened with.
 *
 * <pre>{@code
 * SqlSession session = SqlSession.open(dataset, "main");
 * QueryResult result =
 *     session.query("SELECT _index FROM samples WHERE label = ? AND image.width > 640", "cat");
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads; valid until the dataset is closed.
 */
public final class SqlSession {
  private final Dataset dataset;
  private final Version version;
  private final long memoryLimit;
  private final int threads;

  private SqlSession(Dataset dataset, Version version, long memoryLimit, int threads) {
    this.dataset = dataset;
    this.version = version;
    this.memoryLimit = memoryLimit;
    this.threads = threads;
  }

  /**
   * Opens a session.
   *
   * @param rev what {@code samples} is, by Git's grammar
   * @throws dev.sheaf.format.NotFoundException if there is no such version
   */
  public static SqlSession open(Dataset dataset, String rev) {
    return open(dataset, dataset.at(rev));
  }

  /**
   * Opens a session on a version, which may be of any implementation: one with columns that are not
   * committed yet, for example.
   *
   * @param dataset what other versions are looked up in
   * @param version what {@code samples} is
   */
  public static SqlSession open(Dataset dataset, Version version) {
    Runtime runtime = Runtime.getRuntime();
    return new SqlSession(dataset, version, runtime.maxMemory() / 2, runtime.availableProcessors());
  }

  /** Opens a session on the newest version of the default branch. */
  public static SqlSession open(Dataset dataset) {
    return open(dataset, dataset.defaultBranch());
  }

  /**
   * Returns a session whose queries may each hold so many bytes in sorts and groups; half of the
   * JVM's heap unless it is set. A query that needs more is refused while it runs.
   */
  public SqlSession memoryLimit(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("bytes=" + bytes + " is below 1");
    }
    return new SqlSession(dataset, version, bytes, threads);
  }

  /**
   * Returns a session whose queries may each use so many threads; as many as the machine has cores
   * unless it is set. The result does not depend on the number, to the last bit of a sum.
   */
  public SqlSession threads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads=" + count + " is below 1");
    }
    return new SqlSession(dataset, version, memoryLimit, count);
  }

  /** Returns the version that {@code samples} is. */
  public Version version() {
    return version;
  }

  /**
   * Runs a query.
   *
   * @param sql the query
   * @param parameters the values of its question marks: Boolean, Number, String, {@link
   *     dev.sheaf.format.Tensor} or null
   * @throws dev.sheaf.format.QuerySyntaxException if it does not parse or does not fit the columns;
   *     shows the place
   * @throws dev.sheaf.format.NotFoundException if it names a version that there is not
   * @throws dev.sheaf.format.InvalidInputException if a parameter has no value
   */
  public QueryResult query(String sql, Object... parameters) {
    return run(plan(sql, java.util.Arrays.asList(parameters), Map.of()));
  }

  /** Runs a query with parameters {@code :name}; see {@link #query(String, Object...)}. */
  public QueryResult query(String sql, Map<String, ?> parameters) {
    return run(plan(sql, List.of(), parameters));
  }

  /**
   * Runs a query whose rows are samples, and returns which: {@code SELECT … FROM samples} with
   * conditions, an order and a limit, but without groups and joins outside sub-queries.
   *
   * @return indices in {@link #version()}, in the order of the result
   * @throws dev.sheaf.format.InvalidInputException if the rows of the query are no samples
   */
  public long[] indices(String sql, Map<String, ?> parameters) {
    Planning.Plan plan =
        new Planning(version, dataset::at).withIndices().plan(sql, List.of(), parameters);
    LongStream.Builder indices = LongStream.builder();
    try (Operator operator = plan.open(new Execution(memoryLimit, threads))) {
      for (RowBatch batch = operator.next(); batch != null; batch = operator.next()) {
        Vec.Longs numbers = (Vec.Longs) batch.column(batch.width() - 1).vec();
        for (int i = 0; i < batch.size(); i++) {
          indices.add(numbers.values()[i]);
        }
      }
    }
    return indices.build().toArray();
  }

  /**
   * Returns the plan of a query as text: one operator a line, {@code arrow} where it is
   * column-wise, {@code enumerable} where it is Calcite's own. Nothing is run.
   */
  public String explain(String sql, Map<String, ?> parameters) {
    return plan(sql, List.of(), parameters).text(null);
  }

  /**
   * Runs a query, drops its result, and returns the plan with what each operator did: rows, time,
   * and for scans the pages read, those left out by statistics, and bytes.
   */
  public String explainAnalyze(String sql, Map<String, ?> parameters) {
    return analyzed(plan(sql, List.of(), parameters));
  }

  private String analyzed(Planning.Plan plan) {
    Execution execution = new Execution(memoryLimit, threads);
    try (Operator operator = plan.open(execution)) {
      for (RowBatch batch = operator.next(); batch != null; batch = operator.next()) {
        for (int i = 0; i < batch.width(); i++) {
          batch.column(i).vec();
        }
      }
    }
    return plan.text(execution);
  }

  private Planning.Plan plan(String sql, List<?> positional, Map<String, ?> named) {
    return new Planning(version, dataset::at).plan(sql, positional, named);
  }

  private QueryResult run(Planning.Plan plan) {
    if (plan.explain() != Dialect.Explain.NO) {
      String text = plan.explain() == Dialect.Explain.PLAN ? plan.text(null) : analyzed(plan);
      return QueryResult.ofText("PLAN", text.lines().toList());
    }
    List<ResultColumn> columns = new ArrayList<>();
    for (int i = 0; i < plan.names().size(); i++) {
      RelDataType type = plan.types().get(i);
      columns.add(
          new ResultColumn(
              plan.names().get(i), SheafTypeFactory.columnType(type), type.toString()));
    }
    return new QueryResult(
        columns, plan.types(), plan.open(new Execution(memoryLimit, threads)), memoryLimit);
  }
}

package dev.sheaf.query.bench;

import dev.sheaf.format.Dataset;
import dev.sheaf.format.Tensor;
import dev.sheaf.query.QueryResult;
import dev.sheaf.query.SqlSession;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The ten nearest of a million vectors, by a scan of all; the limit is {@link MemoryRead}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class VectorSearch {
  /** The metric. */
  @Param({"l2_distance", "cosine_distance", "inner_product"})
  public String metric;

  /** The number of threads. */
  @Param({"1", "2"})
  public int threads;

  private Dataset dataset;
  private SqlSession session;
  private String sql;
  private Tensor query;

  /** Opens the dataset and checks an answer. */
  @Setup
  public void open() throws IOException {
    dataset = QueryData.vectors();
    session = SqlSession.open(dataset).threads(threads);
    String order = metric.equals("inner_product") ? " DESC" : "";
    sql = "SELECT id FROM samples ORDER BY " + metric + "(embedding, ?)" + order + " LIMIT 10";
    query = Tensor.ofFloats(QueryData.vector(4711));
    List<List<Object>> rows = nearest();
    if (rows.size() != 10 || !rows.get(0).get(0).equals(4711L)) {
      throw new IllegalStateException("the nearest of vector 4711 are " + rows);
    }
  }

  /** Searches. */
  @Benchmark
  public List<List<Object>> nearest() {
    try (QueryResult result = session.query(sql, query)) {
      return result.rows();
    }
  }

  /** Closes the dataset. */
  @TearDown
  public void close() {
    dataset.close();
  }
}

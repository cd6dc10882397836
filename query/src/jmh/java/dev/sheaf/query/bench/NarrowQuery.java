package dev.sheaf.query.bench;

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

/**
 * A filter and aggregates over ten million narrow samples: Sheaf beside DuckDB with a table of its
 * own and with a Parquet file. Every combination runs in a process of its own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class NarrowQuery {
  /** The system. */
  @Param({"sheaf", "duckdb-table", "duckdb-parquet"})
  public String system;

  /** The number of threads. */
  @Param({"1", "2"})
  public int threads;

  private Engine engine;

  /** Opens the system and checks an answer. */
  @Setup
  public void open() throws Exception {
    engine =
        system.equals("sheaf")
            ? new SheafEngine(threads)
            : new DuckEngine(threads, system.equals("duckdb-parquet"));
    double counted = 0;
    for (Object[] row : grouped()) {
      counted += ((Number) row[1]).doubleValue();
    }
    if (Math.abs(counted / QueryData.NARROW - 0.5) > 0.01 || grouped().size() != 100) {
      throw new IllegalStateException("x > 0.5 holds for " + counted);
    }
  }

  /** Filters, groups by text, counts and averages. */
  @Benchmark
  public List<Object[]> grouped() throws Exception {
    return engine.query(
        "SELECT label, count(*), avg(score) FROM samples WHERE x > 0.5 GROUP BY label");
  }

  /** Filters and sums. */
  @Benchmark
  public List<Object[]> summed() throws Exception {
    return engine.query("SELECT count(*), sum(score), max(x) FROM samples WHERE lang = 7");
  }

  /** Closes the system. */
  @TearDown
  public void close() throws Exception {
    engine.close();
  }
}

package dev.sheaf.format.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Random reads of one compressed text, each format in a process of its own. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TextReads {
  /** The format. */
  @Param({"SHEAF", "PARQUET", "PARQUET_SMALL", "LANCE", "LANCE_ZSTD"})
  public String kind;

  /** The texts. */
  @Param({"C4", "ALPACA"})
  public String corpus;

  private final byte[] target = new byte[1 << 20];
  private TextStore store;
  private long rows;
  private long counter;

  /** Opens the store and checks 60 rows. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    TextData data = new TextData(TextData.Corpus.valueOf(corpus));
    rows = data.rows();
    store = TextStore.Kind.valueOf(kind).open(data);
    Sizes.verify(store, data);
  }

  /** Closes the store. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    store.close();
  }

  /** Reads one text. */
  @Benchmark
  public int read() throws IOException {
    long row = Math.multiplyHigh(BenchData.mix(counter++) >>> 1, rows << 1);
    return store.read(row, target);
  }
}

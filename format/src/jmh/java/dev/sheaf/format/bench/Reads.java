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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Warm reads of one format, in a process of its own. One subclass per format. Times are sampled, so
 * that there is a median, which other work on the machine moves less than the mean.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public abstract class Reads {
  private final Format format;
  private final BenchData.Shape shape;
  final Target target = new Target();
  private final long samples;
  Store store;
  private long counter;

  Reads(Format format, BenchData.Shape shape) {
    this.format = format;
    this.shape = shape;
    this.samples = shape.samples();
  }

  /** Opens the store, checks what it gives, and reads all of it once. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    store = format.open(shape);
    Store.verify(store, shape, false);
    store.scan(target);
  }

  /** Closes the store. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    store.close();
  }

  /** Returns the next index: the same random ones in every format. */
  final long next() {
    return Math.multiplyHigh(BenchData.mix(counter++) >>> 1, samples << 1);
  }

  /** Reads all cells of one sample. */
  @Benchmark
  public long all() throws IOException {
    store.readAll(next(), target);
    return target.digest();
  }

  /** Samples with every cell. */
  public abstract static class Wide extends Reads {
    private final long[] indices = new long[256];

    Wide(Format format) {
      super(format, BenchData.Shape.WIDE);
    }

    /** Reads caption and embedding of one sample. */
    @Benchmark
    public long text() throws IOException {
      store.readText(next(), target);
      return target.digest();
    }

    /** Reads 256 samples at once. */
    @Benchmark
    public long take256() throws IOException {
      for (int i = 0; i < indices.length; i++) {
        indices[i] = next();
      }
      return store.take(indices, target);
    }

    /** Reads all samples in order. */
    @Benchmark
    public long scan() throws IOException {
      return store.scan(target);
    }
  }

  /** Samples of scalars and a short caption. */
  public abstract static class Narrow extends Reads {
    Narrow(Format format) {
      super(format, BenchData.Shape.NARROW);
    }
  }
}

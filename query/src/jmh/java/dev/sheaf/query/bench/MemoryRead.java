package dev.sheaf.query.bench;

import dev.sheaf.format.Batch;
import dev.sheaf.format.Dataset;
import dev.sheaf.query.internal.tensor.KernelSearch;
import dev.sheaf.query.internal.tensor.Kernels;
import dev.sheaf.query.internal.tensor.LaneOrder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
 * Sums all elements of a million vectors in vector registers: what the memory of this machine
 * gives, which is the limit of {@link VectorSearch} over the same bytes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class MemoryRead {
  private static final int BLOCK = 4096;
  private static final int WIDTH = QueryData.DIMENSIONS;

  /** The number of threads. */
  @Param({"1", "2"})
  public int threads;

  /**
   * Where the vectors lie: in arrays on the heap; in the mapped chunks of the dataset, from which a
   * row at a time is copied into the cache.
   */
  @Param({"heap", "mapped"})
  public String memory;

  private final Kernels kernels = KernelSearch.vector().orElseThrow();
  private final List<float[]> arrays = new ArrayList<>();
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private Dataset dataset;
  private ExecutorService pool;

  /** Reads everything. */
  @Setup
  public void load() throws IOException {
    pool = Executors.newFixedThreadPool(threads);
    dataset = QueryData.vectors();
    // The first pass verifies, the second gives mapped memory.
    for (int pass = 0; pass < 2; pass++) {
      for (Batch batch : dataset.head().select("embedding").scan().batchRows(BLOCK)) {
        ByteBuffer matrix = batch.matrix("embedding").orElse(null);
        if (pass == 1 && matrix != null && memory.equals("heap")) {
          float[] array = new float[matrix.remaining() / 4];
          matrix.asFloatBuffer().get(array);
          arrays.add(array);
        } else if (pass == 1 && matrix != null) {
          buffers.add(matrix);
        }
      }
    }
  }

  /** Sums. */
  @Benchmark
  public float sum() throws InterruptedException, ExecutionException {
    AtomicInteger next = new AtomicInteger();
    List<Callable<Float>> tasks = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      tasks.add(() -> memory.equals("heap") ? arrays(next) : buffers(next));
    }
    float sum = 0;
    for (Future<Float> part : pool.invokeAll(tasks)) {
      sum += part.get();
    }
    return sum;
  }

  private float arrays(AtomicInteger next) {
    float[] partial = new float[LaneOrder.LANES];
    for (int i = next.getAndIncrement(); i < arrays.size(); i = next.getAndIncrement()) {
      float[] array = arrays.get(i);
      kernels.sum(array, 0, array.length, partial);
    }
    return LaneOrder.sum(partial);
  }

  private float buffers(AtomicInteger next) {
    float[] partial = new float[LaneOrder.LANES];
    float[] row = new float[WIDTH];
    for (int i = next.getAndIncrement(); i < buffers.size(); i = next.getAndIncrement()) {
      java.nio.FloatBuffer floats = buffers.get(i).asFloatBuffer();
      for (int at = 0; at < floats.limit(); at += WIDTH) {
        floats.get(at, row);
        kernels.sum(row, 0, WIDTH, partial);
      }
    }
    return LaneOrder.sum(partial);
  }

  /** Closes the dataset. */
  @TearDown
  public void close() {
    pool.shutdown();
    dataset.close();
  }
}

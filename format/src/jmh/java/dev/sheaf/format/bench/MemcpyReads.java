package dev.sheaf.format.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;

/** The limit. */
public class MemcpyReads extends Reads.Wide {
  /** Creates the benchmark. */
  public MemcpyReads() {
    super(Format.MEMCPY);
  }

  /** Gets at all cells of one sample without copying them out. */
  @Benchmark
  public long viewAll() throws IOException {
    return store.view(next(), true);
  }

  /** Gets at caption and embedding of one sample without copying them out. */
  @Benchmark
  public long viewText() throws IOException {
    return store.view(next(), false);
  }

  /** The limit, narrow. */
  public static class Narrow extends Reads.Narrow {
    /** Creates the benchmark. */
    public Narrow() {
      super(Format.MEMCPY);
    }
  }
}

package dev.sheaf.format.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;

/** LMDB. */
public class LmdbReads extends Reads.Wide {
  /** Creates the benchmark. */
  public LmdbReads() {
    super(Format.LMDB);
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

  /** LMDB, narrow. */
  public static class Narrow extends Reads.Narrow {
    /** Creates the benchmark. */
    public Narrow() {
      super(Format.LMDB);
    }
  }
}

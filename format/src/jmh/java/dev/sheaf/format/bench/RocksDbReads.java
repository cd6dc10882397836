package dev.sheaf.format.bench;

/** RocksDB. */
public class RocksDbReads extends Reads.Wide {
  /** Creates the benchmark. */
  public RocksDbReads() {
    super(Format.ROCKSDB);
  }

  /** RocksDB, narrow. */
  public static class Narrow extends Reads.Narrow {
    /** Creates the benchmark. */
    public Narrow() {
      super(Format.ROCKSDB);
    }
  }
}

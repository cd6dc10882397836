package dev.sheaf.format.bench;

/** Parquet. */
public class ParquetReads extends Reads.Wide {
  /** Creates the benchmark. */
  public ParquetReads() {
    super(Format.PARQUET);
  }

  /** Parquet, narrow. */
  public static class Narrow extends Reads.Narrow {
    /** Creates the benchmark. */
    public Narrow() {
      super(Format.PARQUET);
    }
  }
}

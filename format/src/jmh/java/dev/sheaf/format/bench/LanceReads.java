package dev.sheaf.format.bench;

/** Lance. */
public class LanceReads extends Reads.Wide {
  /** Creates the benchmark. */
  public LanceReads() {
    super(Format.LANCE);
  }

  /** Lance, narrow. */
  public static class Narrow extends Reads.Narrow {
    /** Creates the benchmark. */
    public Narrow() {
      super(Format.LANCE);
    }
  }
}

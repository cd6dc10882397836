package dev.sheaf.format.internal.source;

/** What a source may hold at most. */
public final class Limits {
  /** One value must fit a blob chunk. */
  public static final long VALUE_BYTES = 1L << 30;

  /**
   * Every column costs a leaf in the version tree and a buffer in every page, so a table that is a
   * matrix in disguise is refused: ten thousand is above what hand-made schemas reach and far below
   * what a one-hot matrix has.
   */
  public static final int COLUMNS = 10_000;

  private Limits() {}
}

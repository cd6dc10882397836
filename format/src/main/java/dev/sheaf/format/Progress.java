package dev.sheaf.format;

/** Is told how far a long operation has come. Called from one thread at a time. */
@FunctionalInterface
public interface Progress {
  /** Ignores everything. */
  Progress NONE = (phase, done, total) -> {};

  /**
   * Tells how far it is.
   *
   * @param phase what is being done, for example {@code reading}
   * @param done how much is done
   * @param total how much there is, or -1 if unknown
   */
  void at(String phase, long done, long total);
}

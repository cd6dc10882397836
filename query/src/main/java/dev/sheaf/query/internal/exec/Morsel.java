package dev.sheaf.query.internal.exec;

/**
 * The part of a scan that a chain of operators works on: set by whoever pulls from the chain, read
 * by the scan at its bottom. For one thread at a time.
 */
public final class Morsel {
  private long from;
  private long to;
  private int number;

  /** Creates a part with nothing in it. */
  Morsel() {}

  /** Returns the samples {@code [from, to)} as the only part. */
  public static Morsel whole(long from, long to) {
    Morsel morsel = new Morsel();
    morsel.set(from, to);
    return morsel;
  }

  /** Goes to another part. */
  void set(long newFrom, long newTo) {
    from = newFrom;
    to = newTo;
    number++;
  }

  /** Returns the first sample. */
  long from() {
    return from;
  }

  /** Returns the sample after the last. */
  long to() {
    return to;
  }

  /** Returns how often the part was set. */
  int number() {
    return number;
  }
}

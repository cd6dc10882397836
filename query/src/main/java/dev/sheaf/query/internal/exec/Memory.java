package dev.sheaf.query.internal.exec;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;

/** How much memory the sorts and groups of one query may hold. Safe for use by several threads. */
public final class Memory {
  private final long limit;
  private long used;
  private long peak;

  /** Creates a budget of this many bytes. */
  public Memory(long limit) {
    this.limit = limit;
  }

  /**
   * Takes memory.
   *
   * @param what what needs it, for the message
   * @throws InvalidInputException if the query holds more than its limit
   */
  synchronized void take(long bytes, String what) {
    used += bytes;
    peak = Math.max(peak, used);
    if (used > limit) {
      throw new InvalidInputException(
          "SHEAF-QRY-020",
          "The query needs more than its " + (limit >> 20) + " MiB of memory for " + what,
          Location.NONE,
          "Narrow it with WHERE, LIMIT or fewer columns, or give Java more memory: "
              + "SHEAF_JAVA_OPTS=-Xmx8g");
    }
  }

  /** Gives memory back. */
  synchronized void give(long bytes) {
    used -= bytes;
  }

  /** Returns the most that was held at one time, in bytes. */
  public synchronized long peak() {
    return peak;
  }
}

package dev.sheaf.format.internal.source;

import java.time.Instant;

/** Moments from counts of a unit. */
public final class Moments {
  private Moments() {}

  /** Returns the moment {@code value} units after 1970-01-01, with so many units to a second. */
  public static Instant of(long value, long perSecond) {
    return Instant.ofEpochSecond(
        Math.floorDiv(value, perSecond),
        Math.floorMod(value, perSecond) * (1_000_000_000 / perSecond));
  }
}

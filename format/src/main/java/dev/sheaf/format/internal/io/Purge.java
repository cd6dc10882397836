package dev.sheaf.format.internal.io;

import dev.sheaf.format.Location;
import dev.sheaf.format.PurgedException;
import java.time.Instant;

/**
 * When and why bytes were purged.
 *
 * @param time the moment, in whole seconds
 * @param reason one line of 1 to {@link #MAX_REASON_BYTES} bytes of UTF-8
 */
public record Purge(Instant time, String reason) {
  /** The longest reason, in bytes of UTF-8. */
  public static final int MAX_REASON_BYTES = 4096;

  /** Returns the error for whoever reads what was purged. */
  public PurgedException exception(Location where) {
    return new PurgedException("Value was purged on " + time + ": " + reason, where);
  }
}

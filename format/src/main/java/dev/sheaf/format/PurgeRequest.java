package dev.sheaf.format;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be purged, and why.
 *
 * @param samples the samples, at least one
 * @param reason one line for whoever meets what is missing; 1 to {@value #MAX_REASON_BYTES} bytes
 * @param shared what to do with bytes that other samples have, too
 */
public record PurgeRequest(Set<SampleId> samples, String reason, Shared shared) {
  /** The longest reason, in bytes of UTF-8. */
  public static final int MAX_REASON_BYTES = 4096;

  /** Identical bytes are stored once, so a value may be that of several samples. */
  public enum Shared {
    /** Nothing is purged; the error names the others. */
    REFUSE,
    /** Such bytes stay, as they are the others', too. */
    KEEP,
    /** The others are purged, too. */
    PURGE
  }

  /**
   * Copies the samples.
   *
   * @throws InvalidInputException if there is no sample, or the reason is empty, too long or has
   *     control characters
   */
  public PurgeRequest {
    samples = Collections.unmodifiableSortedSet(new TreeSet<>(samples));
    if (samples.isEmpty()) {
      throw new InvalidInputException(
          "SHEAF-PUR-002", "No sample is to be purged", Location.NONE, "Name at least one");
    }
    boolean oneLine = reason.chars().noneMatch(c -> c < ' ' || c == 0x7f);
    if (reason.isBlank()
        || !oneLine
        || reason.getBytes(StandardCharsets.UTF_8).length > MAX_REASON_BYTES) {
      throw new InvalidInputException(
          "SHEAF-PUR-003",
          "Reason of a purge is not one line of 1 to " + MAX_REASON_BYTES + " bytes",
          Location.NONE,
          "Say in a few words why, without what is to be forgotten: the reason stays");
    }
  }
}

package dev.sheaf.format;

import java.time.Instant;
import java.util.List;

/**
 * What {@link Dataset#expire} forgot, or would forget.
 *
 * @param dryRun whether nothing was changed
 * @param before the boundary: what is older was to be forgotten
 * @param forgotten how many commits are
 * @param kept how many commits of branches, tags and the like are left
 * @param boundary the commits where history begins from now on, by full id
 * @param reflogEntries how many entries of reflogs pointed to what is forgotten
 * @param held versions older than {@code before} that are kept, with all since, because two
 *     branches started from them and could not be merged without
 */
public record ExpireReport(
    boolean dryRun,
    Instant before,
    long forgotten,
    long kept,
    List<String> boundary,
    long reflogEntries,
    List<Held> held) {
  /** Copies the lists. */
  public ExpireReport {
    boundary = List.copyOf(boundary);
    held = List.copyOf(held);
  }

  /**
   * A version that two branches started from.
   *
   * @param branch one branch
   * @param other the other one
   * @param commit the version, by full id
   */
  public record Held(String branch, String other, String commit) {}
}

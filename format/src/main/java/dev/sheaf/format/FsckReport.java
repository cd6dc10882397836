package dev.sheaf.format;

import java.util.List;

/**
 * What a check found.
 *
 * @param damaged the damages; empty when all is well
 * @param chunks how many chunk files were checked
 * @param bytes how many bytes were read
 * @param purged how many cells are gone because they were purged, which is no damage
 */
public record FsckReport(List<Damage> damaged, long chunks, long bytes, long purged) {
  /** Copies the list. */
  public FsckReport {
    damaged = List.copyOf(damaged);
  }

  /** Tells whether nothing is damaged. */
  public boolean ok() {
    return damaged.isEmpty();
  }

  /**
   * One damaged place.
   *
   * @param chunk the chunk's id, or the Git object's
   * @param column the column, or the empty string where all are hit
   * @param firstSample the least index hit in the version of the default branch, or -1 if none is
   *     known
   * @param lastSample the greatest index hit
   * @param what the fact
   */
  public record Damage(
      String chunk, String column, long firstSample, long lastSample, String what) {}
}

package dev.sheaf.format.ingest;

import java.util.List;
import java.util.Objects;

/**
 * What an ingest did.
 *
 * @param rowsAdded the samples appended
 * @param rowsUpdated the samples whose content changed; their identity stayed
 * @param rowsUnchanged the samples that were there already with the same content
 * @param skipped what was left out, in the order of the source
 * @param notes what a user may want to know, such as why a column stayed text
 * @param bytesRead the bytes read from source files
 * @param filesRead the source files read
 * @param filesRecognised the files known by size, modification time and inode, or staged by an
 *     interrupted ingest, which were not read
 * @param commit the id of the branch's commit afterwards: a new one only if something changed
 * @param seconds how long it took
 */
public record IngestReport(
    long rowsAdded,
    long rowsUpdated,
    long rowsUnchanged,
    List<Skipped> skipped,
    List<String> notes,
    long bytesRead,
    long filesRead,
    long filesRecognised,
    String commit,
    double seconds) {
  /** Copies the lists. */
  public IngestReport {
    skipped = List.copyOf(skipped);
    notes = List.copyOf(notes);
    Objects.requireNonNull(commit, "commit");
  }

  /** Tells whether anything was added or updated. */
  public boolean changed() {
    return rowsAdded > 0 || rowsUpdated > 0;
  }
}

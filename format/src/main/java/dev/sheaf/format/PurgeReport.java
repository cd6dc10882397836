package dev.sheaf.format;

import java.util.List;

/**
 * What was purged, or would be.
 *
 * @param dryRun whether nothing was changed
 * @param samples the samples, sorted; with {@link PurgeRequest.Shared#PURGE} those too that share
 *     bytes with the samples asked for
 * @param rows rows of pages that were written anew without these samples
 * @param values values outside pages that were removed: payloads, tensors, long texts
 * @param bytes the bytes of these values as they were stored
 * @param chunks the chunks that were replaced
 * @param commits how many versions have the samples; they show that something was purged
 * @param branches branches whose newest version had one of the samples; it is deleted there
 * @param tags tags whose version has one of the samples
 * @param views stored views with one of the samples, as {@code branch:view}
 * @param exports exports that have one of the samples: what they hold is not touched
 * @param left what could not be removed
 */
public record PurgeReport(
    boolean dryRun,
    List<SampleId> samples,
    long rows,
    long values,
    long bytes,
    long chunks,
    long commits,
    List<String> branches,
    List<String> tags,
    List<String> views,
    List<ExportRecord> exports,
    List<Left> left) {
  /** Copies the lists. */
  public PurgeReport {
    samples = List.copyOf(samples);
    branches = List.copyOf(branches);
    tags = List.copyOf(tags);
    views = List.copyOf(views);
    exports = List.copyOf(exports);
    left = List.copyOf(left);
  }

  /** Why something stays. */
  public enum Why {
    /** The cells lie in a Git object, which cannot change without all commits behind it. */
    GIT,
    /** The payload is a link: it lies in a file outside of the dataset, which is not touched. */
    LINK,
    /** The bytes are another sample's, too, and were to be kept. */
    SHARED
  }

  /**
   * Cells that stay readable.
   *
   * @param sample the sample
   * @param columns their columns, as the layer names them; none for all that the layer has
   * @param where the path of the layer in the tree of versions, or the link
   */
  public record Left(SampleId sample, List<String> columns, String where, Why why) {
    /** Copies the list. */
    public Left {
      columns = List.copyOf(columns);
    }
  }
}

package dev.sheaf.format;

import java.util.List;
import java.util.Optional;

/**
 * What {@link Concat} added, or would add.
 *
 * @param dryRun whether nothing was written
 * @param commit the branch's commit afterwards, or before where nothing was written; empty where
 *     there is no dataset yet
 * @param committed whether that commit was made here
 * @param rows samples of the branch afterwards
 * @param sources what came from each source, in their order
 * @param columns columns that are new or have another type now
 * @param chunks chunks that were missing
 * @param chunkBytes their bytes
 * @param linkedChunks how many of them got a second name instead of being copied
 */
public record ConcatReport(
    boolean dryRun,
    Optional<CommitInfo> commit,
    boolean committed,
    long rows,
    List<Source> sources,
    List<Change> columns,
    long chunks,
    long chunkBytes,
    long linkedChunks) {
  /** Copies the lists. */
  public ConcatReport {
    sources = List.copyOf(sources);
    columns = List.copyOf(columns);
  }

  /**
   * What came from one source. The samples of its version are {@code added + present + gone +
   * skipped + purged}.
   *
   * @param name what it is called
   * @param commit its version
   * @param added samples that are new
   * @param present samples that were there already, by their id
   * @param differing how many of these show other cells than in the source; they stay as they are
   * @param gone samples that the target once had and has deleted or left out; they stay away
   * @param skipped samples that were left out because their key is taken
   * @param renamed added samples that got another key
   * @param purged samples that were left out because some of their bytes were purged
   * @param documents paths of its views, recipes, checks and taxonomies, which stay with it as far
   *     as the target does not have the same
   */
  public record Source(
      String name,
      CommitInfo commit,
      long added,
      long present,
      long differing,
      long gone,
      long skipped,
      long renamed,
      long purged,
      List<String> documents) {
    /** Copies the list. */
    public Source {
      documents = List.copyOf(documents);
    }
  }

  /**
   * A column that is not as it was.
   *
   * @param name its name
   * @param type its type now
   * @param source the source that brought the change
   * @param what {@code added} or {@code widened from TYPE}, and what else is to be known of it
   */
  public record Change(String name, Type type, String source, String what) {}
}

package dev.sheaf.format;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The edits of one workspace to one branch that wait to be committed: a transaction that survives
 * the process, in a file under {@code local/staged/}.
 *
 * <p>The first edit pins the version that the branch has then. {@link #commit} puts all edits on
 * top of the newest version in one commit: what others changed elsewhere meanwhile stays, and what
 * they changed in the same cells is refused with the cells named, and stays staged.
 *
 * <p>Every call reads the file anew under a lock, so several processes may stage into one
 * workspace. What a call has staged is durable when it returns. Safe for use by several threads,
 * valid until the dataset is closed.
 */
public interface StagedEdits {
  /** Returns the name of the workspace, for example {@code ada@lab7}. */
  String workspace();

  /** Returns the branch that the edits are for. */
  String branch();

  /** Tells whether nothing is staged. */
  boolean isEmpty();

  /** Returns the version that the edits started from, or empty if nothing is staged. */
  Optional<Version> base();

  /**
   * Returns the id by which the commit of these edits is recognised if it is made twice, or the
   * empty string if nothing is staged.
   */
  String transactionId();

  /**
   * Returns the columns as they are after the edits; of the branch's newest version if nothing is
   * staged. Columns that are added have no id yet.
   */
  Schema schema();

  /**
   * Stages edits, all or none.
   *
   * @throws InvalidSchemaException if a value does not fit its column, or a name is taken
   * @throws NotFoundException if a column or sample is not there in the version that the edits
   *     started from
   * @throws InvalidInputException if a sample is changed that was deleted
   */
  void add(EditSet edits);

  /** Returns what is staged, all of it in memory. */
  Changes changes();

  /**
   * What is staged.
   *
   * @param added the columns that are added, as they are called now
   * @param dropped the names that dropped columns have in the base
   * @param renamed new names by the names in the base
   * @param cells the cells that are set, by sample and by the name that the column has now
   * @param deleted the samples that are deleted
   */
  record Changes(
      List<Column> added,
      List<String> dropped,
      Map<String, String> renamed,
      Map<SampleId, Map<String, Object>> cells,
      Collection<SampleId> deleted) {}

  /** Drops all staged edits. */
  void restore();

  /**
   * Drops the staged edits of some samples, deletions included, or of some columns, or of some
   * columns of some samples.
   *
   * @param samples the samples, or an empty collection for all
   * @param columns names as they are now, or an empty collection for all; of a column that is
   *     staged to be added, dropped (by its old name) or renamed that change is dropped too, unless
   *     samples are given
   * @return how many cells and deletions were dropped
   */
  long restore(Collection<SampleId> samples, Collection<String> columns);

  /**
   * Commits what is staged; afterwards nothing is.
   *
   * @return the new version, or the branch's newest if the edits change nothing
   * @throws InvalidInputException if nothing is staged
   * @throws CommitConflictException if others changed the same cells or columns; everything stays
   *     staged
   */
  Version commit(String message);
}

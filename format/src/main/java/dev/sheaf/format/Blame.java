package dev.sheaf.format;

import java.util.Optional;

/**
 * Where a cell of a version comes from.
 *
 * @param column the name of the column in the version
 * @param commit the commit that gave the cell its value; after a merge, that of the side that
 *     brought it
 * @param activity what was done
 * @param origin the file that the value was read from, where the activity is {@link
 *     Activity#INGEST}
 */
public record Blame(String column, CommitInfo commit, Activity activity, Optional<Origin> origin) {
  /** What gives a cell its value. */
  public enum Activity {
    /** The sample was appended or updated from a file. */
    INGEST,
    /** The sample was appended by a program. */
    APPEND,
    /** The cell was set. */
    EDIT,
    /** The cell was computed from other columns, as by a step of a recipe. */
    DERIVED,
    /** The column was added, and the sample shows its default. */
    COLUMN,
    /** A merge made the value from both sides. */
    MERGE,
    /**
     * Unknown: the cell had its value already in the commit where history begins, as what is older
     * was forgotten; see {@link Dataset#expire}.
     */
    BOUNDARY
  }
}

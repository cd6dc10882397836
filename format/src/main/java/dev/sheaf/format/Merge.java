package dev.sheaf.format;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings the changes of one version into a branch: three-way, by sample and by cell. Made by {@link
 * Dataset#merge}, {@link Dataset#revert} and {@link Dataset#cherryPick}; nothing is written before
 * {@link #commit} or {@link #save}. Not safe for use by several threads.
 *
 * <p>A cell that one side alone changed is taken from that side. A cell that both changed to
 * different values is brought together where its type allows, else it is a {@link Conflict}:
 *
 * <ul>
 *   <li>a {@code list<utf8>} without repeats, such as tags, as a set: what either side added is in,
 *       what either side removed is out; never a conflict;
 *   <li>a list of structs with a field {@code tag} the same, by tag and {@code modality};
 *   <li>a list of structs with a field {@code id}, such as boxes, by that id, each element whole;
 *   <li>JSON by member, arrays and other values whole;
 *   <li>a derived cell is taken from one side and recomputed when it is stale; never a conflict;
 *   <li>all else whole.
 * </ul>
 *
 * <p>Columns are matched by their identity, and columns that both sides added under one name and
 * with compatible types are united. So are samples that both sides added under one key: their cells
 * are merged as if both had been added to nothing. Samples that one side added come after those of
 * the branch; an order that only the other side changed is taken over, else the branch's is kept.
 *
 * <pre>{@code
 * Merge merge = pets.merge("main", "curator");
 * for (Merge.Conflict conflict : merge.report().conflicts()) {
 *   merge.resolve(conflict, Merge.Resolution.THEIRS);
 * }
 * Version merged = merge.commit("Merge the work of the curator");
 * }</pre>
 */
public interface Merge {
  /** What kind of change is brought in. */
  enum Kind {
    /** All that a version has and the branch has not. */
    MERGE,
    /** The opposite of what one commit changed. */
    REVERT,
    /** What one commit changed. */
    CHERRY_PICK
  }

  /** One of the two sides. */
  enum Side {
    /** The branch that is changed. */
    OURS,
    /** The version that is brought in. */
    THEIRS
  }

  /** What counts as a conflict beside a cell that both sides changed. */
  enum Strictness {
    /** Nothing else. */
    CELL,
    /** A sample that both sides changed, in whatever cells. */
    ROW,
    /** A column in which both sides changed cells. */
    COLUMN,
    /** Any change on both sides. */
    TABLE
  }

  /** How things stand. */
  enum Status {
    /** The branch has all of it already. */
    UP_TO_DATE,
    /** The branch has nothing that the other version has not: it moves forward to it. */
    FAST_FORWARD,
    /** Everything can be brought together. */
    CLEAN,
    /** Something must be resolved first. */
    CONFLICTS
  }

  /** What a conflict is about. */
  enum ConflictKind {
    /** A cell that both sides changed. */
    CELL,
    /** A sample that the branch deleted and the other side changed. */
    DELETED_BY_US,
    /** A sample that the other side deleted and the branch changed. */
    DELETED_BY_THEM,
    /** A sample that both sides changed, under {@link Strictness#ROW}. */
    ROW,
    /** A column that both sides changed, by definition or under {@link Strictness#COLUMN}. */
    COLUMN,
    /** A document that both sides changed. */
    DOCUMENT,
    /** Any change on both sides, under {@link Strictness#TABLE}. */
    TABLE
  }

  /**
   * Something that must be decided.
   *
   * @param id names the conflict within this merge; the same whenever it is computed again
   * @param kind what it is about
   * @param sample the sample, or null; of samples that are united the one that stays
   * @param key what the outside calls the sample, or the empty string
   * @param column the name of the column, the path of the document, or the empty string
   * @param base the value that both sides started from, or null
   * @param ours the branch's value, or null
   * @param theirs the other version's value, or null
   * @param what the conflict in words
   */
  record Conflict(
      String id,
      ConflictKind kind,
      SampleId sample,
      String key,
      String column,
      Object base,
      Object ours,
      Object theirs,
      String what) {
    /** Requires an id, a kind and words. */
    public Conflict {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(column, "column");
      Objects.requireNonNull(what, "what");
    }
  }

  /**
   * A decision.
   *
   * @param choice {@code ours}, {@code theirs}, {@code base}, {@code both} or {@code value}
   * @param json for {@code value} the value as JSON text, as a column's default is spelled; else
   *     the empty string
   */
  record Resolution(String choice, String json) {
    /** Takes what the branch has. */
    public static final Resolution OURS = new Resolution("ours", "");

    /** Takes what the other version has. */
    public static final Resolution THEIRS = new Resolution("theirs", "");

    /** Takes what both started from; of a sample that one side deleted, that it stays. */
    public static final Resolution BASE = new Resolution("base", "");

    /** Lets both changes stand, where only strictness makes them a conflict. */
    public static final Resolution BOTH = new Resolution("both", "");

    /** Checks the choice. */
    public Resolution {
      if (!List.of("ours", "theirs", "base", "both", "value").contains(choice)
          || choice.equals("value") == json.isEmpty()) {
        throw new IllegalArgumentException("choice=" + choice + " json=" + json);
      }
    }

    /**
     * Takes another value, as JSON text: {@code "cat"}, {@code 3}, {@code ["a","b"]}, {@code null}.
     */
    public static Resolution value(String json) {
      return new Resolution("value", json);
    }
  }

  /**
   * Where the cells of a column come from. Cells of added samples are not counted.
   *
   * @param column the column's name in the result, or its last one where it is dropped
   * @param ours cells that the branch alone changed or filled
   * @param theirs cells that the other side alone changed or filled
   * @param same cells that both changed to the same value
   * @param merged cells that both changed and whose values were brought together by type
   * @param resolved cells that both changed and that a decision or preference settled
   * @param conflicts cells that both changed and that are not decided
   * @param note what happened to the column itself, or the empty string
   */
  record ColumnReport(
      String column,
      long ours,
      long theirs,
      long same,
      long merged,
      long resolved,
      long conflicts,
      String note) {}

  /**
   * Where the samples come from.
   *
   * @param addedByUs samples that only the branch added
   * @param addedByThem samples that the other side adds
   * @param united samples that both added under one key or as one
   * @param removedByUs samples that only the branch removed
   * @param removedByThem samples that the other side removes
   * @param removedByBoth samples that both removed
   * @param order whose order the samples have: {@code unchanged}, {@code ours}, {@code theirs}, or
   *     {@code ours, theirs dropped} where both changed it
   */
  record SampleReport(
      long addedByUs,
      long addedByThem,
      long united,
      long removedByUs,
      long removedByThem,
      long removedByBoth,
      String order) {}

  /**
   * What the merge does; given even when it is clean.
   *
   * @param status how things stand
   * @param columns the columns that either side changed, in the order of the result
   * @param samples where the samples come from
   * @param documents the documents that are taken from the other side
   * @param conflicts what is not decided yet
   * @param resolved what a decision or preference settled
   */
  record Report(
      Status status,
      List<ColumnReport> columns,
      SampleReport samples,
      List<String> documents,
      List<Conflict> conflicts,
      List<Conflict> resolved) {
    /** Copies the lists. */
    public Report {
      columns = List.copyOf(columns);
      documents = List.copyOf(documents);
      conflicts = List.copyOf(conflicts);
      resolved = List.copyOf(resolved);
    }
  }

  /** Returns what kind of change is brought in. */
  Kind kind();

  /** Returns the branch that is changed. */
  String branch();

  /** Returns the branch's newest commit as this merge sees it. */
  CommitInfo ours();

  /** Returns the commit that is brought in; of a revert the one that is undone. */
  CommitInfo theirs();

  /** Settles all conflicts that are not decided one by one in favour of a side. */
  Merge prefer(Side side);

  /** Sets what counts as a conflict; {@link Strictness#CELL} unless it is set. */
  Merge strict(Strictness strictness);

  /** Makes a merge commit even where the branch could move forward. */
  Merge noFastForward();

  /**
   * Decides a conflict; a later decision replaces an earlier one.
   *
   * @throws InvalidInputException if the decision does not fit the conflict
   */
  Merge resolve(Conflict conflict, Resolution resolution);

  /** Returns what the merge does. Reads what differs; writes nothing. */
  Report report();

  /**
   * Commits, or moves the branch forward, or returns its newest version where there is nothing to
   * do. If others committed to the branch meanwhile, the merge is computed again on top.
   *
   * @param message the commit message; empty for the usual one
   * @throws CommitConflictException if something is not decided; nothing is changed
   */
  Version commit(String message);

  /**
   * Keeps this merge with its decisions in the dataset's {@code local/} folder, so that it can be
   * taken up again by {@link Dataset#savedMerge}, after a restart too. Values of decisions are kept
   * as JSON.
   *
   * @param name a name of letters, digits and {@code @ . _ % -}; a merge of that name is replaced
   */
  void save(String name);

  /** Returns the name under which this merge was kept or taken up, if it was. */
  Optional<String> name();

  /** Forgets the merge that is kept under this merge's name; does nothing if there is none. */
  void discard();
}

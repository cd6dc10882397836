package dev.sheaf.format;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What differs between two versions, by sample and by cell. Made by {@link Version#diff}; nothing
 * is read before it is asked for, and what is equal by its hash is never read. Immutable, safe for
 * use by several threads, valid until the dataset is closed.
 *
 * <pre>{@code
 * Diff diff = pets.at("v1").diff(pets.at("main"));
 * System.out.println(diff.summary());
 * for (Diff.SampleChange change : diff.samples()) {
 *   for (Diff.CellChange cell : change.cells()) {
 *     System.out.println(change.key() + " " + cell.column() + ": " + cell.from() + " -> " + cell.to());
 *   }
 * }
 * }</pre>
 *
 * <p>Cells of a column that only one of the versions has are no modified cells: the column is added
 * or dropped. A sample is moved if it is not part of the longest sequence of samples that both
 * versions have in the same order.
 */
public interface Diff {
  /** Returns the version compared from. */
  Version from();

  /** Returns the version compared to. */
  Version to();

  /** Tells whether both versions show the same columns, samples, cells and order. */
  boolean isEmpty();

  /**
   * Returns the columns that differ, by their identity: those of {@link #to} in order, then dropped
   * ones. Reads the schemas alone.
   */
  List<ColumnChange> columns();

  /** Returns how much differs. The cost follows the pages that hold changed cells. */
  Summary summary();

  /**
   * Returns the samples that differ, segment by segment in the order of {@link #to}, within a
   * segment in the order in which they were appended; each walk compares anew.
   */
  Iterable<SampleChange> samples();

  /** Returns the paths of the documents that differ, sorted; see {@link Version#document}. */
  List<String> documents();

  /**
   * A column that differs.
   *
   * @param from the column before, or null for an added one
   * @param to the column after, or null for a dropped one
   */
  record ColumnChange(Column from, Column to) {
    /** Requires one of them. */
    public ColumnChange {
      if (from == null && to == null) {
        throw new IllegalArgumentException("a change of no column");
      }
    }

    /** Tells whether the column is new. */
    public boolean isAdded() {
      return from == null;
    }

    /** Tells whether the column is gone. */
    public boolean isDropped() {
      return to == null;
    }

    /** Tells whether the column has another name. */
    public boolean isRenamed() {
      return from != null && to != null && !from.name().equals(to.name());
    }

    /** Tells whether the column has another type. */
    public boolean isRetyped() {
      return from != null && to != null && !from.type().equals(to.type());
    }
  }

  /**
   * How much differs.
   *
   * @param added samples that only the later version has
   * @param removed samples that only the earlier version has
   * @param moved samples in another place among those that both have
   * @param modified samples that both have and of which a cell differs
   * @param cells per column of the later version, by name, the number of modified cells; columns
   *     without one are left out
   */
  record Summary(long added, long removed, long moved, long modified, Map<String, Long> cells) {
    /** Copies the map. */
    public Summary {
      cells = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(cells));
    }

    /** Returns the number of modified cells of all columns. */
    public long modifiedCells() {
      return cells.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * A sample that differs.
   *
   * @param id the sample
   * @param key what the outside calls it
   * @param fromIndex its index in the earlier version; empty if the sample is added
   * @param toIndex its index in the later version; empty if the sample is removed
   * @param moved whether it is in another place among the samples that both versions have
   * @param cells the modified cells, in the order of the later version's columns; empty for an
   *     added or removed sample
   */
  record SampleChange(
      SampleId id,
      String key,
      OptionalLong fromIndex,
      OptionalLong toIndex,
      boolean moved,
      List<CellChange> cells) {
    /** Copies the list. */
    public SampleChange {
      cells = List.copyOf(cells);
    }

    /** Tells whether only the later version has the sample. */
    public boolean isAdded() {
      return fromIndex.isEmpty();
    }

    /** Tells whether only the earlier version has the sample. */
    public boolean isRemoved() {
      return toIndex.isEmpty();
    }
  }

  /**
   * A modified cell. Values are as {@link Sample#value(String)} gives them, both of the later
   * version's type; payloads are not read.
   *
   * @param column the column of the later version
   * @param from the value before, or null
   * @param to the value after, or null
   */
  record CellChange(Column column, Object from, Object to) {
    /** Requires a column. */
    public CellChange {
      Objects.requireNonNull(column, "column");
    }

    /**
     * Returns how many elements differ by their bits; empty unless both values are tensors of one
     * shape.
     */
    public OptionalLong changedElements() {
      return from instanceof Tensor a && to instanceof Tensor b && TensorDistance.isMeasured(a, b)
          ? OptionalLong.of(TensorDistance.changedElements(a, b))
          : OptionalLong.empty();
    }

    /**
     * Returns the Euclidean distance, the square root of the sum of squared differences in float64;
     * empty unless both values are tensors of one shape.
     */
    public OptionalDouble l2Distance() {
      return from instanceof Tensor a && to instanceof Tensor b && TensorDistance.isMeasured(a, b)
          ? OptionalDouble.of(TensorDistance.l2(a, b))
          : OptionalDouble.empty();
    }
  }
}

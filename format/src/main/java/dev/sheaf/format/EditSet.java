package dev.sheaf.format;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Edits that belong together: changes of columns, then cells, then deletions. Given to a {@link
 * Transaction} they become part of one commit, given to {@link StagedEdits} they wait for one.
 *
 * <p>Nothing is checked here: what does not fit is refused by what the edits are given to. Mutable;
 * not safe for use by several threads.
 */
public final class EditSet {
  private final List<ColumnEdit> columns = new ArrayList<>();
  private final Map<SampleId, Map<String, Object>> cells = new TreeMap<>();
  private final Set<SampleId> deletes = new TreeSet<>();

  /** A change of one column. */
  public sealed interface ColumnEdit {}

  /** A column that is added. */
  public record Added(Column column) implements ColumnEdit {}

  /** A column that is dropped. */
  public record Dropped(String name) implements ColumnEdit {}

  /** A column that gets another name; its identity and cells stay. */
  public record Renamed(String from, String to) implements ColumnEdit {}

  /** Adds a column and returns this; see {@link Transaction#addColumn}. */
  public EditSet addColumn(Column column) {
    columns.add(new Added(Objects.requireNonNull(column, "column")));
    return this;
  }

  /** Drops a column and returns this. */
  public EditSet dropColumn(String name) {
    columns.add(new Dropped(Objects.requireNonNull(name, "name")));
    return this;
  }

  /** Renames a column and returns this. */
  public EditSet renameColumn(String from, String to) {
    columns.add(new Renamed(Objects.requireNonNull(from, "from"), Objects.requireNonNull(to)));
    return this;
  }

  /**
   * Sets one cell and returns this. The column is named as it is called after the column edits of
   * this set.
   *
   * @param value as in {@link Row}; null for null
   */
  public EditSet set(SampleId sample, String column, Object value) {
    cells.computeIfAbsent(sample, id -> new TreeMap<>()).put(column, value);
    return this;
  }

  /** Deletes a sample and returns this. */
  public EditSet delete(SampleId sample) {
    deletes.add(Objects.requireNonNull(sample, "sample"));
    return this;
  }

  /** Returns the changes of columns, in order. */
  public List<ColumnEdit> columns() {
    return Collections.unmodifiableList(columns);
  }

  /** Returns the cells that are set, by sample and column name. */
  public Map<SampleId, Map<String, Object>> cells() {
    return Collections.unmodifiableMap(cells);
  }

  /** Returns the samples that are deleted. */
  public Collection<SampleId> deletes() {
    return Collections.unmodifiableSet(deletes);
  }

  /** Tells whether there is nothing to do. */
  public boolean isEmpty() {
    return columns.isEmpty() && cells.isEmpty() && deletes.isEmpty();
  }

  /**
   * Gives the edits to a transaction.
   *
   * @throws DatasetException if one does not fit
   */
  public void applyTo(Transaction transaction) {
    for (ColumnEdit edit : columns) {
      if (edit instanceof Dropped dropped) {
        transaction.dropColumn(dropped.name());
      } else if (edit instanceof Renamed renamed) {
        transaction.renameColumn(renamed.from(), renamed.to());
      } else if (edit instanceof Added added) {
        transaction.addColumn(added.column());
      }
    }
    cells.forEach(transaction::update);
    deletes.forEach(transaction::delete);
  }
}

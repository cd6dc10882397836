package dev.sheaf.format;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The columns of a version or projection, in order. Immutable. */
public final class Schema implements Iterable<Column> {
  private static final int FIRST_NAMES = 24;

  private final List<Column> columns;
  private final Map<String, Integer> byName;

  /** Names that callers write as literals are the same objects, and are found without a hash. */
  private final String[] firstNames;

  private Schema(List<Column> columns) {
    this.columns = List.copyOf(columns);
    this.byName = new LinkedHashMap<>(columns.size() * 2);
    this.firstNames =
        columns.stream().limit(FIRST_NAMES).map(one -> one.name().intern()).toArray(String[]::new);
    for (Column column : columns) {
      if (byName.put(column.name(), byName.size()) != null) {
        throw new InvalidSchemaException(
            "SHEAF-SCH-001",
            "Duplicate column name \"" + column.name() + "\"",
            Location.NONE,
            "Column names are distinct; rename one");
      }
    }
  }

  /**
   * Returns the schema of these columns.
   *
   * @throws InvalidSchemaException if two have one name
   */
  public static Schema of(List<Column> columns) {
    return new Schema(columns);
  }

  /** Returns the columns in order. */
  public List<Column> columns() {
    return columns;
  }

  /** Returns the number of columns. */
  public int size() {
    return columns.size();
  }

  /** Returns the column at a position. */
  public Column column(int position) {
    return columns.get(position);
  }

  /**
   * Returns the column with this name.
   *
   * @throws NotFoundException if there is none; the message suggests near names
   */
  public Column column(String name) {
    return columns.get(indexOf(name));
  }

  /** Tells whether there is a column with this name. */
  public boolean contains(String name) {
    return byName.containsKey(name);
  }

  /**
   * Returns the position of the column with this name.
   *
   * @throws NotFoundException if there is none; the message suggests near names
   */
  @SuppressWarnings("ReferenceEquality") // Other names are looked up by value below.
  public int indexOf(String name) {
    String[] first = firstNames;
    for (int i = 0; i < first.length; i++) {
      if (first[i] == name) {
        return i;
      }
    }
    Integer position = byName.get(name);
    if (position == null) {
      List<String> names = new ArrayList<>(byName.keySet());
      throw new NotFoundException(
          "SHEAF-NF-004",
          "Unknown column \"" + name + "\"",
          Location.NONE,
          Suggestion.of(name, names, "columns"));
    }
    return position;
  }

  @Override
  public Iterator<Column> iterator() {
    return columns.iterator();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Schema schema && columns.equals(schema.columns);
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }

  @Override
  public String toString() {
    return columns.toString();
  }
}

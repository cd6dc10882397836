package dev.sheaf.format.internal.io;

import dev.sheaf.format.Location;
import dev.sheaf.format.PurgedException;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which rows of a page were purged. Immutable, safe for use by several threads. */
public final class PurgedRows {
  /** No row. */
  public static final PurgedRows NONE = new PurgedRows(new TreeMap<>(), Location.NONE);

  private final int[] rows;
  private final Purge[] purges;
  private final Location location;

  private PurgedRows(SortedMap<Integer, Purge> byRow, Location location) {
    this.rows = byRow.keySet().stream().mapToInt(Integer::intValue).toArray();
    this.purges = byRow.values().toArray(new Purge[0]);
    this.location = location;
  }

  /**
   * Returns rows with the purge of each.
   *
   * @param byRow rows of the page
   * @param location where the page lies, for messages
   */
  public static PurgedRows of(SortedMap<Integer, Purge> byRow, Location location) {
    return new PurgedRows(byRow, location);
  }

  /** Tells whether there is no such row. */
  public boolean isEmpty() {
    return rows.length == 0;
  }

  /** Tells whether a row is one of them. */
  public boolean contains(int row) {
    return Arrays.binarySearch(rows, row) >= 0;
  }

  /** Returns the rows, ascending. */
  public int[] rows() {
    return rows.clone();
  }

  /** Returns the rows with the purge of each. */
  SortedMap<Integer, Purge> byRow() {
    SortedMap<Integer, Purge> byRow = new TreeMap<>();
    for (int i = 0; i < rows.length; i++) {
      byRow.put(rows[i], purges[i]);
    }
    return Collections.unmodifiableSortedMap(byRow);
  }

  /**
   * Refuses a row that was purged.
   *
   * @throws PurgedException if it is one of these
   */
  public void check(int row) {
    int at = Arrays.binarySearch(rows, row);
    if (at >= 0) {
      throw purges[at].exception(location);
    }
  }
}

package dev.sheaf.format.internal.order;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an edit changes in the base tree.
 *
 * @param size the number of live samples after the change
 * @param puts the new or changed blobs by path, sorted
 * @param removals the paths to remove, sorted
 */
public record OrderChange(long size, Map<String, byte[]> puts, Set<String> removals) {
  /** Copies the collections, not the arrays. */
  public OrderChange {
    puts = Collections.unmodifiableMap(new TreeMap<>(puts));
    removals = Collections.unmodifiableSet(new TreeSet<>(removals));
  }

  /** Returns whether the tree stays as it is. */
  public boolean isEmpty() {
    return puts.isEmpty() && removals.isEmpty();
  }
}

package dev.sheaf.format;

import java.util.function.Function;

/** Tells from statistics alone whether a sample of some pages may be wanted. Pure. */
@FunctionalInterface
public interface PageFilter {
  /**
   * Returns false only if no sample that the statistics admit is wanted.
   *
   * @param statistics gives the statistics of a column by name; reading them may read the version
   *     tree
   */
  boolean mayMatch(Function<String, ColumnStatistics> statistics);
}

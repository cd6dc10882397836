package dev.sheaf.query.internal.tensor;

/** Comparisons; with a NaN only NE holds. */
public enum Comparison {
  /** Equal. */
  EQ,
  /** Not equal. */
  NE,
  /** Less. */
  LT,
  /** Less or equal. */
  LE,
  /** Greater. */
  GT,
  /** Greater or equal. */
  GE
}

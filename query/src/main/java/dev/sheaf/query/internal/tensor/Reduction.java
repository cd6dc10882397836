package dev.sheaf.query.internal.tensor;

/** Ways to make one element of many. */
public enum Reduction {
  /** The sum, in the order of {@link LaneOrder}. */
  SUM,
  /** The product, in the order of {@link LaneOrder}. */
  PROD,
  /** The least, NaN if there is one; of at least one element. */
  MIN,
  /** The greatest, NaN if there is one; of at least one element. */
  MAX,
  /** Whether one is true; false when there are none. */
  ANY,
  /** Whether all are true; true when there are none. */
  ALL
}

package dev.sheaf.query.tensor;

import dev.sheaf.query.internal.tensor.Tile;

/** Computes one value for a block of rows into its scratch. */
interface Stage {
  /**
   * Computes the value.
   *
   * @param rows the number of rows
   * @param target the scratch, rows one after the other
   */
  void run(int rows, Tile target);
}

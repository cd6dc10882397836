package dev.sheaf.query.internal.tensor.block;

import dev.sheaf.query.internal.tensor.Tile;

/** Computes one value for a block of rows into its scratch. */
public interface Stage {
  /**
   * Computes the value.
   *
   * @param rows the number of rows
   * @param target the scratch, rows one after the other
   */
  void run(int rows, Tile target);
}

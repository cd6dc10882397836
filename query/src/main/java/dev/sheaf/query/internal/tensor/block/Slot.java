package dev.sheaf.query.internal.tensor.block;

import dev.sheaf.query.internal.tensor.Storage;
import dev.sheaf.query.internal.tensor.Tile;

/**
 * Where a value of a running program lies: an input's memory, a constant or scratch. Elements are
 * contiguous in C order within a row.
 */
public final class Slot {
  /** What is read; set anew for each run of an input. */
  Storage storage;

  /** The same as a heap tile, or null when the storage is no such. */
  Tile tile;

  /** The element at which the current block of rows begins. */
  long base;

  /** Elements from one row to the next; 0 for a value that all rows share. */
  long rowStride;

  /** Points at elements on the heap that stay. */
  public void heap(Tile elements, long stride) {
    tile = elements;
    storage = new Storage.Heap(elements);
    base = 0;
    rowStride = stride;
  }

  /** Points at elements of an input. */
  public void memory(Storage elements, long first, long stride) {
    tile = null;
    storage = elements;
    base = first;
    rowStride = stride;
  }

  /** Copies {@code n} elements of a row of the current block from {@code element} on. */
  public void read(int row, long element, Tile target, int to, int n) {
    storage.read(base + row * rowStride + element, 1, target, to, n);
  }
}

package dev.sheaf.query.internal.tensor;

/** Where elements are read from. Not for use by several threads at once. */
public interface Storage {
  /**
   * Reads {@code n} elements, {@code stride} apart and beginning with {@code element}, into {@code
   * target} from {@code to} on.
   */
  void read(long element, long stride, Tile target, int to, int n);

  /** A storage in memory of the lane itself. */
  record Heap(Tile tile) implements Storage {
    @Override
    public void read(long element, long stride, Tile target, int to, int n) {
      target.copy(to, tile, (int) element, (int) stride, n);
    }
  }
}

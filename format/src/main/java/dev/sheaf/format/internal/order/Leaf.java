package dev.sheaf.format.internal.order;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * A decoded and checked leaf: its places in order. Immutable but for what {@link LeafCache} keeps.
 */
abstract sealed class Leaf permits RunsLeaf, ExplicitLeaf {
  /** Takes maximal runs of consecutive slots of one segment, dead ones included. */
  @FunctionalInterface
  interface RunConsumer {
    void accept(SegmentKey segment, int firstSlot, int slotCount, int live);
  }

  /** The segments in this leaf, strictly ascending. */
  final SegmentKey[] segments;

  /** Set at each use, cleared as the cache looks for what to drop; a lost write is harmless. */
  boolean touched;

  Leaf(SegmentKey[] segments) {
    this.segments = segments;
  }

  /**
   * Reads the leaf at {@code path} and checks all of it.
   *
   * @param live what the parent says about the number of live samples
   */
  static Leaf read(TreeReader tree, String path, long live, Deletions deletions, LeafCache cache) {
    OrderBlob blob = OrderBlob.read(tree, path);
    blob.expect("level", 0, blob.level);
    blob.sum("live", live, blob.live);
    if (blob.kind == OrderDescriptor.KIND_EXPLICIT) {
      return ExplicitLeaf.decode(blob);
    }
    blob.expect("kind", OrderDescriptor.KIND_RUNS, blob.kind);
    return RunsLeaf.decode(blob, deletions, cache);
  }

  /** Returns the number of live samples. */
  abstract int live();

  /** Returns the memory this takes at first, in bytes. */
  abstract int weight();

  /** Returns the position with {@code k} live ones before it; {@code 0 <= k < live()}. */
  abstract Position locate(int k);

  /** Returns the number of live places before a live slot, or -1 when it is not here or dead. */
  abstract int indexOf(int segment, int slot);

  /** Passes on every run, including those without a live slot. */
  abstract void forEachRun(RunConsumer consumer);

  /**
   * Passes on what holds the live samples {@code from..to - 1}, the first of which has an index.
   */
  abstract void runs(int from, int to, long firstIndex, Consumer<OrderRun> consumer);

  /** Returns this leaf with the deleted slots of some segments replaced; itself if none changes. */
  abstract Leaf withDeleted(Map<SegmentKey, RoaringBitmap> deleted);

  abstract byte[] encode();

  final int indexOf(SegmentKey segment, int slot) {
    int at = Arrays.binarySearch(segments, segment);
    return at < 0 ? -1 : indexOf(at, slot);
  }

  /** Returns the last entry of {@code starts} that is at most {@code k}, without its last one. */
  static int floor(int[] starts, int k) {
    int low = 0;
    int high = starts.length - 2;
    // runs of one length are met at once; the search below then has nothing left to halve
    int guess = (int) ((double) k * (high + 1) / starts[high + 1]);
    if (guess <= high && starts[guess] <= k && k < starts[guess + 1]) {
      return guess;
    }
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= k) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  static int deadIn(RoaringBitmap deleted, int firstSlot, int slotCount) {
    return (int) deleted.rangeCardinality(firstSlot, (long) firstSlot + slotCount);
  }
}

package dev.sheaf.format.internal.order;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Which leaves may hold a segment. Takes 8 bytes for each segment of each leaf, up to a bound;
 * leaves beyond the bound (long shuffled orders) always may.
 */
final class SegmentIndex {
  /** At most 128 MiB. */
  private static final int MAX_ENTRIES = 1 << 24;

  /** The hash of the key in the high half, the leaf in the low half; sorted. */
  private final long[] entries;

  private final int indexedLeaves;
  private final int leafCount;

  private SegmentIndex(long[] entries, int indexedLeaves, int leafCount) {
    this.entries = entries;
    this.indexedLeaves = indexedLeaves;
    this.leafCount = leafCount;
  }

  /** Looks at every leaf once. */
  static SegmentIndex build(OrderReader order) {
    int leafCount = order.leafCount();
    long[] entries = new long[64];
    int size = 0;
    int leaf = 0;
    for (; leaf < leafCount; leaf++) {
      SegmentKey[] segments = order.leaf(leaf).segments;
      if (size + segments.length > MAX_ENTRIES) {
        break;
      }
      if (size + segments.length > entries.length) {
        entries = Arrays.copyOf(entries, Math.max(size + segments.length, entries.length * 2));
      }
      for (SegmentKey segment : segments) {
        entries[size++] = hash(segment) | leaf;
      }
    }
    entries = Arrays.copyOf(entries, size);
    Arrays.sort(entries);
    return new SegmentIndex(entries, leaf, leafCount);
  }

  /** Passes on the leaves that may hold {@code segment}, ascending, until one is accepted. */
  void candidates(SegmentKey segment, IntPredicate accepts) {
    long hash = hash(segment);
    int at = Arrays.binarySearch(entries, hash);
    for (int i = at < 0 ? -at - 1 : at;
        i < entries.length && (entries[i] ^ hash) >>> 32 == 0;
        i++) {
      if (accepts.test((int) entries[i])) {
        return;
      }
    }
    for (int leaf = indexedLeaves; leaf < leafCount; leaf++) {
      if (accepts.test(leaf)) {
        return;
      }
    }
  }

  private static long hash(SegmentKey segment) {
    long mixed = segment.run() * 0x9e3779b97f4a7c15L + segment.first();
    mixed = (mixed ^ mixed >>> 29) * 0xbf58476d1ce4e5b9L;
    return (mixed ^ mixed >>> 32) << 32;
  }
}

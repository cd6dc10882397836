package dev.sheaf.format.internal.order;

import org.roaringbitmap.RoaringBitmap;

/** The slots of each segment that are deleted in one version. Safe for use by several threads. */
@FunctionalInterface
public interface Deletions {
  /** No slot of any segment is deleted. */
  Deletions NONE = segment -> new RoaringBitmap();

  /**
   * Returns the deleted slots of {@code segment}; empty when there are none. The caller does not
   * change the bitmap.
   */
  RoaringBitmap of(SegmentKey segment);
}

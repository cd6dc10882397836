package dev.sheaf.format.internal.order;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Bounds the memory of decoded leaves: beyond the budget, leaves not used since the last look are
 * dropped. A hit takes no lock and does not come here. Thread-safe.
 */
final class LeafCache {
  private record Entry(Leaf leaf, AtomicReferenceArray<Object> home, int child) {}

  private final long budgetBytes;
  private final ArrayDeque<Entry> clock = new ArrayDeque<>();
  private final Map<Leaf, Long> charged = new HashMap<>();
  private long totalBytes;

  LeafCache(long budgetBytes) {
    this.budgetBytes = budgetBytes;
  }

  /** Takes a leaf that was just put at {@code home[child]}. */
  synchronized void admit(Leaf leaf, AtomicReferenceArray<Object> home, int child) {
    clock.add(new Entry(leaf, home, child));
    charged.put(leaf, (long) leaf.weight());
    totalBytes += leaf.weight();
    evict(leaf);
  }

  /** Takes note that a leaf has grown. */
  synchronized void charge(Leaf leaf, int bytes) {
    if (charged.computeIfPresent(leaf, (key, before) -> before + bytes) != null) {
      totalBytes += bytes;
      evict(leaf);
    }
  }

  synchronized long totalBytes() {
    return totalBytes;
  }

  private void evict(Leaf keep) {
    int looks = clock.size() * 2;
    while (totalBytes > budgetBytes && looks-- > 0) {
      Entry entry = clock.remove();
      if (entry.leaf.equals(keep) || entry.leaf.touched) {
        entry.leaf.touched = false;
        clock.add(entry);
      } else {
        entry.home.compareAndSet(entry.child, entry.leaf, null);
        totalBytes -= charged.remove(entry.leaf);
      }
    }
  }
}

package dev.sheaf.format.internal.layer;

import dev.sheaf.format.internal.ipc.Page;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The pages that live in heap memory (unfolded, or of a store that does not map), the least
 * recently used dropped first. Safe for use by several threads.
 */
public final class HeapPages {
  private final long capacityBytes;
  private final Map<Key, Page> pages = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  private record Key(Object owner, long number) {}

  /** Creates a cache that holds at most about {@code capacityBytes}. */
  public HeapPages(long capacityBytes) {
    this.capacityBytes = capacityBytes;
  }

  /** Returns a page, or null. */
  synchronized Page get(Object owner, long number) {
    return pages.get(new Key(owner, number));
  }

  /** Keeps a page. */
  synchronized void put(Object owner, long number, Page page) {
    Page before = pages.put(new Key(owner, number), page);
    bytes += page.heapBytes() - (before == null ? 0 : before.heapBytes());
    Iterator<Page> eldest = pages.values().iterator();
    while (bytes > capacityBytes && pages.size() > 1) {
      bytes -= eldest.next().heapBytes();
      eldest.remove();
    }
  }
}

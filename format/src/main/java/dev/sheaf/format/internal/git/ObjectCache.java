package dev.sheaf.format.internal.git;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Verified objects, the least recently used dropped first. Safe for use by several threads. */
final class ObjectCache {
  private static final int ENTRY_OVERHEAD = 160;

  private final long capacity;
  private final Map<Oid, GitObject> entries = new LinkedHashMap<>(64, 0.75f, true);
  private long held;

  /**
   * Creates an empty cache.
   *
   * @param capacity the most bytes held; an object of more than a quarter of it is not kept
   */
  ObjectCache(long capacity) {
    this.capacity = capacity;
  }

  synchronized Optional<GitObject> find(Oid id) {
    return Optional.ofNullable(entries.get(id));
  }

  synchronized void add(Oid id, GitObject object) {
    if (weight(object) > capacity / 4) {
      return;
    }
    GitObject before = entries.put(id, object);
    held += weight(object) - (before == null ? 0 : weight(before));
    Iterator<GitObject> oldest = entries.values().iterator();
    while (held > capacity && oldest.hasNext()) {
      held -= weight(oldest.next());
      oldest.remove();
    }
  }

  private static long weight(GitObject object) {
    // A tree carries a table of entry offsets beside its bytes, at most 1/6 of them.
    long bytes = object.bytes().length;
    return ENTRY_OVERHEAD + (object.type() == ObjectType.TREE ? bytes + bytes / 6 : bytes);
  }
}

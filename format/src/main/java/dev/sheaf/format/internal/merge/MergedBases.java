package dev.sheaf.format.internal.merge;

import java.lang.ref.SoftReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bases of criss-cross merges that were merged in memory, for the next merge that starts from the
 * same commits: the longest unused go first, and all where memory is short. Safe for use by several
 * threads.
 */
final class MergedBases {
  private static final int MOST = 64;

  private final Map<Key, SoftReference<MergeBase>> bases =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, SoftReference<MergeBase>> eldest) {
          return size() > MOST;
        }
      };

  /**
   * What a base follows from.
   *
   * @param commits in the order in which they are merged
   * @param boundary the commits with which history begins
   */
  record Key(List<String> commits, List<String> boundary) {}

  synchronized Optional<MergeBase> find(Key key) {
    SoftReference<MergeBase> known = bases.get(key);
    return known == null ? Optional.empty() : Optional.ofNullable(known.get());
  }

  synchronized void add(Key key, MergeBase base) {
    bases.put(key, new SoftReference<>(base));
  }
}

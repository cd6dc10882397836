package dev.sheaf.format.internal.engine;

import dev.sheaf.format.internal.layer.KeyIndex;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.Arrays;

/**
 * Tells quickly that a version does not have a key: the 64-bit hashes of all its keys in memory, 8
 * bytes a sample; above {@link #MOST} samples it asks the version each time.
 */
final class KnownKeys {
  private static final long MOST = 1L << 26;

  private final LocalVersion version;
  private long[] hashes;

  KnownKeys(LocalVersion version) {
    this.version = version;
  }

  boolean contains(String key) {
    if (version.size() == 0) {
      return false;
    }
    if (version.size() <= MOST) {
      if (hashes == null) {
        hashes = load();
      }
      if (Arrays.binarySearch(hashes, KeyIndex.hash(key)) < 0) {
        return false;
      }
    }
    return version.find(key).isPresent();
  }

  private long[] load() {
    long[] all = new long[0];
    int size = 0;
    for (SegmentKey segment : version.state().segmentKeys()) {
      KeyIndex keys = version.state().segment(segment).reader().keys();
      if (size + keys.size() > all.length) {
        all =
            Arrays.copyOf(
                all, Math.max(size + keys.size(), (int) Math.min(MOST * 2, 2L * all.length)));
      }
      for (int i = 0; i < keys.size(); i++) {
        all[size++] = keys.hashAt(i);
      }
    }
    long[] sorted = Arrays.copyOf(all, size);
    Arrays.sort(sorted);
    return sorted;
  }
}

package dev.sheaf.format.internal.order;

import java.util.Map;
import java.util.Optional;

/** Reads the blobs of one version tree. Implementations are safe for use by several threads. */
@FunctionalInterface
public interface TreeReader {
  /**
   * Returns the bytes of the blob at {@code path}, or nothing when the tree has none there. The
   * caller does not change them.
   *
   * @param path the path from the root of the tree, for example {@code order/counts}
   */
  Optional<byte[]> find(String path);

  /** Returns a view of {@code blobs}, keyed by path. */
  static TreeReader of(Map<String, byte[]> blobs) {
    return path -> Optional.ofNullable(blobs.get(path));
  }
}

package dev.sheaf.format.internal.source;

import java.util.Optional;

/** Hashes of files that were read before. Safe for use by several threads. */
public interface KnownHashes {
  /** Knows nothing. */
  KnownHashes NONE =
      new KnownHashes() {
        @Override
        public boolean isEmpty() {
          return true;
        }

        @Override
        public Optional<String> sha256(FileStamp stamp) {
          return Optional.empty();
        }

        @Override
        public void remember(FileStamp stamp, String sha256) {}
      };

  /** Tells whether no hash is known, so that there is no need to ask. */
  default boolean isEmpty() {
    return false;
  }

  /** Returns the SHA-256 of the file if it is untouched since it was read. */
  Optional<String> sha256(FileStamp stamp);

  /** Remembers the SHA-256 of a file. */
  void remember(FileStamp stamp, String sha256);
}

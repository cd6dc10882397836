package dev.sheaf.format.internal.source;

import java.util.Optional;

/** Hashes of files that were read before. Safe for use by several threads. */
public interface KnownHashes {
  /** Knows nothing. */
  KnownHashes NONE =
      new KnownHashes() {
        @Override
        public Optional<String> sha256(FileStamp stamp) {
          return Optional.empty();
        }

        @Override
        public void remember(FileStamp stamp, String sha256) {}
      };

  /** Returns the SHA-256 of the file if it is untouched since it was read. */
  Optional<String> sha256(FileStamp stamp);

  /** Remembers the SHA-256 of a file. */
  void remember(FileStamp stamp, String sha256);
}

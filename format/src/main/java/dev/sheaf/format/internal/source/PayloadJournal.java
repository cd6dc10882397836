package dev.sheaf.format.internal.source;

import dev.sheaf.format.Media;
import java.util.Optional;

/**
 * Remembers payloads that an interrupted ingest has read and staged already. {@link #recall} is
 * called by many threads at once, {@link #stamp} by one.
 */
public interface PayloadJournal {
  /** Remembers nothing. */
  PayloadJournal NONE =
      new PayloadJournal() {
        @Override
        public Optional<Media> recall(String stamp) {
          return Optional.empty();
        }

        @Override
        public void stamp(Media media, String stamp) {}
      };

  /** Returns the payload that was staged under this stamp. */
  Optional<Media> recall(String stamp);

  /** Says which file a payload came from, before it is appended. */
  void stamp(Media media, String stamp);
}

package dev.sheaf.format.internal.source;

import java.util.Optional;

/**
 * A row that is known but not yet read; the methods do the work and may be called on any one thread
 * at a time.
 */
public interface PendingRow {
  /** Returns where it stands. */
  Place place();

  /** Returns about how many bytes it will hold in memory. */
  long weight();

  /** Returns the key that a file has by its path; empty for the row of a table. */
  Optional<String> path();

  /**
   * Returns a cell as text, for use as a key.
   *
   * @throws dev.sheaf.format.DatasetException if the row cannot be taken
   */
  Optional<String> keyText(String column);

  /**
   * Returns the hashes as far as they are known without reading payload files.
   *
   * @throws dev.sheaf.format.DatasetException if the row cannot be taken
   */
  Fingerprint fingerprint(PayloadReader payloads);

  /**
   * Reads everything.
   *
   * @throws dev.sheaf.format.DatasetException if the row cannot be taken
   */
  LoadedRow load(PayloadReader payloads);
}

package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.internal.source.MediaBytes;
import dev.sheaf.format.internal.source.PayloadRef;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.TypedJson;
import java.util.Map;
import java.util.Optional;

/** One row of a table before it is given its types. Used by one thread at a time. */
public interface RawRow {
  /** Returns where it stands. */
  Place place();

  /** Returns about how many bytes it holds, those of its payloads included. */
  long weight();

  /** Returns the key that a file or a group of files has by its path. */
  default Optional<String> path() {
    return Optional.empty();
  }

  /**
   * Tells whether the row is one file and what its path says: then its hash is that of the file.
   */
  default boolean isOneFile() {
    return false;
  }

  /**
   * Returns the cells by column: String, JsonNode, {@link MediaBytes}, {@link PayloadRef}, {@link
   * TypedJson} or a typed value, null for null.
   *
   * @throws DatasetException if the row is malformed
   */
  Map<String, Object> cells();

  /** A row whose cells are at hand. */
  record Ready(Place place, long weight, Map<String, Object> cells) implements RawRow {}

  /** A row whose cells are at hand and that has a path. */
  record Named(Place place, long weight, String name, Map<String, Object> cells) implements RawRow {
    @Override
    public Optional<String> path() {
      return Optional.of(name);
    }
  }

  /** A row that is known to be malformed. */
  record Malformed(Place place, DatasetException problem) implements RawRow {
    @Override
    public long weight() {
      return 0;
    }

    @Override
    public Map<String, Object> cells() {
      throw problem;
    }
  }
}

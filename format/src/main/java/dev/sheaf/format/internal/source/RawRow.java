package dev.sheaf.format.internal.source;

import java.util.Map;

/** One row of a table before it is given its types. Used by one thread at a time. */
interface RawRow {
  /** Returns where it stands. */
  Place place();

  /** Returns about how many bytes it holds. */
  long weight();

  /**
   * Returns the cells by column: String, JsonNode, {@link MediaBytes}, {@link TypedJson} or a typed
   * value, null for null.
   *
   * @throws dev.sheaf.format.DatasetException if the row is malformed
   */
  Map<String, Object> cells();

  /** A row whose cells are at hand. */
  record Ready(Place place, long weight, Map<String, Object> cells) implements RawRow {}

  /** A row that is known to be malformed. */
  record Malformed(Place place, dev.sheaf.format.DatasetException problem) implements RawRow {
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

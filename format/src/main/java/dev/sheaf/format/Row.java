package dev.sheaf.format;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The cells of one new or changed sample, by column name. Mutable; not safe for use by several
 * threads.
 *
 * <p>Values by type: Boolean; Byte, Short, Integer, Long, {@link java.math.BigInteger} for
 * integers; Float, Double for floating point; String for text and JSON; {@code byte[]} or {@link
 * java.nio.ByteBuffer} for bytes; {@link java.time.LocalDate}; {@link java.time.Instant} for
 * timestamps; {@link java.util.List}; {@link Map} for structs; {@link Tensor}; {@link Media}; null
 * for null.
 */
public final class Row {
  private final Map<String, Object> cells = new LinkedHashMap<>();
  private String key;
  private Origin origin;

  /** Returns an empty row. */
  public static Row of() {
    return new Row();
  }

  /** Sets one cell and returns this row. */
  public Row set(String column, Object value) {
    cells.put(Objects.requireNonNull(column, "column"), value);
    return this;
  }

  /**
   * Sets what the outside calls the sample and returns this row; without it a key is made from the
   * content.
   */
  public Row key(String newKey) {
    this.key = newKey;
    return this;
  }

  /** Sets where the sample came from and returns this row. */
  public Row origin(Origin newOrigin) {
    this.origin = newOrigin;
    return this;
  }

  /** Returns the key, or null if none was set. */
  public String key() {
    return key;
  }

  /** Returns the origin, or null if none was set. */
  public Origin origin() {
    return origin;
  }

  /** Returns a view of the cells in the order in which they were set. */
  public Map<String, Object> cells() {
    return Collections.unmodifiableMap(cells);
  }
}

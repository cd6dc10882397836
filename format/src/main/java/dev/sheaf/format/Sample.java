package dev.sheaf.format;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * One sample of a version. Immutable, safe for use by several threads, valid until the dataset is
 * closed.
 *
 * <p>Cells are read when asked for: the first touch of a page or payload reads it by position and
 * verifies its checksum, later ones go to mapped memory.
 */
public interface Sample {
  /** Returns the position in the version. */
  long index();

  /** Returns the identity. */
  SampleId id();

  /** Returns what the outside calls the sample. */
  String key();

  /** Returns where it came from, if that is known. */
  Optional<Origin> origin();

  /** Returns the columns. */
  Schema schema();

  /** Tells whether a cell is null. */
  boolean isNull(String column);

  /**
   * Returns a cell by column name, or null: Boolean; Long for integers ({@link
   * java.math.BigInteger} for {@code uint64} above 2^63-1); Float for float16, bfloat16 and
   * float32; Double; String for text and JSON; read-only {@link ByteBuffer} for bytes; {@link
   * java.time.LocalDate}; {@link java.time.Instant} ({@link java.time.LocalDateTime} without zone);
   * {@link java.util.List}; {@link Map} for structs; {@link Tensor}; {@link Media}.
   *
   * @throws NotFoundException if there is no such column
   * @throws CorruptDataException if the bytes are damaged; other cells stay readable
   */
  Object value(String column);

  /** Returns a cell by the column's position in the schema; see {@link #value(String)}. */
  Object value(int column);

  /** Returns the value of an integer cell. */
  long int64(String column);

  /** Returns the value of a floating point cell. */
  double float64(String column);

  /** Returns the text of a text or JSON cell, or null. */
  String text(String column);

  /**
   * Returns the UTF-8 bytes of a text or JSON cell or the bytes of a binary cell, without a copy
   * where the bytes allow, or null. Of a long value the view may be of a mapped file; see {@link
   * Media#bytes}.
   */
  ByteBuffer bytes(String column);

  /** Returns a tensor cell, without a copy where the bytes allow, or null. */
  Tensor tensor(String column);

  /** Returns a media cell, or null. */
  Media media(String column);

  /**
   * Tells whether a derived cell was computed from inputs that have changed since. False for
   * columns that are not derived and for null cells.
   */
  boolean isStale(String column);

  /** Returns all cells by name, in the order of the schema. */
  Map<String, Object> toMap();
}

package dev.sheaf.format;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Samples of a scan: consecutive ones, or those that {@link Scan#rows} names. Immutable, safe for
 * use by several threads; views stay valid as long as they are reachable. Cells are read when asked
 * for.
 */
public interface Batch {
  /** Returns the index of the first sample. */
  long firstIndex();

  /** Returns the position in the version of one sample of the batch. */
  long index(int row);

  /** Returns the identity of one sample of the batch. */
  SampleId id(int row);

  /** Returns the number of samples. */
  int size();

  /** Returns the columns. */
  Schema schema();

  /** Returns one sample of the batch. */
  Sample sample(int row);

  /**
   * Returns the cells of a column, or of a field of a struct or media column, without an object a
   * cell where the type allows.
   *
   * @param column the name
   * @param path the field to take of a struct, and of that a field, and so on; of media a fact of
   *     {@link MediaKind#facts()}, which never touches the payload
   * @throws NotFoundException if there is no such column
   * @throws CorruptDataException if bytes are damaged
   */
  default ColumnValues column(String column, String... path) {
    return column(null, column, path);
  }

  /**
   * Returns the cells of some samples of the batch; see {@link #column(String, String...)}. Only
   * the pages that these lie in are read.
   *
   * @param rows the rows wanted, in any order, or null for all
   */
  ColumnValues column(int[] rows, String column, String... path);

  /**
   * Returns the cells of a fixed-width column as one contiguous, read-only, little-endian matrix
   * {@code [size, …]} without a copy, or empty where they do not lie so (nulls, edits, deletes,
   * another order, or a type of varying width).
   */
  Optional<ByteBuffer> matrix(String column);

  /**
   * Makes sure that what this thread read from the {@link #matrix} of a column was there. A matrix
   * may be mapped memory: when somebody cuts the file short, reads give zeros or end with an {@link
   * InternalError}, at once or a little later. To be called after reading, before what was computed
   * is used, and when reading ends with that error.
   *
   * @throws CorruptDataException if the file was cut short
   */
  default void checkMatrix(String column) {}
}

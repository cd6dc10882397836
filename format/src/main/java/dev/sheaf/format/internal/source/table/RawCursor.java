package dev.sheaf.format.internal.source.table;

import java.io.IOException;

/** The rows of a table in order. */
public interface RawCursor extends AutoCloseable {
  /**
   * Returns the next row, or null at the end. A row that cannot be taken is returned and says so
   * when asked for its cells.
   *
   * @throws dev.sheaf.format.DatasetException if the file cannot be read on
   */
  RawRow next() throws IOException;

  @Override
  void close() throws IOException;
}

package dev.sheaf.format.internal.source;

import dev.sheaf.format.Type;
import java.util.List;
import java.util.Map;

/**
 * Samples in files: the columns after a look at every row, then the rows in an order that depends
 * on the bytes alone.
 *
 * <p>Not safe for use by several threads; the {@link PendingRow rows} are.
 */
public interface SampleSource {
  /** Returns the file or folder. */
  SourceFile file();

  /** Returns the columns, in the order of the source. */
  List<SourceColumn> columns();

  /** Returns the number of rows, those included that will turn out broken. */
  long rowCount();

  /** Tells whether the file itself holds the rows, rather than naming or containing files. */
  boolean isTable();

  /** Returns what a user may want to know, such as why a column stayed text. */
  List<String> notes();

  /**
   * Begins to read.
   *
   * @param types the type that each column is to have
   */
  RowCursor open(Map<String, Type> types);
}

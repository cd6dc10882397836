package dev.sheaf.format.internal.source;

/** The rows of a source in order. Not safe for use by several threads. */
public interface RowCursor extends AutoCloseable {
  /** Returns the next row, or null at the end. */
  PendingRow next();

  @Override
  void close();
}

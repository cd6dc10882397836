package dev.sheaf.query.internal.exec;

/** Gives the batches of a relation, one after the other. For one thread. */
public interface Operator extends AutoCloseable {
  /** Returns the next batch, which has rows, or null at the end. */
  RowBatch next();

  /** Gives back what it holds. */
  @Override
  default void close() {}
}

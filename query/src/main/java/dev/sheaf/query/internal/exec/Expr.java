package dev.sheaf.query.internal.exec;

/** Computes a column from a batch. Stateless but for caches; for one thread. */
@FunctionalInterface
public interface Expr {
  /** Returns one value for each row of the batch. */
  Vec eval(RowBatch batch);
}

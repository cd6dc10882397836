package dev.sheaf.query.internal.exec;

/** Groups and aggregates part by part, then puts the parts together. */
final class AggregateOperator implements Operator {
  private final Parts<Aggregation> parts;
  private final Aggregation none;
  private Aggregation whole;
  private int at;

  /**
   * Creates the operator.
   *
   * @param none an aggregation without rows
   */
  AggregateOperator(Pipeline input, Aggregation none) {
    this.none = none;
    this.parts = input.parts(this::aggregate);
  }

  private Aggregation aggregate(Operator operator) {
    Aggregation part = none.fresh();
    for (RowBatch batch = operator.next(); batch != null; batch = operator.next()) {
      part.add(batch);
    }
    return part;
  }

  @Override
  public RowBatch next() {
    if (whole == null) {
      whole = parts.next();
      while (parts.hasNext()) {
        whole.merge(parts.next());
      }
    }
    if (at >= whole.count()) {
      return null;
    }
    int end = Math.min(whole.count(), at + RowBatch.ROWS);
    RowBatch batch = whole.batch(at, end);
    at = end;
    return batch;
  }

  @Override
  public void close() {
    parts.close();
    if (whole != null) {
      whole.release();
    }
  }
}

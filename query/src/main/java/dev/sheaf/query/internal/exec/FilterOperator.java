package dev.sheaf.query.internal.exec;

/** Keeps the rows of which a condition is true. */
final class FilterOperator implements Operator {
  private final Operator input;
  private final Expr condition;

  FilterOperator(Operator input, Expr condition) {
    this.input = input;
    this.condition = condition;
  }

  @Override
  public RowBatch next() {
    for (RowBatch batch = input.next(); batch != null; batch = input.next()) {
      int[] rows = Logic.trueRows((Vec.Bools) condition.eval(batch));
      if (rows == null) {
        return batch;
      }
      if (rows.length > 0) {
        return batch.take(rows);
      }
    }
    return null;
  }

  @Override
  public void close() {
    input.close();
  }
}

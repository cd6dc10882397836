package dev.sheaf.query.internal.exec;

import java.util.List;

/** Computes columns; those that are only passed on are not read. */
final class ProjectOperator implements Operator {
  private final Operator input;
  private final List<Projection> projections;

  /**
   * One column of the result.
   *
   * @param input the column of the input that is passed on, or -1
   * @param expr what is computed, else
   */
  record Projection(int input, Expr expr) {}

  ProjectOperator(Operator input, List<Projection> projections) {
    this.input = input;
    this.projections = projections;
  }

  @Override
  public RowBatch next() {
    RowBatch batch = input.next();
    if (batch == null) {
      return null;
    }
    Column[] columns = new Column[projections.size()];
    for (int i = 0; i < columns.length; i++) {
      Projection one = projections.get(i);
      columns[i] =
          one.input() >= 0 ? batch.column(one.input()) : new Column.Ready(one.expr().eval(batch));
    }
    return new RowBatch(batch.size(), columns);
  }

  @Override
  public void close() {
    input.close();
  }
}

package dev.sheaf.query.internal.exec;

import java.util.List;

/** The first rows of an order: those of each part, then the first of these. */
final class TopOperator implements Operator {
  private final List<SortKey> keys;
  private final int count;
  private final Parts<TopRows> parts;
  private boolean done;

  TopOperator(Pipeline input, List<SortKey> keys, int count) {
    this.keys = keys;
    this.count = count;
    this.parts = input.parts(this::first);
  }

  private TopRows first(Operator operator) {
    TopRows rows = new TopRows(keys, count);
    for (RowBatch batch = operator.next(); batch != null; batch = operator.next()) {
      rows.add(batch);
    }
    return rows;
  }

  @Override
  public RowBatch next() {
    if (done || count == 0) {
      return null;
    }
    done = true;
    TopRows whole = parts.next();
    while (parts.hasNext()) {
      whole.merge(parts.next());
    }
    return whole.kept();
  }

  @Override
  public void close() {
    parts.close();
  }
}

package dev.sheaf.query.internal.exec;

/** Leaves out the first rows, and those after a number of rows. */
final class LimitOperator implements Operator {
  private final Operator input;
  private long skip;
  private long left;

  LimitOperator(Operator input, long offset, long fetch) {
    this.input = input;
    this.skip = offset;
    this.left = fetch;
  }

  @Override
  public RowBatch next() {
    while (left > 0) {
      RowBatch batch = input.next();
      if (batch == null) {
        return null;
      }
      int from = (int) Math.min(skip, batch.size());
      int count = (int) Math.min(left, batch.size() - from);
      skip -= from;
      left -= count;
      if (count == batch.size()) {
        return batch;
      }
      if (count > 0) {
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
          rows[i] = from + i;
        }
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

package dev.sheaf.query.internal.exec;

import java.util.List;

/** Groups rows by keys, in the order in which groups are first met, and aggregates each. */
final class AggregateOperator implements Operator {
  private final Operator input;
  private final int[] keys;
  private final List<Call> calls;
  private final Memory memory;
  private final Groups groups;
  private boolean read;
  private int at;
  private long held;

  /**
   * One aggregate.
   *
   * @param argument the column, or -1 for COUNT(*)
   * @param filter the column that says which rows count, or -1
   */
  record Call(Accumulator accumulator, int argument, int filter) {}

  AggregateOperator(Operator input, int[] keys, Kind[] kinds, List<Call> calls, Memory memory) {
    this.input = input;
    this.keys = keys;
    this.calls = calls;
    this.memory = memory;
    this.groups = new Groups(kinds);
  }

  @Override
  public RowBatch next() {
    if (!read) {
      read = true;
      readAll();
    }
    int count = keys.length == 0 ? 1 : groups.count();
    if (at >= count) {
      return null;
    }
    int end = Math.min(count, at + RowBatch.ROWS);
    Vec[] vecs = new Vec[keys.length + calls.size()];
    for (int i = 0; i < keys.length; i++) {
      vecs[i] = groups.key(i).build(at, end);
    }
    for (int i = 0; i < calls.size(); i++) {
      vecs[keys.length + i] = calls.get(i).accumulator().build(at, end);
    }
    RowBatch batch = RowBatch.of(end - at, vecs);
    at = end;
    return batch;
  }

  private void readAll() {
    for (RowBatch batch = input.next(); batch != null; batch = input.next()) {
      int size = batch.size();
      int[] rowGroups = new int[size];
      int count = 1;
      if (keys.length > 0) {
        Vec[] vecs = new Vec[keys.length];
        for (int i = 0; i < vecs.length; i++) {
          vecs[i] = batch.column(keys[i]).vec();
        }
        int before = groups.count();
        rowGroups = groups.assign(vecs, size);
        count = groups.count();
        charge(count - before, vecs, size);
      }
      for (Call call : calls) {
        boolean[] wanted = null;
        if (call.filter() >= 0) {
          Vec filter = batch.column(call.filter()).vec();
          wanted = Logic.is(filter, true, true).values;
        }
        Vec argument = call.argument() < 0 ? null : batch.column(call.argument()).vec();
        call.accumulator().add(argument, rowGroups, count, wanted);
      }
    }
  }

  private void charge(int fresh, Vec[] vecs, int size) {
    long row = 32 + 24L * calls.size();
    for (Vec vec : vecs) {
      row += vec.bytes() / size;
    }
    long bytes = row * fresh;
    held += bytes;
    memory.take(bytes, "the groups of GROUP BY");
  }

  @Override
  public void close() {
    memory.give(held);
    input.close();
  }
}

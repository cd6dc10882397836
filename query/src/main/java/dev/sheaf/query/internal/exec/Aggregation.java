package dev.sheaf.query.internal.exec;

import java.util.List;

/** Groups of rows, in the order in which they are first met, and the aggregates of each. */
final class Aggregation {
  private final int[] keys;
  private final Kind[] kinds;
  private final List<Call> calls;
  private final Memory memory;
  private final Groups groups;
  private final Accumulator[] accumulators;
  private long held;

  /**
   * One aggregate.
   *
   * @param kind the kind of the argument
   * @param argument the column, or -1 for COUNT(*)
   * @param filter the column that says which rows count, or -1
   */
  record Call(Accumulator.Function function, Kind kind, int argument, int filter) {}

  Aggregation(int[] keys, Kind[] kinds, List<Call> calls, Memory memory) {
    this.keys = keys;
    this.kinds = kinds;
    this.calls = calls;
    this.memory = memory;
    this.groups = new Groups(kinds);
    this.accumulators =
        calls.stream()
            .map(call -> Accumulator.of(call.function(), call.kind()))
            .toArray(Accumulator[]::new);
  }

  /** Returns one without rows. */
  Aggregation fresh() {
    return new Aggregation(keys, kinds, calls, memory);
  }

  int count() {
    return keys.length == 0 ? 1 : groups.count();
  }

  void add(RowBatch batch) {
    int size = batch.size();
    int[] rowGroups = new int[size];
    if (keys.length > 0) {
      Vec[] vecs = new Vec[keys.length];
      for (int i = 0; i < vecs.length; i++) {
        vecs[i] = batch.column(keys[i]).vec();
      }
      rowGroups = assign(vecs, size);
    }
    for (int i = 0; i < accumulators.length; i++) {
      Call call = calls.get(i);
      boolean[] wanted = null;
      if (call.filter() >= 0) {
        Vec filter = batch.column(call.filter()).vec();
        wanted = Logic.is(filter, true, true).values;
      }
      Vec argument = call.argument() < 0 ? null : batch.column(call.argument()).vec();
      accumulators[i].add(argument, rowGroups, count(), wanted);
    }
  }

  private int[] assign(Vec[] vecs, int size) {
    int before = groups.count();
    int[] rowGroups = groups.assign(vecs, size);
    long row = 32 + 24L * calls.size();
    for (Vec vec : vecs) {
      row += vec.bytes() / Math.max(1, size);
    }
    long bytes = row * (groups.count() - before);
    held += bytes;
    memory.take(bytes, "the groups of GROUP BY");
    return rowGroups;
  }

  /** Adds the rows of another, which come after those of this one. */
  void merge(Aggregation later) {
    int size = later.count();
    int[] into = new int[size];
    if (keys.length > 0) {
      Vec[] vecs = new Vec[keys.length];
      for (int i = 0; i < vecs.length; i++) {
        vecs[i] = later.groups.key(i).build(0, size);
      }
      into = assign(vecs, size);
    }
    for (int i = 0; i < accumulators.length; i++) {
      accumulators[i].merge(later.accumulators[i], into, count());
    }
    later.release();
  }

  /** Returns the groups {@code [from, to)}. */
  RowBatch batch(int from, int to) {
    Vec[] vecs = new Vec[keys.length + accumulators.length];
    for (int i = 0; i < keys.length; i++) {
      vecs[i] = groups.key(i).build(from, to);
    }
    for (int i = 0; i < accumulators.length; i++) {
      vecs[keys.length + i] = accumulators[i].build(from, to);
    }
    return RowBatch.of(to - from, vecs);
  }

  /** Gives the memory back. */
  void release() {
    memory.give(held);
    held = 0;
  }
}

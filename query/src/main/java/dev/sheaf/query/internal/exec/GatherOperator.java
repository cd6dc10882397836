package dev.sheaf.query.internal.exec;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Gives the batches of a pipeline in order, which threads compute ahead. */
final class GatherOperator implements Operator {
  private final Parts<List<RowBatch>> parts;
  private final Deque<RowBatch> ready = new ArrayDeque<>();

  GatherOperator(Pipeline input) {
    parts = input.parts(GatherOperator::all);
  }

  private static List<RowBatch> all(Operator operator) {
    List<RowBatch> batches = new ArrayList<>();
    for (RowBatch batch = operator.next(); batch != null; batch = operator.next()) {
      batches.add(batch);
    }
    return batches;
  }

  @Override
  public RowBatch next() {
    while (ready.isEmpty() && parts.hasNext()) {
      ready.addAll(parts.next());
    }
    return ready.poll();
  }

  @Override
  public void close() {
    parts.close();
  }
}

package dev.sheaf.query.internal.plan;

import dev.sheaf.format.ScanMetrics;
import dev.sheaf.query.internal.exec.Memory;
import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.RowBatch;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.calcite.rel.RelNode;

/** One run of a plan: what its operators share and what they did. For one thread. */
public final class Execution {
  private final Memory memory;
  private final Map<RelNode, Counts> counts = new IdentityHashMap<>();

  /** Creates a run whose operators may hold so many bytes. */
  public Execution(long memoryLimit) {
    this.memory = new Memory(memoryLimit);
  }

  /** What an operator of a plan did. */
  static final class Counts {
    long rows;
    long nanos;
    final List<ScanMetrics> scans = new ArrayList<>();
  }

  Memory memory() {
    return memory;
  }

  Counts counts(RelNode rel) {
    return counts.computeIfAbsent(rel, key -> new Counts());
  }

  /** Returns an operator whose rows and time are counted for a node of the plan. */
  Operator counted(RelNode rel, Operator operator) {
    Counts own = counts(rel);
    return new Operator() {
      @Override
      public RowBatch next() {
        long start = System.nanoTime();
        RowBatch batch = operator.next();
        own.nanos += System.nanoTime() - start;
        own.rows += batch == null ? 0 : batch.size();
        return batch;
      }

      @Override
      public void close() {
        operator.close();
      }
    };
  }
}

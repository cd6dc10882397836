package dev.sheaf.query.internal.plan;

import dev.sheaf.format.Scan;
import dev.sheaf.query.internal.exec.Memory;
import dev.sheaf.query.internal.exec.Morsel;
import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.Operators;
import dev.sheaf.query.internal.exec.Pipeline;
import dev.sheaf.query.internal.exec.RowBatch;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.calcite.rel.RelNode;

/**
 * One run of a plan: what its operators share and what they did. Operators are opened by one
 * thread, and may then run in several.
 */
public final class Execution {
  private final Memory memory;
  private final int threads;
  private final Map<RelNode, Counts> counts;

  /** The part of its scan that a chain of operators works on, or null for all in one go. */
  private final Morsel morsel;

  /** Creates a run whose operators may hold so many bytes and use so many threads. */
  public Execution(long memoryLimit, int threads) {
    this(
        new Memory(memoryLimit),
        threads,
        Collections.synchronizedMap(new IdentityHashMap<>()),
        null);
  }

  private Execution(Memory memory, int threads, Map<RelNode, Counts> counts, Morsel morsel) {
    this.memory = memory;
    this.threads = threads;
    this.counts = counts;
    this.morsel = morsel;
  }

  /** What an operator of a plan did; its time is the sum of all threads'. */
  static final class Counts {
    final LongAdder rows = new LongAdder();
    final LongAdder nanos = new LongAdder();
    private Scan scan;

    /** Returns the scan that all operators of the node share. */
    synchronized Scan scan(Supplier<Scan> opened) {
      scan = scan == null ? opened.get() : scan;
      return scan;
    }

    /** Returns the scan, if the node opened one. */
    synchronized Optional<Scan> scan() {
      return Optional.ofNullable(scan);
    }
  }

  Memory memory() {
    return memory;
  }

  Counts counts(RelNode rel) {
    return counts.computeIfAbsent(rel, key -> new Counts());
  }

  /** Returns this run in one thread. */
  Execution sequential() {
    return new Execution(memory, 1, counts, morsel);
  }

  /** Returns what a scan of these samples is to read. */
  Morsel morsel(long from, long to) {
    return morsel == null ? Morsel.whole(from, to) : morsel;
  }

  /** Returns the rows of a node for an operator that works part by part. */
  Pipeline pipeline(ArrowRel rel) {
    Optional<ArrowScan> scan = rel.streamed();
    if (scan.isEmpty() || morsel != null) {
      return Pipeline.single(rel.open(this));
    }
    long[] range = scan.get().range();
    return new Pipeline(
        part -> rel.open(new Execution(memory, 1, counts, part)), range[0], range[1], threads);
  }

  /**
   * Returns the rows of a node that computes something, which several threads do where there is
   * enough of it.
   *
   * @param opener opens the operator of the node
   */
  Operator computed(ArrowRel rel, Supplier<Operator> opener) {
    return morsel == null && threads > 1 && rel.streamed().isPresent()
        ? Operators.gather(pipeline(rel))
        : opener.get();
  }

  /** Returns an operator whose rows and time are counted for a node of the plan. */
  Operator counted(RelNode rel, Operator operator) {
    Counts own = counts(rel);
    return new Operator() {
      @Override
      public RowBatch next() {
        long start = System.nanoTime();
        RowBatch batch = operator.next();
        own.nanos.add(System.nanoTime() - start);
        own.rows.add(batch == null ? 0 : batch.size());
        return batch;
      }

      @Override
      public void close() {
        operator.close();
      }
    };
  }
}

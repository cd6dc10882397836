package dev.sheaf.query.internal.plan;

import dev.sheaf.query.internal.exec.Operator;
import java.util.Optional;
import org.apache.calcite.plan.Convention;
import org.apache.calcite.rel.RelNode;

/** A node of a plan that runs on our operators. */
interface ArrowRel extends RelNode {
  /** The calling convention of our operators. */
  Convention CONVENTION = new Convention.Impl("ARROW", ArrowRel.class);

  /**
   * Returns the scan that this is computed of batch by batch, nothing kept from one to the next; or
   * empty if it is not.
   */
  default Optional<ArrowScan> streamed() {
    return Optional.empty();
  }

  /** Returns a fresh operator. */
  Operator open(Execution execution);

  /** Returns the name in EXPLAIN. */
  String label();
}

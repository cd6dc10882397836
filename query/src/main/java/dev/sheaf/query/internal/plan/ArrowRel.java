package dev.sheaf.query.internal.plan;

import dev.sheaf.query.internal.exec.Operator;
import org.apache.calcite.plan.Convention;
import org.apache.calcite.rel.RelNode;

/** A node of a plan that runs on our operators. */
interface ArrowRel extends RelNode {
  /** The calling convention of our operators. */
  Convention CONVENTION = new Convention.Impl("ARROW", ArrowRel.class);

  /** Returns a fresh operator. */
  Operator open(Execution execution);

  /** Returns the name in EXPLAIN. */
  String label();
}

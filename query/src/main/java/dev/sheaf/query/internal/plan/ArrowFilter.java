package dev.sheaf.query.internal.plan;

import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.Operators;
import java.util.Optional;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rex.RexNode;

/** Keeps the rows of which a condition is true. */
final class ArrowFilter extends Filter implements ArrowRel {
  ArrowFilter(RelNode input, RexNode condition) {
    super(input.getCluster(), input.getCluster().traitSetOf(CONVENTION), input, condition);
  }

  @Override
  public Filter copy(RelTraitSet traits, RelNode input, RexNode newCondition) {
    return new ArrowFilter(input, newCondition);
  }

  @Override
  public Optional<ArrowScan> streamed() {
    return ((ArrowRel) getInput()).streamed();
  }

  @Override
  public Operator open(Execution execution) {
    return execution.computed(this, () -> filter(execution));
  }

  private Operator filter(Execution execution) {
    Operator input = ((ArrowRel) getInput()).open(execution);
    return execution.counted(
        this, Operators.filter(input, condition, getCluster().getRexBuilder()));
  }

  @Override
  public String label() {
    return "Filter";
  }
}

package dev.sheaf.query.internal.plan;

import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.Operators;
import java.util.List;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.util.ImmutableBitSet;

/** Groups and aggregates by hash. */
final class ArrowAggregate extends Aggregate implements ArrowRel {
  ArrowAggregate(RelNode input, ImmutableBitSet groups, List<AggregateCall> calls) {
    super(
        input.getCluster(),
        input.getCluster().traitSetOf(CONVENTION),
        List.of(),
        input,
        groups,
        List.of(groups),
        calls);
  }

  static boolean covers(Aggregate aggregate) {
    return aggregate.getGroupType() == Group.SIMPLE
        && aggregate.getAggCallList().stream()
            .allMatch(call -> Operators.canAggregate(call, aggregate.getInput().getRowType()));
  }

  @Override
  public Aggregate copy(
      RelTraitSet traits,
      RelNode input,
      ImmutableBitSet groups,
      List<ImmutableBitSet> sets,
      List<AggregateCall> calls) {
    return new ArrowAggregate(input, groups, calls);
  }

  @Override
  public Operator open(Execution execution) {
    return execution.counted(
        this,
        Operators.aggregate(
            execution.pipeline((ArrowRel) getInput()),
            getGroupSet().asList(),
            getAggCallList(),
            getInput().getRowType(),
            execution.memory()));
  }

  @Override
  public String label() {
    return "Aggregate";
  }
}

package dev.sheaf.query.internal.plan;

import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.Operators;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;

/** Computes columns. */
final class ArrowProject extends Project implements ArrowRel {
  ArrowProject(RelNode input, List<? extends RexNode> projects, RelDataType rowType) {
    super(
        input.getCluster(),
        input.getCluster().traitSetOf(CONVENTION),
        List.of(),
        input,
        projects,
        rowType,
        Set.of());
  }

  @Override
  public Project copy(
      RelTraitSet traits, RelNode input, List<RexNode> newProjects, RelDataType newType) {
    return new ArrowProject(input, newProjects, newType);
  }

  @Override
  public Optional<ArrowScan> streamed() {
    return ((ArrowRel) getInput()).streamed();
  }

  @Override
  public Operator open(Execution execution) {
    boolean passes = getProjects().stream().allMatch(RexInputRef.class::isInstance);
    return passes ? project(execution) : execution.computed(this, () -> project(execution));
  }

  private Operator project(Execution execution) {
    Operator input = ((ArrowRel) getInput()).open(execution);
    return execution.counted(
        this, Operators.project(input, getProjects(), getCluster().getRexBuilder()));
  }

  @Override
  public String label() {
    return "Project";
  }
}

package dev.sheaf.query.internal.plan;

import dev.sheaf.query.internal.exec.RowSource;
import java.util.List;
import org.apache.calcite.adapter.enumerable.EnumerableConvention;
import org.apache.calcite.adapter.enumerable.EnumerableRel;
import org.apache.calcite.adapter.enumerable.EnumerableRelImplementor;
import org.apache.calcite.adapter.enumerable.JavaRowFormat;
import org.apache.calcite.adapter.enumerable.PhysType;
import org.apache.calcite.adapter.enumerable.PhysTypeImpl;
import org.apache.calcite.linq4j.tree.Blocks;
import org.apache.calcite.linq4j.tree.Expressions;
import org.apache.calcite.plan.ConventionTraitDef;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.convert.ConverterImpl;

/** Gives the rows of our operators to enumerable ones. */
final class ArrowToEnumerable extends ConverterImpl implements EnumerableRel {
  private Execution execution;

  ArrowToEnumerable(RelNode input) {
    super(
        input.getCluster(),
        ConventionTraitDef.INSTANCE,
        input.getCluster().traitSetOf(EnumerableConvention.INSTANCE),
        input);
  }

  @Override
  public RelNode copy(RelTraitSet traits, List<RelNode> inputs) {
    return new ArrowToEnumerable(inputs.get(0));
  }

  /** Sets the run that the next rows belong to. */
  void runIn(Execution newExecution) {
    execution = newExecution;
  }

  @Override
  public Result implement(EnumerableRelImplementor implementor, Prefer prefer) {
    PhysType type =
        PhysTypeImpl.of(implementor.getTypeFactory(), getRowType(), JavaRowFormat.ARRAY);
    boolean single = type.getFormat() == JavaRowFormat.SCALAR;
    RowSource source =
        new RowSource(() -> ((ArrowRel) getInput()).open(execution), getRowType(), single);
    return implementor.result(
        type, Blocks.toBlock(Expressions.call(implementor.stash(source, RowSource.class), "rows")));
  }
}

package dev.sheaf.query.internal.plan;

import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.Operators;
import org.apache.calcite.plan.RelTraitSet;
import org.apache.calcite.rel.RelCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;

/** Sorts, keeps the first rows of an order, or cuts. */
final class ArrowSort extends Sort implements ArrowRel {
  ArrowSort(RelNode input, RelCollation collation, RexNode offset, RexNode fetch) {
    super(
        input.getCluster(),
        input.getCluster().traitSetOf(CONVENTION).plus(collation),
        input,
        collation,
        offset,
        fetch);
  }

  static boolean covers(Sort sort) {
    return (sort.offset == null || sort.offset instanceof RexLiteral)
        && (sort.fetch == null || sort.fetch instanceof RexLiteral)
        && Operators.canSort(sort.getCollation(), sort.getRowType());
  }

  @Override
  public Sort copy(
      RelTraitSet traits,
      RelNode input,
      RelCollation newCollation,
      RexNode newOffset,
      RexNode newFetch) {
    return new ArrowSort(input, newCollation, newOffset, newFetch);
  }

  private static long number(RexNode node, long otherwise) {
    return node == null ? otherwise : RexLiteral.bigDecimalValue(node).longValueExact();
  }

  @Override
  public Operator open(Execution execution) {
    long skipped = number(offset, 0);
    long count = number(fetch, -1);
    ArrowRel input = (ArrowRel) getInput();
    if (Operators.isTop(collation, skipped, count)) {
      return execution.counted(
          this, Operators.top(execution.pipeline(input), collation, skipped, count));
    }
    // The first rows that come are enough: threads would compute others for nothing.
    boolean first = collation.getFieldCollations().isEmpty() && input.streamed().isPresent();
    Operator rows = input.open(first ? execution.sequential() : execution);
    return execution.counted(
        this, Operators.sort(rows, collation, skipped, count, execution.memory()));
  }

  @Override
  public String label() {
    if (collation.getFieldCollations().isEmpty()) {
      return "Limit";
    }
    return fetch == null ? "Sort" : "TopK";
  }
}

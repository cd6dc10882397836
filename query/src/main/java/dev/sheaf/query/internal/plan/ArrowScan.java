package dev.sheaf.query.internal.plan;

import dev.sheaf.format.PageFilter;
import dev.sheaf.format.Scan;
import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.Operators;
import dev.sheaf.query.internal.exec.Pruning;
import dev.sheaf.query.internal.exec.RowBatch;
import dev.sheaf.query.internal.types.TensorSqlType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;

/** Scans the samples of a version: some columns, without the pages that a condition rules out. */
final class ArrowScan extends TableScan implements ArrowRel {
  private static final long MATRIX_BYTES = 1 << 20;
  private static final int LEAST_ROWS = 64;

  private final SamplesTable samples;
  private final int[] columns;
  private final RexNode condition;

  /**
   * Creates a scan.
   *
   * @param columns which columns of the table
   * @param condition what the rows are filtered by above, on the columns of this scan, or null
   */
  ArrowScan(RelOptCluster cluster, RelOptTable table, int[] columns, RexNode condition) {
    super(cluster, cluster.traitSetOf(CONVENTION), List.of(), table);
    this.samples = table.unwrapOrThrow(SamplesTable.class);
    this.columns = columns.clone();
    this.condition = condition;
  }

  static ArrowScan all(TableScan scan) {
    int[] columns = new int[scan.getRowType().getFieldCount()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = i;
    }
    return new ArrowScan(scan.getCluster(), scan.getTable(), columns, null);
  }

  /** Returns this scan of some of its columns. */
  ArrowScan select(List<Integer> some) {
    int[] selected = some.stream().mapToInt(column -> columns[column]).toArray();
    return new ArrowScan(getCluster(), getTable(), selected, null);
  }

  /** Returns this scan without the pages that a condition rules out. */
  ArrowScan where(RexNode newCondition) {
    return new ArrowScan(getCluster(), getTable(), columns, newCondition);
  }

  @Override
  public RelDataType deriveRowType() {
    RelDataType whole = table.getRowType();
    if (columns == null) {
      return whole;
    }
    RelDataTypeFactory.Builder some = getCluster().getTypeFactory().builder();
    for (int column : columns) {
      some.add(whole.getFieldList().get(column));
    }
    return some.build();
  }

  private List<String> names() {
    List<String> all = samples.columns();
    List<String> names = new ArrayList<>();
    for (int column : columns) {
      names.add(all.get(column));
    }
    return names;
  }

  private Optional<Pruning.Rule> rule() {
    return condition == null
        ? Optional.empty()
        : Pruning.of(condition, names(), getCluster().getRexBuilder());
  }

  @Override
  public Operator open(Execution execution) {
    Optional<Pruning.Rule> rule = rule();
    // The pages of the first column are those that are ruled out: columns of the condition first.
    Set<String> stored = new LinkedHashSet<>();
    rule.ifPresent(known -> stored.addAll(known.columns()));
    stored.addAll(names());
    stored.remove(SamplesTable.INDEX);
    stored.remove(SamplesTable.ID);
    PageFilter filter = rule.map(Pruning.Rule::filter).orElse(null);
    Scan scan =
        execution
            .counts(this)
            .scan(() -> samples.version().select(stored.toArray(new String[0])).scan());
    long[] range = range();
    return execution.counted(
        this,
        Operators.scan(scan, names(), filter, batchRows(), execution.morsel(range[0], range[1])));
  }

  /** Returns how many samples make a batch of which no matrix is larger than a core's cache. */
  private int batchRows() {
    long width = 1;
    for (RelDataTypeField field : getRowType().getFieldList()) {
      if (field.getType() instanceof TensorSqlType type && type.tensor().isFixed()) {
        long count = type.tensor().shape().elementCount();
        width = Math.max(width, type.tensor().dtype().byteLength(count));
      }
    }
    return (int) Math.max(LEAST_ROWS, Math.min(RowBatch.ROWS, MATRIX_BYTES / width));
  }

  @Override
  public Optional<ArrowScan> streamed() {
    return Optional.of(this);
  }

  /** Returns the samples that the condition leaves by their position: from, to. */
  long[] range() {
    long size = samples.version().size();
    long[] range = {0, size};
    int index = names().indexOf(SamplesTable.INDEX);
    if (condition == null || index < 0) {
      return range;
    }
    RexNode whole = RexUtil.expandSearch(getCluster().getRexBuilder(), null, condition);
    for (RexNode one : RelOptUtil.conjunctions(whole)) {
      if (one instanceof RexCall call
          && call.getOperands().size() == 2
          && call.getOperands().get(0) instanceof RexInputRef ref
          && ref.getIndex() == index
          && call.getOperands().get(1) instanceof RexLiteral literal
          && !literal.isNull()) {
        BigDecimal value = literal.getValueAs(BigDecimal.class);
        long at = value.setScale(0, RoundingMode.FLOOR).min(BigDecimal.valueOf(size)).longValue();
        boolean integral = value.stripTrailingZeros().scale() <= 0;
        switch (call.getKind()) {
          case EQUALS -> {
            range[0] = Math.max(range[0], at);
            range[1] = Math.min(range[1], at + 1);
          }
          case GREATER_THAN -> range[0] = Math.max(range[0], at + 1);
          case GREATER_THAN_OR_EQUAL -> range[0] = Math.max(range[0], integral ? at : at + 1);
          case LESS_THAN -> range[1] = Math.min(range[1], integral ? at : at + 1);
          case LESS_THAN_OR_EQUAL -> range[1] = Math.min(range[1], at + 1);
          default -> {
            // Other conditions leave samples anywhere.
          }
        }
      }
    }
    range[0] = Math.max(0, Math.min(size, range[0]));
    range[1] = Math.max(range[0], Math.min(size, range[1]));
    return range;
  }

  @Override
  public String label() {
    return "Scan";
  }

  @Override
  public RelNode copy(org.apache.calcite.plan.RelTraitSet traits, List<RelNode> inputs) {
    return this;
  }

  @Override
  public RelWriter explainTerms(RelWriter writer) {
    List<String> path = table.getQualifiedName();
    writer.item("table", String.join(".", path));
    writer.item("columns", names());
    rule().ifPresent(rule -> writer.item("pruned by", new ArrayList<>(rule.columns())));
    return writer;
  }
}

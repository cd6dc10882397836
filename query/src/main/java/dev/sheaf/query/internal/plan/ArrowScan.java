package dev.sheaf.query.internal.plan;

import dev.sheaf.format.PageFilter;
import dev.sheaf.format.Version;
import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.Operators;
import dev.sheaf.query.internal.exec.Pruning;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptCluster;
import org.apache.calcite.plan.RelOptTable;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.RelWriter;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexNode;

/** Scans the samples of a version: some columns, without the pages that a condition rules out. */
final class ArrowScan extends TableScan implements ArrowRel {
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
    Version projection = samples.version().select(stored.toArray(new String[0]));
    PageFilter filter = rule.map(Pruning.Rule::filter).orElse(null);
    Execution.Counts counts = execution.counts(this);
    Operator scan =
        Operators.scan(projection, names(), filter, 0, samples.version().size(), counts.scans::add);
    return execution.counted(this, scan);
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

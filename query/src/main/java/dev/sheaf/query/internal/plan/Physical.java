package dev.sheaf.query.internal.plan;

import dev.sheaf.format.Location;
import dev.sheaf.format.QuerySyntaxException;
import dev.sheaf.query.internal.exec.ExprCompiler;
import dev.sheaf.query.internal.functions.Functions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.calcite.adapter.enumerable.EnumerableCalc;
import org.apache.calcite.adapter.enumerable.EnumerableLimit;
import org.apache.calcite.adapter.enumerable.EnumerableRules;
import org.apache.calcite.plan.RelOptRule;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelCollations;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.convert.ConverterRule;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Collect;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Intersect;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Match;
import org.apache.calcite.rel.core.Minus;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableFunctionScan;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Uncollect;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rel.core.Window;
import org.apache.calcite.rel.logical.LogicalSort;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexProgram;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;

/**
 * Chooses who runs each node of a logical plan: our operators what they know, the enumerable ones
 * the rest. A choice of ours is never given up for one that saves a border.
 */
final class Physical {
  private final RexBuilder builder;
  private final ExprCompiler compiler;

  Physical(RexBuilder builder) {
    this.builder = builder;
    this.compiler = new ExprCompiler(builder);
  }

  /** Returns a plan that ends in our operators. */
  ArrowRel arrow(RelNode logical) {
    RelNode node = convert(logical);
    return node instanceof ArrowRel arrow ? arrow : new EnumerableToArrow(node);
  }

  private RelNode enumerable(RelNode logical) {
    RelNode node = convert(logical);
    return node instanceof ArrowRel ? new ArrowToEnumerable(node) : node;
  }

  private RelNode convert(RelNode node) {
    if (node instanceof TableScan scan && scan.getTable().unwrap(SamplesTable.class) != null) {
      return ArrowScan.all(scan);
    }
    if (!RelOptUtil.getVariablesUsed(node).isEmpty()) {
      return correlated(node);
    }
    if (node instanceof Filter filter) {
      return filter(filter);
    }
    if (node instanceof Project project) {
      return project(project);
    }
    if (node instanceof Aggregate aggregate && ArrowAggregate.covers(aggregate)) {
      return new ArrowAggregate(
          arrow(aggregate.getInput()), aggregate.getGroupSet(), aggregate.getAggCallList());
    }
    if (node instanceof Sort sort) {
      return sort(sort);
    }
    if (node instanceof Join join && join.getJoinType() == JoinRelType.INNER) {
      return join(join);
    }
    List<RelNode> inputs = node.getInputs().stream().map(this::enumerable).toList();
    return byRule(rule(node), node.copy(node.getTraitSet(), withoutNullLists(node, inputs)));
  }

  /**
   * What looks at a row of an outer query is run for each such row, by the enumerable operators:
   * ours know no such row.
   */
  private RelNode correlated(RelNode node) {
    List<RelNode> inputs = node.getInputs().stream().map(this::enumerable).toList();
    if (node instanceof Filter filter) {
      RelDataType type = filter.getRowType();
      refuseOwn(List.of(filter.getCondition()));
      List<RexNode> columns = new ArrayList<>(builder.identityProjects(type));
      return calc(inputs.get(0), columns, filter.getCondition(), type);
    }
    if (node instanceof Project project) {
      refuseOwn(project.getProjects());
      return calc(inputs.get(0), project.getProjects(), null, project.getRowType());
    }
    if (node instanceof Sort sort) {
      return enumerableSort(sort, inputs.get(0));
    }
    return byRule(rule(node), node.copy(node.getTraitSet(), withoutNullLists(node, inputs)));
  }

  /** Null is no list to unfold, which Calcite's operator does not know where it is of structs. */
  private List<RelNode> withoutNullLists(RelNode node, List<RelNode> inputs) {
    RelDataType type = node instanceof Uncollect ? inputs.get(0).getRowType() : null;
    if (type == null
        || type.getFieldCount() != 1
        || !type.getFieldList().get(0).getType().isNullable()) {
      return inputs;
    }
    List<RexNode> columns = new ArrayList<>(builder.identityProjects(type));
    RexNode there = builder.makeCall(SqlStdOperatorTable.IS_NOT_NULL, columns.get(0));
    return List.of(calc(inputs.get(0), columns, there, type));
  }

  private static void refuseOwn(List<RexNode> expressions) {
    for (RexNode expression : expressions) {
      if (Functions.hasOwn(expression)) {
        throw unsupported("a sub-query for each row of another with: " + expression);
      }
    }
  }

  /** Conditions with functions that only our operators have are filtered by after the join. */
  private RelNode join(Join join) {
    List<RexNode> inside = new ArrayList<>();
    List<RexNode> after = new ArrayList<>();
    for (RexNode condition : RelOptUtil.conjunctions(join.getCondition())) {
      (Functions.hasOwn(condition) ? after : inside).add(condition);
    }
    RelNode joined =
        byRule(
            rule(join),
            join.copy(
                join.getTraitSet(),
                RexUtil.composeConjunction(builder, inside),
                enumerable(join.getLeft()),
                enumerable(join.getRight()),
                join.getJoinType(),
                join.isSemiJoinDone()));
    if (after.isEmpty()) {
      return joined;
    }
    RexNode condition = RexUtil.composeConjunction(builder, after);
    if (compiler.compile(condition).isEmpty()) {
      throw unsupported("the condition of the join: " + condition);
    }
    return new ArrowFilter(new EnumerableToArrow(joined), condition);
  }

  private static QuerySyntaxException unsupported(String what) {
    return new QuerySyntaxException(
        "SHEAF-QRY-009",
        "No operator runs " + what,
        Location.NONE,
        "Compute the part with tensors in a sub-query first");
  }

  private RelNode sort(Sort sort) {
    if (ArrowSort.covers(sort)) {
      ArrowRel input = arrow(sort.getInput());
      return sort.fetch != null && input instanceof ArrowProject project
          ? sortBeforeProject(sort, project)
          : new ArrowSort(input, sort.getCollation(), sort.offset, sort.fetch);
    }
    return enumerableSort(sort, enumerable(sort.getInput()));
  }

  private static RelNode enumerableSort(Sort sort, RelNode input) {
    RelNode sorted = input;
    if (!sort.getCollation().getFieldCollations().isEmpty()) {
      RelNode whole = LogicalSort.create(input, sort.getCollation(), null, null);
      sorted = byRule(EnumerableRules.ENUMERABLE_SORT_RULE, whole);
    }
    return sort.offset == null && sort.fetch == null
        ? sorted
        : EnumerableLimit.create(sorted, sort.offset, sort.fetch);
  }

  /** Computes the keys of an order first, and all else for the rows that are left alone. */
  private RelNode sortBeforeProject(Sort sort, ArrowProject project) {
    List<RexNode> below = new ArrayList<>();
    List<RelFieldCollation> collations = new ArrayList<>();
    List<Integer> keys = new ArrayList<>();
    for (RelFieldCollation field : sort.getCollation().getFieldCollations()) {
      keys.add(field.getFieldIndex());
      collations.add(
          field.withFieldIndex(place(below, project.getProjects().get(field.getFieldIndex()))));
    }
    RexShuttle overBelow =
        new RexShuttle() {
          @Override
          public RexNode visitInputRef(RexInputRef ref) {
            return new RexInputRef(place(below, ref), ref.getType());
          }
        };
    List<RexNode> above = new ArrayList<>();
    for (int i = 0; i < project.getProjects().size(); i++) {
      RexNode node = project.getProjects().get(i);
      above.add(
          keys.contains(i)
              ? new RexInputRef(place(below, node), node.getType())
              : node.accept(overBelow));
    }
    RelDataTypeFactory.Builder type = project.getCluster().getTypeFactory().builder();
    List<String> names = project.getInput().getRowType().getFieldNames();
    for (int i = 0; i < below.size(); i++) {
      int key = i;
      String name =
          below.get(i) instanceof RexInputRef ref
              ? names.get(ref.getIndex())
              : keys.stream()
                  .filter(k -> project.getProjects().get(k).equals(below.get(key)))
                  .map(k -> project.getRowType().getFieldNames().get(k))
                  .findFirst()
                  .orElse("$f" + i);
      type.add(name, below.get(i).getType());
    }
    ArrowProject lower = new ArrowProject(project.getInput(), below, type.uniquify().build());
    ArrowSort sorted = new ArrowSort(lower, RelCollations.of(collations), sort.offset, sort.fetch);
    boolean same = above.size() == below.size();
    for (int i = 0; i < above.size() && same; i++) {
      same = above.get(i) instanceof RexInputRef ref && ref.getIndex() == i;
    }
    return same ? sorted : new ArrowProject(sorted, above, project.getRowType());
  }

  private static int place(List<RexNode> nodes, RexNode node) {
    int at = nodes.indexOf(node);
    if (at < 0) {
      at = nodes.size();
      nodes.add(node);
    }
    return at;
  }

  private static RelNode byRule(RelOptRule rule, RelNode node) {
    RelNode converted = ((ConverterRule) rule).convert(node);
    if (converted == null) {
      throw unsupported(node.getRelTypeName());
    }
    // Rules refuse inputs that are in several orders at once, as no rows or one row are.
    return converted.getTraitSet().allSimple() ? converted : new EnumerableToArrow(converted);
  }

  private static RelOptRule rule(RelNode node) {
    if (node instanceof Join) {
      return EnumerableRules.ENUMERABLE_JOIN_RULE;
    }
    if (node instanceof Correlate) {
      return EnumerableRules.ENUMERABLE_CORRELATE_RULE;
    }
    if (node instanceof Aggregate) {
      return EnumerableRules.ENUMERABLE_AGGREGATE_RULE;
    }
    if (node instanceof Union) {
      return EnumerableRules.ENUMERABLE_UNION_RULE;
    }
    if (node instanceof Intersect) {
      return EnumerableRules.ENUMERABLE_INTERSECT_RULE;
    }
    if (node instanceof Minus) {
      return EnumerableRules.ENUMERABLE_MINUS_RULE;
    }
    if (node instanceof Values) {
      return EnumerableRules.ENUMERABLE_VALUES_RULE;
    }
    if (node instanceof Window) {
      return EnumerableRules.ENUMERABLE_WINDOW_RULE;
    }
    if (node instanceof Collect) {
      return EnumerableRules.ENUMERABLE_COLLECT_RULE;
    }
    if (node instanceof Uncollect) {
      return EnumerableRules.ENUMERABLE_UNCOLLECT_RULE;
    }
    if (node instanceof Match) {
      return EnumerableRules.ENUMERABLE_MATCH_RULE;
    }
    if (node instanceof TableFunctionScan) {
      return EnumerableRules.ENUMERABLE_TABLE_FUNCTION_SCAN_RULE;
    }
    throw unsupported(node.getRelTypeName());
  }

  /** Our filter takes the conditions that it knows; what is left is filtered after it. */
  private RelNode filter(Filter filter) {
    List<RexNode> known = new ArrayList<>();
    List<RexNode> others = new ArrayList<>();
    for (RexNode condition : RelOptUtil.conjunctions(filter.getCondition())) {
      (compiler.compile(condition).isPresent() ? known : others).add(condition);
    }
    // What computes on tensors looks at the rows alone that plain conditions leave.
    known.sort(Comparator.comparing(Functions::hasOwn));
    RelNode node = convert(filter.getInput());
    if (!known.isEmpty()) {
      RexNode condition = RexUtil.composeConjunction(builder, known);
      ArrowRel input = node instanceof ArrowRel arrow ? arrow : new EnumerableToArrow(node);
      node =
          new ArrowFilter(
              input instanceof ArrowScan scan ? scan.where(condition) : input, condition);
    }
    if (others.isEmpty()) {
      return node;
    }
    RelDataType type = node.getRowType();
    List<RexNode> whole = new ArrayList<>(builder.identityProjects(type));
    whole.add(RexUtil.composeConjunction(builder, others));
    Split split = split(node, whole);
    int last = whole.size() - 1;
    RexNode condition = split.expressions().get(last);
    List<RexNode> columns = split.expressions().subList(0, last);
    return calc(split.input(), columns, condition, type);
  }

  private RelNode project(Project project) {
    RelNode node = convert(project.getInput());
    if (compiler.knows(project.getProjects())) {
      ArrowRel input = node instanceof ArrowRel arrow ? arrow : new EnumerableToArrow(node);
      if (input instanceof ArrowScan scan && isSelection(project)) {
        return scan.select(
            project.getProjects().stream().map(ref -> ((RexInputRef) ref).getIndex()).toList());
      }
      if (input instanceof ArrowProject inner
          && project.getProjects().stream().allMatch(RexInputRef.class::isInstance)) {
        List<RexNode> chosen = new ArrayList<>();
        for (RexNode ref : project.getProjects()) {
          chosen.add(inner.getProjects().get(((RexInputRef) ref).getIndex()));
        }
        return new ArrowProject(inner.getInput(), chosen, project.getRowType());
      }
      return input instanceof ArrowScan scan
          ? projectScan(scan, project)
          : new ArrowProject(input, project.getProjects(), project.getRowType());
    }
    Split split = split(node, project.getProjects());
    return calc(split.input(), split.expressions(), null, project.getRowType());
  }

  /** Lets a scan give the columns alone that are looked at. */
  private static ArrowProject projectScan(ArrowScan scan, Project project) {
    List<Integer> used = RelOptUtil.InputFinder.bits(project.getProjects(), null).asList();
    List<Integer> kept = used.isEmpty() ? List.of(scan.getRowType().getFieldCount() - 1) : used;
    RexShuttle renumber =
        new RexShuttle() {
          @Override
          public RexNode visitInputRef(RexInputRef ref) {
            return new RexInputRef(kept.indexOf(ref.getIndex()), ref.getType());
          }
        };
    return new ArrowProject(
        scan.select(kept), renumber.apply(project.getProjects()), project.getRowType());
  }

  /** Tells whether columns are passed on alone, under their names. */
  private static boolean isSelection(Project project) {
    List<String> names = project.getInput().getRowType().getFieldNames();
    for (int i = 0; i < project.getProjects().size(); i++) {
      if (!(project.getProjects().get(i) instanceof RexInputRef ref)
          || !names.get(ref.getIndex()).equals(project.getRowType().getFieldNames().get(i))) {
        return false;
      }
    }
    return !project.getProjects().isEmpty()
        && project.getProjects().stream().distinct().count() == project.getProjects().size();
  }

  private RelNode calc(
      RelNode input, List<RexNode> projects, RexNode condition, RelDataType rowType) {
    RelNode rows = input instanceof ArrowRel ? new ArrowToEnumerable(input) : input;
    RexProgram program =
        RexProgram.create(rows.getRowType(), projects, condition, rowType, builder);
    return EnumerableCalc.create(rows, program);
  }

  /**
   * An input with more columns, and expressions over it.
   *
   * @param input computes by our operators what they know of the expressions
   */
  private record Split(RelNode input, List<RexNode> expressions) {}

  /** Takes out of expressions what our operators know. */
  private Split split(RelNode input, List<? extends RexNode> expressions) {
    List<RexNode> below = new ArrayList<>();
    RexShuttle shuttle =
        new RexShuttle() {
          @Override
          public RexNode visitInputRef(RexInputRef ref) {
            return below(ref);
          }

          @Override
          public RexNode visitFieldAccess(RexFieldAccess access) {
            return compiler.compile(access).isPresent()
                ? below(access)
                : super.visitFieldAccess(access);
          }

          @Override
          public RexNode visitCall(RexCall call) {
            return compiler.compile(call).isPresent() && !RexUtil.isConstant(call)
                ? below(call)
                : super.visitCall(call);
          }

          private RexNode below(RexNode node) {
            int at = below.indexOf(node);
            if (at < 0) {
              at = below.size();
              below.add(node);
            }
            return new RexInputRef(at, node.getType());
          }
        };
    List<RexNode> above = new ArrayList<>();
    for (RexNode expression : expressions) {
      above.add(expression.accept(shuttle));
    }
    boolean computes = below.stream().anyMatch(node -> !(node instanceof RexInputRef));
    if (!computes) {
      return new Split(input, List.copyOf(expressions));
    }
    ArrowRel arrow = input instanceof ArrowRel known ? known : new EnumerableToArrow(input);
    RelDataTypeFactory.Builder type = input.getCluster().getTypeFactory().builder();
    for (int i = 0; i < below.size(); i++) {
      type.add("$f" + i, below.get(i).getType());
    }
    return new Split(new ArrowProject(arrow, below, type.build()), above);
  }
}

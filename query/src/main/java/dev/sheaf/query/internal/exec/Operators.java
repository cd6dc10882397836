package dev.sheaf.query.internal.exec;

import dev.sheaf.format.PageFilter;
import dev.sheaf.format.ScanMetrics;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.calcite.rel.RelCollation;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;

/** Makes operators from the parts of a plan, and tells which parts have one. Stateless. */
public final class Operators {
  private Operators() {}

  /** Scans a version; see {@link ScanSource}. */
  public static Operator scan(
      Version version,
      List<String> columns,
      PageFilter filter,
      long from,
      long to,
      Consumer<ScanMetrics> metrics) {
    ScanSource source = new ScanSource(version, columns, filter, from, to);
    metrics.accept(source.metrics());
    return source;
  }

  /** Keeps the rows of which a condition is true. */
  public static Operator filter(Operator input, RexNode condition, RexBuilder builder) {
    return new FilterOperator(input, new ExprCompiler(builder).compile(condition).orElseThrow());
  }

  /** Computes columns. */
  public static Operator project(Operator input, List<RexNode> expressions, RexBuilder builder) {
    ExprCompiler compiler = new ExprCompiler(builder);
    List<ProjectOperator.Projection> projections = new ArrayList<>();
    for (RexNode node : expressions) {
      projections.add(
          node instanceof RexInputRef ref
              ? new ProjectOperator.Projection(ref.getIndex(), null)
              : new ProjectOperator.Projection(-1, compiler.compile(node).orElseThrow()));
    }
    return new ProjectOperator(input, projections);
  }

  /** Tells whether rows can be sorted by these columns. */
  public static boolean canSort(RelCollation collation, RelDataType rowType) {
    return collation.getFieldCollations().stream()
        .allMatch(
            field ->
                Kind.of(rowType.getFieldList().get(field.getFieldIndex()).getType())
                    != Kind.OBJECT);
  }

  /**
   * Sorts and cuts.
   *
   * @param offset how many rows are left out
   * @param fetch how many are given, or -1 for all
   */
  public static Operator sort(
      Operator input, RelCollation collation, long offset, long fetch, Memory memory) {
    List<SortKey> keys = new ArrayList<>();
    for (RelFieldCollation field : collation.getFieldCollations()) {
      boolean descending = field.getDirection().isDescending();
      boolean nullsFirst =
          field.nullDirection == RelFieldCollation.NullDirection.UNSPECIFIED
              ? descending
              : field.nullDirection == RelFieldCollation.NullDirection.FIRST;
      keys.add(new SortKey(field.getFieldIndex(), descending, nullsFirst));
    }
    Operator sorted = input;
    if (!keys.isEmpty()) {
      boolean few = fetch >= 0 && fetch + offset <= RowBatch.ROWS;
      sorted =
          few
              ? new TopOperator(input, keys, (int) (fetch + offset))
              : new SortOperator(input, keys, memory);
    }
    return offset == 0 && fetch < 0
        ? sorted
        : new LimitOperator(sorted, offset, fetch < 0 ? Long.MAX_VALUE : fetch);
  }

  /** Tells whether an aggregate is known. */
  public static boolean canAggregate(AggregateCall call, RelDataType input) {
    if (call.isDistinct()
        && call.getAggregation().getKind() != SqlKind.MIN
        && call.getAggregation().getKind() != SqlKind.MAX) {
      return false;
    }
    if (call.isApproximate()
        || call.distinctKeys != null
        || !call.getCollation().getKeys().isEmpty()) {
      return false;
    }
    Optional<Accumulator.Function> function = function(call);
    if (function.isEmpty() || call.getArgList().size() > 1) {
      return false;
    }
    if (call.getArgList().isEmpty()) {
      return function.get() == Accumulator.Function.COUNT;
    }
    Kind kind = Kind.of(input.getFieldList().get(call.getArgList().get(0)).getType());
    return switch (function.get()) {
      case COUNT -> true;
      case MIN, MAX -> kind != Kind.OBJECT;
      case SUM, SUM0 ->
          (kind == Kind.LONG || kind == Kind.DOUBLE) && Kind.of(call.getType()) == kind;
      case AVG, VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP ->
          (kind == Kind.LONG || kind == Kind.DOUBLE) && Kind.of(call.getType()) == Kind.DOUBLE;
    };
  }

  private static Optional<Accumulator.Function> function(AggregateCall call) {
    return switch (call.getAggregation().getKind()) {
      case COUNT -> Optional.of(Accumulator.Function.COUNT);
      case SUM -> Optional.of(Accumulator.Function.SUM);
      case SUM0 -> Optional.of(Accumulator.Function.SUM0);
      case MIN -> Optional.of(Accumulator.Function.MIN);
      case MAX -> Optional.of(Accumulator.Function.MAX);
      case AVG -> Optional.of(Accumulator.Function.AVG);
      case VAR_POP -> Optional.of(Accumulator.Function.VAR_POP);
      case VAR_SAMP -> Optional.of(Accumulator.Function.VAR_SAMP);
      case STDDEV_POP -> Optional.of(Accumulator.Function.STDDEV_POP);
      case STDDEV_SAMP -> Optional.of(Accumulator.Function.STDDEV_SAMP);
      default -> Optional.empty();
    };
  }

  /** Groups and aggregates. */
  public static Operator aggregate(
      Operator input,
      List<Integer> keys,
      List<AggregateCall> calls,
      RelDataType type,
      Memory memory) {
    Kind[] kinds =
        keys.stream()
            .map(key -> Kind.of(type.getFieldList().get(key).getType()))
            .toArray(Kind[]::new);
    List<AggregateOperator.Call> aggregates = new ArrayList<>();
    for (AggregateCall call : calls) {
      int argument = call.getArgList().isEmpty() ? -1 : call.getArgList().get(0);
      Kind kind = argument < 0 ? Kind.LONG : Kind.of(type.getFieldList().get(argument).getType());
      aggregates.add(
          new AggregateOperator.Call(
              Accumulator.of(function(call).orElseThrow(), kind), argument, call.filterArg));
    }
    int[] columns = keys.stream().mapToInt(Integer::intValue).toArray();
    return new AggregateOperator(input, columns, kinds, aggregates, memory);
  }

  /** Gives lines of text. */
  public static Operator texts(List<String> lines) {
    TextBuilder texts = new TextBuilder(lines.size());
    lines.forEach(line -> texts.add(line.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    RowBatch[] batch = {lines.isEmpty() ? null : RowBatch.of(lines.size(), texts.build())};
    return () -> {
      RowBatch next = batch[0];
      batch[0] = null;
      return next;
    };
  }

  /** Returns a value of a result as {@code Sample.value} gives it. */
  public static Object value(
      RowBatch batch, int column, int row, RelDataType type, dev.sheaf.format.Type columnType) {
    return Boxes.value(batch.column(column).vec(), row, type, columnType);
  }
}

package dev.sheaf.query.internal.exec;

import dev.sheaf.format.PageFilter;
import dev.sheaf.format.Scan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /**
   * Scans a version.
   *
   * @param scan the scan, of stored columns, those of the filter first
   * @param columns the columns to give, pseudo-columns among them
   * @param filter what statistics may rule out, or null
   * @param batchRows the samples of a batch
   * @param morsel the part to scan
   */
  public static Operator scan(
      Scan scan, List<String> columns, PageFilter filter, int batchRows, Morsel morsel) {
    return new ScanSource(scan, columns, filter, batchRows, morsel);
  }

  /** Gives the batches of a pipeline in order, which threads compute ahead. */
  public static Operator gather(Pipeline input) {
    return new GatherOperator(input);
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

  private static List<SortKey> keys(RelCollation collation) {
    List<SortKey> keys = new ArrayList<>();
    for (RelFieldCollation field : collation.getFieldCollations()) {
      boolean descending = field.getDirection().isDescending();
      boolean nullsFirst =
          field.nullDirection == RelFieldCollation.NullDirection.UNSPECIFIED
              ? descending
              : field.nullDirection == RelFieldCollation.NullDirection.FIRST;
      keys.add(new SortKey(field.getFieldIndex(), descending, nullsFirst));
    }
    return keys;
  }

  /** Tells whether {@link #top} is for so many rows of an order. */
  public static boolean isTop(RelCollation collation, long offset, long fetch) {
    return fetch >= 0
        && fetch + offset <= RowBatch.ROWS
        && !collation.getFieldCollations().isEmpty();
  }

  /** Gives the first rows of an order. */
  public static Operator top(Pipeline input, RelCollation collation, long offset, long fetch) {
    Operator top = new TopOperator(input, keys(collation), (int) (fetch + offset));
    return limit(top, offset, fetch);
  }

  /**
   * Sorts and cuts.
   *
   * @param offset how many rows are left out
   * @param fetch how many are given, or -1 for all
   */
  public static Operator sort(
      Operator input, RelCollation collation, long offset, long fetch, Memory memory) {
    List<SortKey> keys = keys(collation);
    return limit(keys.isEmpty() ? input : new SortOperator(input, keys, memory), offset, fetch);
  }

  private static Operator limit(Operator input, long offset, long fetch) {
    return offset == 0 && fetch < 0
        ? input
        : new LimitOperator(input, offset, fetch < 0 ? Long.MAX_VALUE : fetch);
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
      Pipeline input,
      List<Integer> keys,
      List<AggregateCall> calls,
      RelDataType type,
      Memory memory) {
    Kind[] kinds =
        keys.stream()
            .map(key -> Kind.of(type.getFieldList().get(key).getType()))
            .toArray(Kind[]::new);
    List<Aggregation.Call> aggregates = new ArrayList<>();
    for (AggregateCall call : calls) {
      int argument = call.getArgList().isEmpty() ? -1 : call.getArgList().get(0);
      Kind kind = argument < 0 ? Kind.LONG : Kind.of(type.getFieldList().get(argument).getType());
      aggregates.add(
          new Aggregation.Call(function(call).orElseThrow(), kind, argument, call.filterArg));
    }
    int[] columns = keys.stream().mapToInt(Integer::intValue).toArray();
    return new AggregateOperator(input, new Aggregation(columns, kinds, aggregates, memory));
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

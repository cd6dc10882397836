package dev.sheaf.query.internal.exec;

import dev.sheaf.format.ColumnStatistics;
import dev.sheaf.format.PageFilter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * What a condition says of statistics: comparisons of columns with literals, AND and OR of these.
 */
public final class Pruning {
  private final RexBuilder builder;
  private final List<String> names;
  private final Set<String> columns = new LinkedHashSet<>();

  private Pruning(RexBuilder builder, List<String> names) {
    this.builder = builder;
    this.names = names;
  }

  /**
   * What can be ruled out.
   *
   * @param columns the columns that are looked at
   */
  public record Rule(Set<String> columns, PageFilter filter) {}

  /**
   * Returns what a condition rules out, or empty if nothing.
   *
   * @param names the names of the columns of the input
   */
  public static Optional<Rule> of(RexNode condition, List<String> names, RexBuilder builder) {
    Pruning pruning = new Pruning(builder, names);
    PageFilter filter = pruning.filter(condition);
    return filter == null ? Optional.empty() : Optional.of(new Rule(pruning.columns, filter));
  }

  /** Returns a filter, or null if a condition rules nothing out. */
  private PageFilter filter(RexNode node) {
    if (!(node instanceof RexCall call)) {
      return null;
    }
    return switch (call.getKind()) {
      case AND, OR -> combined(call);
      case SEARCH -> filter(RexUtil.expandSearch(builder, null, call));
      case IS_NULL -> nulls(call, ColumnStatistics::mayBeNull);
      case IS_NOT_NULL -> nulls(call, ColumnStatistics::mayHaveValue);
      case EQUALS, LESS_THAN, LESS_THAN_OR_EQUAL, GREATER_THAN, GREATER_THAN_OR_EQUAL ->
          comparison(call);
      case LIKE -> prefix(call);
      default -> null;
    };
  }

  private PageFilter combined(RexCall call) {
    boolean and = call.getKind() == SqlKind.AND;
    List<PageFilter> parts = new ArrayList<>();
    for (RexNode operand : call.getOperands()) {
      PageFilter part = filter(operand);
      if (part != null) {
        parts.add(part);
      } else if (!and) {
        return null;
      }
    }
    if (parts.isEmpty()) {
      return null;
    }
    return statistics ->
        and
            ? parts.stream().allMatch(part -> part.mayMatch(statistics))
            : parts.stream().anyMatch(part -> part.mayMatch(statistics));
  }

  private String column(RexNode node) {
    return node instanceof RexInputRef ref
            && !names.get(ref.getIndex()).equals(Slice.INDEX)
            && !names.get(ref.getIndex()).equals(Slice.ID)
        ? names.get(ref.getIndex())
        : null;
  }

  private PageFilter nulls(RexCall call, Function<ColumnStatistics, Boolean> test) {
    String column = column(call.getOperands().get(0));
    if (column == null) {
      return null;
    }
    columns.add(column);
    return statistics -> test.apply(statistics.apply(column));
  }

  private PageFilter comparison(RexCall call) {
    RexNode left = call.getOperands().get(0);
    RexNode right = call.getOperands().get(1);
    SqlKind kind = call.getKind();
    if (left instanceof RexLiteral) {
      RexNode swapped = left;
      left = right;
      right = swapped;
      kind = kind.reverse();
    }
    left = withoutWidening(left);
    String column = column(left);
    if (column == null || !(right instanceof RexLiteral literal) || literal.isNull()) {
      return null;
    }
    if (left.getType().getSqlTypeName() == SqlTypeName.DECIMAL
        || isMoment(left.getType())
            && (left.getType().getSqlTypeName() != literal.getType().getSqlTypeName()
                || left.getType().getPrecision() != literal.getType().getPrecision())) {
      return null;
    }
    Object value = Constants.value(literal);
    if (value instanceof Class) {
      return null;
    }
    columns.add(column);
    SqlKind op = kind;
    return statistics -> mayMatch(statistics.apply(column), op, value);
  }

  private static RexNode withoutWidening(RexNode node) {
    if (node instanceof RexCall call && call.getKind() == SqlKind.CAST) {
      RexNode inner = call.getOperands().get(0);
      Kind from = Kind.of(inner.getType());
      Kind to = Kind.of(call.getType());
      boolean moment = isMoment(inner.getType()) || isMoment(call.getType());
      boolean text =
          from == Kind.TEXT && call.getType().getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED;
      boolean number =
          from == Kind.LONG && (to == Kind.LONG || to == Kind.DOUBLE) && !moment
              || from == Kind.DOUBLE
                  && call.getType().getSqlTypeName() != SqlTypeName.REAL
                  && to == Kind.DOUBLE;
      return from == to && text || number ? inner : node;
    }
    return node;
  }

  private static boolean isMoment(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case DATE, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> true;
      default -> false;
    };
  }

  private static boolean mayMatch(ColumnStatistics statistics, SqlKind op, Object value) {
    if (!statistics.mayHaveValue()) {
      return false;
    }
    if (statistics.min() == null || statistics.max() == null) {
      return true;
    }
    int least = compare(statistics.min(), value);
    int greatest = compare(statistics.max(), value);
    return switch (op) {
      case EQUALS -> least <= 0 && greatest >= 0;
      case LESS_THAN -> least < 0;
      case LESS_THAN_OR_EQUAL -> least <= 0;
      case GREATER_THAN -> greatest > 0;
      default -> greatest >= 0;
    };
  }

  private static int compare(Object bound, Object value) {
    if (bound instanceof String text && value instanceof String other) {
      return Arrays.compareUnsigned(
          text.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
    if (value instanceof Boolean bool) {
      return Long.compare(((Number) bound).longValue(), bool ? 1 : 0);
    }
    if (bound instanceof Double || value instanceof Double) {
      double a = ((Number) bound).doubleValue();
      double b = ((Number) value).doubleValue();
      // Zeros are equal, whatever their sign.
      return a < b ? -1 : a > b ? 1 : 0;
    }
    return decimal(bound).compareTo(decimal(value));
  }

  private static BigDecimal decimal(Object number) {
    return number instanceof BigInteger big
        ? new BigDecimal(big)
        : BigDecimal.valueOf(((Number) number).longValue());
  }

  /** A LIKE pattern that begins with plain text bounds the text from below and above. */
  private PageFilter prefix(RexCall call) {
    String column = column(call.getOperands().get(0));
    if (column == null
        || call.getOperands().size() > 2
        || !(call.getOperands().get(1) instanceof RexLiteral literal)
        || !call.getOperator().getName().equals("LIKE")) {
      return null;
    }
    String pattern = literal.getValueAs(String.class);
    int end = 0;
    while (pattern != null
        && end < pattern.length()
        && pattern.charAt(end) != '%'
        && pattern.charAt(end) != '_') {
      end++;
    }
    if (end == 0) {
      return null;
    }
    String from = pattern.substring(0, end);
    String to = from + new String(Character.toChars(Character.MAX_CODE_POINT)).repeat(2);
    columns.add(column);
    return statistics ->
        mayMatch(statistics.apply(column), SqlKind.GREATER_THAN_OR_EQUAL, from)
            && mayMatch(statistics.apply(column), SqlKind.LESS_THAN_OR_EQUAL, to);
  }
}

package dev.sheaf.query.internal.exec;

import dev.sheaf.format.Media;
import dev.sheaf.query.internal.functions.Argument;
import dev.sheaf.query.internal.functions.DecodeFunction;
import dev.sheaf.query.internal.functions.TensorConstant;
import dev.sheaf.query.internal.functions.TensorFunction;
import dev.sheaf.query.internal.types.SheafTypeFactory;
import dev.sheaf.query.internal.types.TensorSqlType;
import dev.sheaf.query.tensor.ProgramBuilder;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlLikeOperator;
import org.apache.calcite.sql.type.SqlTypeName;

/**
 * Turns row expressions of a plan into column-wise ones. What it does not know is left to the
 * enumerable operators. For one thread.
 */
public final class ExprCompiler {
  private final RexBuilder builder;

  /** Creates a compiler. */
  public ExprCompiler(RexBuilder builder) {
    this.builder = builder;
  }

  /** Thrown inside for an expression that is not known. */
  private static final class Unknown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unknown() {
      super(null, null, false, false);
    }
  }

  /** Returns the expression, or empty if some part of it is not known. */
  public Optional<Expr> compile(RexNode node) {
    try {
      return Optional.of(expr(node));
    } catch (Unknown e) {
      return Optional.empty();
    }
  }

  /** Tells whether all expressions are known. */
  public boolean knows(List<RexNode> nodes) {
    return nodes.stream().allMatch(node -> compile(node).isPresent());
  }

  private Expr expr(RexNode node) {
    if (node instanceof RexInputRef ref) {
      int index = ref.getIndex();
      return batch -> batch.column(index).vec();
    }
    if (node instanceof RexLiteral literal) {
      return literal(literal);
    }
    if (node instanceof RexFieldAccess access) {
      ColumnRef column = columnRef(access);
      return batch -> column.of(batch).vec();
    }
    if (node instanceof RexCall call) {
      return call(call);
    }
    throw new Unknown();
  }

  private Expr literal(RexLiteral literal) {
    Object value = Constants.value(literal);
    if (value instanceof Class) {
      throw new Unknown();
    }
    Kind kind = Kind.of(literal.getType());
    return Constants.expr(value, value instanceof Double ? Kind.DOUBLE : kind);
  }

  /** Finds a column of a batch. */
  @FunctionalInterface
  private interface ColumnRef {
    Column of(RowBatch batch);
  }

  private ColumnRef columnRef(RexNode node) {
    if (node instanceof RexInputRef ref) {
      int index = ref.getIndex();
      return batch -> batch.column(index);
    }
    if (node instanceof RexFieldAccess access) {
      ColumnRef struct = columnRef(access.getReferenceExpr());
      String name = access.getField().getName();
      dev.sheaf.format.Type type = SheafTypeFactory.columnType(access.getType());
      return batch -> struct.of(batch).field(name, type);
    }
    throw new Unknown();
  }

  private Expr call(RexCall call) {
    List<RexNode> operands = call.getOperands();
    if (call.getOperator() instanceof DecodeFunction
        || call.getOperator() instanceof TensorConstant
        || call.getOperator() instanceof TensorFunction) {
      return own(call);
    }
    switch (call.getKind()) {
      case AND:
      case OR:
        boolean and = call.getKind() == SqlKind.AND;
        List<Expr> conditions = new ArrayList<>();
        operands.forEach(operand -> conditions.add(expr(operand)));
        return batch -> Logic.all(conditions, and, batch);
      case NOT:
        Expr negated = expr(operands.get(0));
        return batch -> Logic.not(negated.eval(batch));
      case IS_NULL:
      case IS_NOT_NULL:
        return isNull(operands.get(0), call.getKind() == SqlKind.IS_NULL);
      case IS_TRUE:
      case IS_FALSE:
      case IS_NOT_TRUE:
      case IS_NOT_FALSE:
        Expr truth = expr(operands.get(0));
        boolean value = call.getKind() == SqlKind.IS_TRUE || call.getKind() == SqlKind.IS_NOT_TRUE;
        boolean wanted = call.getKind() == SqlKind.IS_TRUE || call.getKind() == SqlKind.IS_FALSE;
        return batch -> Logic.is(truth.eval(batch), value, wanted);
      case EQUALS:
        return comparison(Logic.Comparison.EQUAL, call);
      case NOT_EQUALS:
        return comparison(Logic.Comparison.NOT_EQUAL, call);
      case LESS_THAN:
        return comparison(Logic.Comparison.LESS, call);
      case LESS_THAN_OR_EQUAL:
        return comparison(Logic.Comparison.LESS_OR_EQUAL, call);
      case GREATER_THAN:
        return comparison(Logic.Comparison.GREATER, call);
      case GREATER_THAN_OR_EQUAL:
        return comparison(Logic.Comparison.GREATER_OR_EQUAL, call);
      case PLUS:
        return arithmetic(Numbers.Binary.ADD, call);
      case MINUS:
        return arithmetic(Numbers.Binary.SUBTRACT, call);
      case TIMES:
        return arithmetic(Numbers.Binary.MULTIPLY, call);
      case DIVIDE:
        return arithmetic(Numbers.Binary.DIVIDE, call);
      case MOD:
        return arithmetic(Numbers.Binary.MODULO, call);
      case MINUS_PREFIX:
        number(operands.get(0));
        Expr positive = expr(operands.get(0));
        boolean single = isReal(call.getType());
        return batch -> Numbers.negate(positive.eval(batch), single);
      case PLUS_PREFIX:
        return expr(operands.get(0));
      case CASE:
        return conditional(call);
      case COALESCE:
        return coalesce(call);
      case CAST:
        return cast(operands.get(0), call.getType());
      case LIKE:
        return like(call);
      case SEARCH:
        return expr(RexUtil.expandSearch(builder, null, call));
      default:
        return function(call);
    }
  }

  private Expr own(RexCall call) {
    if (call.getOperator() instanceof TensorConstant constant) {
      return Constants.expr(constant.tensor(), Kind.OBJECT);
    }
    if (call.getOperator() instanceof TensorFunction) {
      return tensor(call);
    }
    List<RexNode> operands = call.getOperands();
    boolean luma =
        operands.size() > 1 && "L".equals(((RexLiteral) operands.get(1)).getValueAs(String.class));
    Expr image = expr(operands.get(0));
    return batch -> decode(image.eval(batch), luma);
  }

  private static Vec decode(Vec images, boolean luma) {
    Object[] values = ((Vec.Objects) images).values;
    Object[] pixels = new Object[values.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = values[i] == null ? null : Images.decode((Media) values[i], luma);
    }
    return new Vec.Objects(pixels);
  }

  /** Makes one program of a tree of tensor functions. */
  private Expr tensor(RexCall call) {
    ProgramBuilder program = new ProgramBuilder();
    List<RexNode> leaves = new ArrayList<>();
    List<Argument> values = new ArrayList<>();
    Argument result = argument(call, program, leaves, values);
    List<TensorExpr.Input> inputs = new ArrayList<>();
    for (RexNode leaf : leaves) {
      int column = leaf instanceof RexInputRef ref ? ref.getIndex() : -1;
      inputs.add(new TensorExpr.Input(column, expr(leaf)));
    }
    Expr general = new TensorExpr(program.build(result.value()), inputs);
    List<RexNode> operands = call.getOperands();
    boolean pair = operands.size() == 2 && Kind.of(call.getType()) == Kind.DOUBLE;
    for (int i = 0; pair && i < 2; i++) {
      if (operands.get(i) instanceof RexInputRef ref
          && ref.getType() instanceof TensorSqlType column
          && operands.get(1 - i) instanceof RexCall other
          && other.getOperator() instanceof TensorConstant constant) {
        String function = call.getOperator().getName();
        return DistanceExpr.of(
            function, ref.getIndex(), column.tensor(), constant.tensor(), general);
      }
    }
    return general;
  }

  private Argument argument(
      RexNode node, ProgramBuilder program, List<RexNode> leaves, List<Argument> values) {
    if (node instanceof RexLiteral literal && !literal.isNull()) {
      return switch (literal.getType().getSqlTypeName()) {
        case CHAR, VARCHAR ->
            TensorFunction.literal(program, literal.getValueAs(String.class), false);
        case BOOLEAN -> TensorFunction.literal(program, literal.getValueAs(Boolean.class), false);
        case REAL, FLOAT, DOUBLE ->
            TensorFunction.literal(program, literal.getValueAs(BigDecimal.class), false);
        default -> TensorFunction.literal(program, literal.getValueAs(BigDecimal.class), true);
      };
    }
    if (node instanceof RexCall call) {
      if (call.getOperator() instanceof TensorConstant constant) {
        return Argument.of(program.constant(constant.tensor()));
      }
      if (call.getOperator() instanceof TensorFunction function) {
        List<Argument> arguments = new ArrayList<>();
        for (RexNode operand : call.getOperands()) {
          arguments.add(argument(operand, program, leaves, values));
        }
        return Argument.of(function.add(program, arguments));
      }
      boolean samenessCast =
          call.getKind() == SqlKind.CAST
              && call.getType() instanceof TensorSqlType to
              && call.getOperands().get(0).getType() instanceof TensorSqlType from
              && from.tensor().equals(to.tensor());
      if (samenessCast) {
        return argument(call.getOperands().get(0), program, leaves, values);
      }
    }
    int known = leaves.indexOf(node);
    if (known >= 0) {
      return values.get(known);
    }
    Argument input = TensorFunction.input(program, "x" + leaves.size(), node.getType());
    if (input == null) {
      throw new Unknown();
    }
    leaves.add(node);
    values.add(input);
    return input;
  }

  private Expr isNull(RexNode operand, boolean wanted) {
    if (operand.getType().isStruct() && operand instanceof RexInputRef ref) {
      int index = ref.getIndex();
      return batch -> Logic.isNull(batch.column(index).vec(), wanted);
    }
    Expr value = expr(operand);
    return batch -> Logic.isNull(value.eval(batch), wanted);
  }

  private static boolean isReal(RelDataType type) {
    return type.getSqlTypeName() == SqlTypeName.REAL;
  }

  /** Tells whether a value is whole, or refuses what is no number of ours. */
  private static boolean number(RexNode node) {
    SqlTypeName name = node.getType().getSqlTypeName();
    return switch (name) {
      case TINYINT, SMALLINT, INTEGER, BIGINT -> true;
      case REAL, FLOAT, DOUBLE -> false;
      case DECIMAL -> {
        if (node instanceof RexLiteral) {
          yield false;
        }
        throw new Unknown();
      }
      default -> throw new Unknown();
    };
  }

  private static int bits(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case TINYINT -> 8;
      case SMALLINT -> 16;
      case INTEGER -> 32;
      default -> 64;
    };
  }

  private Expr arithmetic(Numbers.Binary op, RexCall call) {
    if (call.getOperands().size() != 2 || Kind.of(call.getType()) == Kind.OBJECT) {
      throw new Unknown();
    }
    RexNode first = call.getOperands().get(0);
    RexNode second = call.getOperands().get(1);
    boolean whole = number(first) & number(second);
    Expr left = expr(first);
    Expr right = expr(second);
    if (whole && Kind.of(call.getType()) == Kind.LONG) {
      int bits = bits(call.getType());
      return batch -> Numbers.whole(op, left.eval(batch), right.eval(batch), bits);
    }
    if (Kind.of(call.getType()) != Kind.DOUBLE) {
      throw new Unknown();
    }
    boolean single = isReal(call.getType());
    return batch -> Numbers.floating(op, left.eval(batch), right.eval(batch), single);
  }

  private Expr comparison(Logic.Comparison op, RexCall call) {
    RexNode first = call.getOperands().get(0);
    RexNode second = call.getOperands().get(1);
    if (!comparable(first, second)) {
      throw new Unknown();
    }
    Expr left = expr(first);
    Expr right = expr(second);
    return batch -> Logic.compare(op, left.eval(batch), right.eval(batch));
  }

  private static boolean comparable(RexNode first, RexNode second) {
    RelDataType a = first.getType();
    RelDataType b = second.getType();
    if (a.getSqlTypeName() == SqlTypeName.NULL || b.getSqlTypeName() == SqlTypeName.NULL) {
      return false;
    }
    Kind kind = Kind.of(a);
    if (kind == Kind.TEXT || kind == Kind.BOOL) {
      return Kind.of(b) == kind;
    }
    boolean moment = isMoment(a);
    if (moment || isMoment(b)) {
      return a.getSqlTypeName() == b.getSqlTypeName() && a.getPrecision() == b.getPrecision();
    }
    number(first);
    number(second);
    return true;
  }

  private static boolean isMoment(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case DATE, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> true;
      default -> false;
    };
  }

  /** Evaluates each branch only for the rows that take it. */
  private Expr conditional(RexCall call) {
    List<RexNode> operands = call.getOperands();
    List<Expr> parts = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      boolean condition = i % 2 == 0 && i < operands.size() - 1;
      parts.add(condition ? expr(operands.get(i)) : as(operands.get(i), call.getType()));
    }
    Kind kind = Kind.of(call.getType());
    return batch -> Branches.choose(parts, kind, batch);
  }

  private Expr coalesce(RexCall call) {
    List<Expr> parts = new ArrayList<>();
    for (int i = 0; i < call.getOperands().size(); i++) {
      RexNode operand = call.getOperands().get(i);
      if (i < call.getOperands().size() - 1) {
        parts.add(isNull(operand, false));
      }
      parts.add(as(operand, call.getType()));
    }
    Kind kind = Kind.of(call.getType());
    return batch -> Branches.choose(parts, kind, batch);
  }

  /** Returns a value as one of another type, of which Calcite knows that it fits. */
  private Expr as(RexNode node, RelDataType type) {
    if (node instanceof RexLiteral literal && literal.isNull()) {
      return Constants.expr(null, Kind.of(type));
    }
    if (Kind.of(node.getType()) == Kind.of(type) && !isMoment(type)) {
      return expr(node);
    }
    return cast(node, type);
  }

  private Expr cast(RexNode node, RelDataType to) {
    RelDataType from = node.getType();
    if (node instanceof RexLiteral literal && literal.isNull()) {
      return Constants.expr(null, Kind.of(to));
    }
    if (from.getSqlTypeName() == to.getSqlTypeName()
        && from.getPrecision() == to.getPrecision()
        && (from.equals(to) || Kind.of(to) != Kind.OBJECT)) {
      return expr(node);
    }
    if (from instanceof TensorSqlType a
        && to instanceof TensorSqlType b
        && a.tensor().equals(b.tensor())) {
      return expr(node);
    }
    Kind source = Kind.of(from);
    Kind target = Kind.of(to);
    Expr value = expr(node);
    if (isMoment(from) || isMoment(to)) {
      return Casts.moment(value, from, to).orElseThrow(Unknown::new);
    }
    if (source == Kind.TEXT && target == Kind.TEXT) {
      boolean longer =
          to.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED
              || from.getPrecision() >= 0 && to.getPrecision() >= from.getPrecision();
      if (to.getSqlTypeName() == SqlTypeName.VARCHAR && longer) {
        return value;
      }
      throw new Unknown();
    }
    if (from.getSqlTypeName() == SqlTypeName.DECIMAL && !(node instanceof RexLiteral)) {
      throw new Unknown();
    }
    return Casts.of(value, source == Kind.OBJECT ? Kind.DOUBLE : source, to)
        .orElseThrow(Unknown::new);
  }

  private Expr like(RexCall call) {
    List<RexNode> operands = call.getOperands();
    if (!(operands.get(1) instanceof RexLiteral pattern)
        || operands.size() > 2 && !(operands.get(2) instanceof RexLiteral)
        || !(call.getOperator() instanceof SqlLikeOperator operator)) {
      throw new Unknown();
    }
    String text = pattern.getValueAs(String.class);
    if (text == null) {
      throw new Unknown();
    }
    int escape =
        operands.size() > 2
            ? ((RexLiteral) operands.get(2)).getValueAs(String.class).charAt(0)
            : -1;
    LikePattern like = new LikePattern(text, escape, operator.getName().contains("ILIKE"));
    boolean negated = operator.isNegated();
    Expr value = expr(operands.get(0));
    return batch -> {
      Vec.Bools matches = like.matches(value.eval(batch));
      return negated ? Logic.not(matches) : matches;
    };
  }

  private Expr function(RexCall call) {
    List<RexNode> operands = call.getOperands();
    String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
    List<Expr> args = new ArrayList<>();
    switch (name) {
      case "UPPER", "LOWER", "CHAR_LENGTH", "CHARACTER_LENGTH", "||", "SUBSTRING" -> {
        if (Kind.of(operands.get(0).getType()) != Kind.TEXT || isBytes(operands.get(0))) {
          throw new Unknown();
        }
      }
      case "ABS", "FLOOR", "CEIL", "EXP", "LN", "LOG10", "POWER", "SQRT", "SIN", "COS" ->
          operands.forEach(ExprCompiler::number);
      case "ARRAY_CONTAINS" -> {
        if (!comparesAsIs(operands.get(0).getType().getComponentType(), operands.get(1))) {
          throw new Unknown();
        }
      }
      case "HAS_TAG" -> {}
      default -> throw new Unknown();
    }
    operands.forEach(operand -> args.add(expr(operand)));
    Expr first = args.get(0);
    boolean single = isReal(call.getType());
    return switch (name) {
      case "ARRAY_CONTAINS" -> batch -> Lists.contains(first.eval(batch), args.get(1).eval(batch));
      case "HAS_TAG" ->
          batch ->
              Lists.hasTag(
                  first.eval(batch),
                  args.get(1).eval(batch),
                  args.size() > 2 ? args.get(2).eval(batch) : null);
      case "UPPER" -> batch -> Texts.map(first.eval(batch), text -> text.toUpperCase(Locale.ROOT));
      case "LOWER" -> batch -> Texts.map(first.eval(batch), text -> text.toLowerCase(Locale.ROOT));
      case "CHAR_LENGTH", "CHARACTER_LENGTH" -> batch -> Texts.length(first.eval(batch));
      case "||" -> batch -> Texts.concat(first.eval(batch), args.get(1).eval(batch));
      case "SUBSTRING" ->
          batch ->
              Texts.substring(
                  first.eval(batch),
                  args.get(1).eval(batch),
                  args.size() > 2 ? args.get(2).eval(batch) : null);
      case "ABS" -> batch -> Numbers.abs(first.eval(batch));
      case "POWER" ->
          batch -> {
            Vec base = first.eval(batch);
            Vec exponent = args.get(1).eval(batch);
            double[] a = Numbers.doubles(base);
            double[] b = Numbers.doubles(exponent);
            double[] result = new double[a.length];
            for (int i = 0; i < result.length; i++) {
              // POWER(x, 0.5) is how the planner writes SQRT.
              result[i] = b[i] == 0.5 ? Math.sqrt(a[i]) : Math.pow(a[i], b[i]);
            }
            return new Vec.Doubles(result, Vec.eitherNull(base, exponent));
          };
      case "FLOOR", "CEIL" -> {
        if (Kind.of(call.getType()) == Kind.LONG || args.size() > 1) {
          throw new Unknown();
        }
        yield map(first, single, name.equals("FLOOR") ? Math::floor : Math::ceil);
      }
      case "EXP" -> map(first, single, Math::exp);
      case "LN" -> map(first, single, Math::log);
      case "LOG10" -> map(first, single, Math::log10);
      case "SQRT" -> map(first, single, Math::sqrt);
      case "SIN" -> map(first, single, Math::sin);
      case "COS" -> map(first, single, Math::cos);
      default -> throw new Unknown();
    };
  }

  /** Tells whether elements of lists are compared with a value by {@link Lists#contains}. */
  private static boolean comparesAsIs(RelDataType element, RexNode value) {
    if (element == null || isBytes(value)) {
      return false;
    }
    Kind kind = Kind.of(element);
    if (kind == Kind.LONG && !isMoment(element)) {
      return Kind.of(value.getType()) == Kind.LONG && !isMoment(value.getType());
    }
    return (kind == Kind.TEXT || kind == Kind.BOOL) && Kind.of(value.getType()) == kind;
  }

  private static boolean isBytes(RexNode node) {
    SqlTypeName name = node.getType().getSqlTypeName();
    return name == SqlTypeName.BINARY || name == SqlTypeName.VARBINARY;
  }

  private static Expr map(Expr value, boolean single, DoubleUnaryOperator function) {
    return batch -> Numbers.map(value.eval(batch), single, function);
  }
}

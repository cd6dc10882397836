package dev.sheaf.query.internal.functions;

import dev.sheaf.format.DType;
import dev.sheaf.format.QuerySyntaxException;
import dev.sheaf.format.Tensor;
import dev.sheaf.query.internal.parse.Dialect;
import dev.sheaf.query.internal.types.MediaSqlType;
import dev.sheaf.query.internal.types.SheafTypeFactory;
import dev.sheaf.query.internal.types.TensorSqlType;
import dev.sheaf.query.tensor.ProgramBuilder;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.SqlBasicCall;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNodeList;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.calcite.sql.util.SqlShuttle;

/**
 * Prepares a parsed query for validation: values in place of parameters, DOUBLE in place of numbers
 * with a point, and functions of tensors where an argument is one. Which arguments are tensors is
 * found from the columns and from the names that sub-queries give, before scopes are known: a name
 * means a tensor if some column or select list of the query says so.
 */
public final class Rewriting extends SqlShuttle {
  private final List<Object> parameters;
  private final SheafTypeFactory types;
  private final Map<String, RelDataType> names = new HashMap<>();
  private int constants;

  private Rewriting(List<Object> parameters, RelDataType samples, SheafTypeFactory types) {
    this.parameters = parameters;
    this.types = types;
    for (RelDataTypeField field : samples.getFieldList()) {
      names.put(field.getName().toLowerCase(Locale.ROOT), field.getType());
    }
  }

  /**
   * Returns the query to validate.
   *
   * @param parameters the values of the parameters, in order
   * @param samples the columns
   */
  public static SqlNode rewrite(
      SqlNode query, List<Object> parameters, RelDataType samples, SheafTypeFactory types) {
    Rewriting rewriting = new Rewriting(parameters, samples, types);
    int before;
    do {
      before = rewriting.names.size();
      query.accept(rewriting.new Aliases());
    } while (rewriting.names.size() > before);
    return query.accept(rewriting);
  }

  /** Learns the names that select lists give to tensors. */
  private final class Aliases extends SqlBasicVisitor<Void> {
    @Override
    public Void visit(SqlCall call) {
      if (call.getKind() == SqlKind.AS && call.operand(1) instanceof SqlIdentifier alias) {
        String name = alias.names.get(0).toLowerCase(Locale.ROOT);
        SqlNode expression = call.operand(0);
        boolean relation =
            expression.isA(SqlKind.QUERY)
                || expression.getKind() == SqlKind.IDENTIFIER
                    && !names.containsKey(last((SqlIdentifier) expression));
        RelDataType type = relation ? null : typeOf(expression.accept(Rewriting.this));
        if (type instanceof TensorSqlType || type instanceof MediaSqlType) {
          names.putIfAbsent(name, type);
        }
      }
      return super.visit(call);
    }
  }

  private static String last(SqlIdentifier identifier) {
    return identifier.names.get(identifier.names.size() - 1).toLowerCase(Locale.ROOT);
  }

  @Override
  public SqlNode visit(SqlLiteral literal) {
    if (literal instanceof SqlNumericLiteral number
        && number.getScale() != null
        && number.getScale() > 0) {
      return approximate(number.bigDecimalValue(), literal.getParserPosition());
    }
    return literal;
  }

  private static SqlNode approximate(BigDecimal value, SqlParserPos pos) {
    String text = value.toString();
    return SqlLiteral.createApproxNumeric(text.contains("E") ? text : text + "E0", pos);
  }

  @Override
  public SqlNode visit(SqlDynamicParam parameter) {
    return literal(parameters.get(parameter.getIndex()), parameter.getParserPosition());
  }

  private SqlNode literal(Object value, SqlParserPos pos) {
    if (value == null) {
      return SqlLiteral.createNull(pos);
    }
    if (value instanceof Tensor tensor) {
      return constant(tensor, pos);
    }
    if (value instanceof float[] floats) {
      return constant(Tensor.ofFloats(floats), pos);
    }
    if (value instanceof Boolean bool) {
      return SqlLiteral.createBoolean(bool, pos);
    }
    if (value instanceof Float || value instanceof Double) {
      return approximate(new BigDecimal(value.toString()), pos);
    }
    if (value instanceof Number number) {
      return SqlLiteral.createExactNumeric(number.toString(), pos);
    }
    return SqlLiteral.createCharString(value.toString(), pos);
  }

  private SqlNode constant(Tensor tensor, SqlParserPos pos) {
    return new TensorConstant("?" + ++constants, tensor, types).createCall(pos);
  }

  @Override
  public SqlNode visit(SqlCall original) {
    SqlNode visited = super.visit(original);
    if (!(visited instanceof SqlBasicCall call)) {
      return visited;
    }
    List<SqlNode> operands = call.getOperandList();
    SqlParserPos pos = call.getParserPosition();
    if (call.getKind() == SqlKind.MINUS_PREFIX
        && operands.get(0) instanceof SqlNumericLiteral one) {
      BigDecimal negative = one.bigDecimalValue().negate();
      return one.isInteger()
          ? SqlLiteral.createExactNumeric(negative.toPlainString(), pos)
          : approximate(negative, pos);
    }
    if (call.getOperator().getName().equals("ITEM")) {
      return item(call);
    }
    boolean member =
        call.getOperator().equals(SqlStdOperatorTable.MEMBER_OF)
            || call.getOperator().equals(SqlStdOperatorTable.SOME_EQ) && !isSet(operands.get(1));
    if (member) {
      // Calcite has these for its multisets alone.
      SqlNode list = operands.get(1) instanceof SqlNodeList one ? one.get(0) : operands.get(1);
      return SqlLibraryOperators.ARRAY_CONTAINS.createCall(pos, list, operands.get(0));
    }
    String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
    if (name.equals("DECODE") && !operands.isEmpty() && isMedia(operands.get(0))) {
      return DecodeFunction.INSTANCE.createCall(pos, operands);
    }
    if (name.equals("DTYPE") && operands.size() == 1) {
      return dtype(call);
    }
    boolean any = operands.stream().anyMatch(this::isTensor);
    if (call.getKind() == SqlKind.MINUS_PREFIX && any) {
      SqlNode zero = SqlLiteral.createExactNumeric("0", pos);
      return tensorCall(TensorCatalog.shared("-"), pos, List.of(zero, operands.get(0)));
    }
    // The point of `x[0].field` is an operator named like the function dot.
    TensorFunction own = call.getKind() == SqlKind.DOT ? null : TensorCatalog.own(name);
    if (own != null) {
      return tensorCall(own, pos, operands);
    }
    TensorFunction shared = TensorCatalog.shared(name);
    boolean aggregate = call.getFunctionQuantifier() != null;
    return any && shared != null && !aggregate ? tensorCall(shared, pos, operands) : call;
  }

  /** Tells whether what stands on the right of IN or ANY is a query or several values. */
  private static boolean isSet(SqlNode right) {
    return right.isA(SqlKind.QUERY) || right instanceof SqlNodeList list && list.size() != 1;
  }

  private SqlNode tensorCall(SqlOperator function, SqlParserPos pos, List<SqlNode> operands) {
    DType dtype = null;
    for (SqlNode operand : operands) {
      if (typeOf(operand) instanceof TensorSqlType tensor && !isConstant(operand)) {
        dtype = tensor.tensor().dtype();
      }
    }
    List<SqlNode> given = new ArrayList<>();
    for (SqlNode operand : operands) {
      SqlNode one = array(operand);
      given.add(isConstant(one) && dtype != null ? meeting(one, dtype) : one);
    }
    return function.createCall(pos, given);
  }

  private static boolean isConstant(SqlNode node) {
    return node instanceof SqlCall call && call.getOperator() instanceof TensorConstant;
  }

  /** A parameter gives way to the floats that it meets, as a literal does. */
  private SqlNode meeting(SqlNode node, DType dtype) {
    Tensor tensor = ((TensorConstant) ((SqlCall) node).getOperator()).tensor();
    boolean narrow = dtype.kind() == DType.Kind.FLOAT && dtype != DType.FLOAT64;
    boolean wide = tensor.dtype() == DType.FLOAT64 || tensor.dtype() == DType.INT64;
    if (!narrow || !wide) {
      return node;
    }
    float[] values = new float[Math.toIntExact(tensor.shape().elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((Number) tensor.element(i)).floatValue();
    }
    return constant(
        Tensor.of(DType.FLOAT32, tensor.shape(), Tensor.ofFloats(values).data()),
        node.getParserPosition());
  }

  /** Returns the tensor that an array of numbers is, or the node itself. */
  private SqlNode array(SqlNode node) {
    if (node.getKind() != SqlKind.ARRAY_VALUE_CONSTRUCTOR) {
      return node;
    }
    List<SqlNode> elements = ((SqlCall) node).getOperandList();
    double[] values = new double[elements.size()];
    for (int i = 0; i < values.length; i++) {
      if (!(elements.get(i) instanceof SqlNumericLiteral number)) {
        return node;
      }
      values[i] = number.bigDecimalValue().doubleValue();
    }
    return constant(TensorCatalog.vector(values), node.getParserPosition());
  }

  private SqlNode item(SqlBasicCall call) {
    SqlNode value = call.operand(0);
    SqlNode key = call.operand(1);
    SqlParserPos pos = call.getParserPosition();
    boolean slice =
        key instanceof SqlCall function
            && function.getOperator().getName().equalsIgnoreCase(Dialect.SLICE);
    if (slice) {
      return tensorCall(TensorCatalog.SLICE, pos, List.of(value, ((SqlCall) key).operand(0)));
    }
    if (isTensor(value)) {
      if (!(key instanceof SqlNumericLiteral number) || !number.isInteger()) {
        throw Argument.bad(
            "An index of a tensor is no literal", "Write a number, for example x[0] or x[-1]");
      }
      SqlNode text = SqlLiteral.createCharString(number.toValue(), key.getParserPosition());
      return tensorCall(TensorCatalog.SLICE, pos, List.of(value, text));
    }
    if (key instanceof SqlLiteral literal
        && SqlTypeName.CHAR_TYPES.contains(literal.getTypeName())) {
      return value instanceof SqlIdentifier
          ? call
          : SqlStdOperatorTable.DOT.createCall(
              pos, value, new SqlIdentifier(literal.toValue(), literal.getParserPosition()));
    }
    // Positions in brackets count from 0, as in tensors; Calcite's from 1.
    SqlNode base =
        key instanceof SqlNumericLiteral number && number.bigDecimalValue().signum() < 0
            ? SqlStdOperatorTable.PLUS.createCall(
                pos, SqlStdOperatorTable.CARDINALITY.createCall(pos, value), key)
            : key;
    SqlNode fromOne =
        SqlStdOperatorTable.PLUS.createCall(pos, base, SqlLiteral.createExactNumeric("1", pos));
    return call.getOperator().createCall(pos, value, fromOne);
  }

  private SqlNode dtype(SqlBasicCall call) {
    RelDataType type = typeOf(call.operand(0));
    if (type instanceof TensorSqlType tensor) {
      return SqlLiteral.createCharString(tensor.tensor().dtype().id(), call.getParserPosition());
    }
    throw Argument.bad(
        "dtype takes a tensor, got " + (type == null ? call.operand(0) : type),
        "See `sheaf schema` for the columns");
  }

  private boolean isTensor(SqlNode node) {
    return typeOf(node) instanceof TensorSqlType;
  }

  private boolean isMedia(SqlNode node) {
    return typeOf(node) instanceof MediaSqlType;
  }

  /** Returns the type of an expression that was rewritten, or null where it is not known here. */
  private RelDataType typeOf(SqlNode node) {
    if (node instanceof SqlIdentifier identifier) {
      return identifier.isStar() ? null : names.get(last(identifier));
    }
    if (node instanceof SqlNumericLiteral number) {
      return types.createSqlType(number.isInteger() ? SqlTypeName.BIGINT : SqlTypeName.DOUBLE);
    }
    if (!(node instanceof SqlCall call)) {
      return null;
    }
    if (call.getOperator() instanceof TensorConstant constant) {
      return constant.inferReturnType(null);
    }
    if (call.getOperator() instanceof DecodeFunction) {
      boolean luma = call.operandCount() > 1 && call.operand(1).toString().contains("L");
      int rank = luma ? 2 : 3;
      return types.tensor(
          dev.sheaf.query.tensor.TensorType.of(
              DType.UINT8,
              java.util.stream.IntStream.range(0, rank)
                  .mapToObj(
                      axis ->
                          axis < 2
                              ? dev.sheaf.query.tensor.Dim.UNKNOWN
                              : dev.sheaf.query.tensor.Dim.of(3))
                  .toArray(dev.sheaf.query.tensor.Dim[]::new)));
    }
    if (call.getOperator() instanceof TensorFunction function) {
      return typeOf(function, call.getOperandList());
    }
    boolean passes = call.getKind() == SqlKind.AS || call.getKind() == SqlKind.COALESCE;
    return passes ? typeOf(call.operand(0)) : null;
  }

  private RelDataType typeOf(TensorFunction function, List<SqlNode> operands) {
    ProgramBuilder program = new ProgramBuilder();
    List<Argument> arguments = new ArrayList<>();
    for (SqlNode operand : operands) {
      Argument argument;
      if (operand instanceof SqlNumericLiteral number) {
        argument = TensorFunction.literal(program, number.bigDecimalValue(), number.isInteger());
      } else if (operand instanceof SqlLiteral literal
          && SqlTypeName.CHAR_TYPES.contains(literal.getTypeName())) {
        argument = new Argument(null, literal.toValue());
      } else {
        RelDataType type = typeOf(operand);
        RelDataType known = type == null ? types.createSqlType(SqlTypeName.DOUBLE) : type;
        argument = TensorFunction.input(program, "x" + arguments.size(), known);
      }
      if (argument == null) {
        return null;
      }
      arguments.add(argument);
    }
    try {
      return TensorFunction.typeOf(function.add(program, arguments).type(), types);
    } catch (QuerySyntaxException e) {
      // The validator finds it again, and knows the place.
      return null;
    }
  }
}

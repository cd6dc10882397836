package dev.sheaf.query.internal.functions;

import dev.sheaf.format.DType;
import dev.sheaf.format.QuerySyntaxException;
import dev.sheaf.query.internal.types.SheafTypeFactory;
import dev.sheaf.query.internal.types.TensorSqlType;
import dev.sheaf.query.tensor.ProgramBuilder;
import dev.sheaf.query.tensor.TensorType;
import dev.sheaf.query.tensor.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.runtime.CalciteContextException;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;

/**
 * A function of tensors: one or a few operations of a tensor program. Its type is found by building
 * these on the types of its arguments, so that shapes are checked before anything runs. NULL in,
 * NULL out.
 */
public final class TensorFunction extends SqlFunction {
  private static final long serialVersionUID = 1L;

  private final transient Build build;
  private final int least;
  private final int most;

  /** Adds operations to a program. */
  @FunctionalInterface
  interface Build {
    Value add(ProgramBuilder program, List<Argument> arguments);
  }

  TensorFunction(String name, int least, int most, Build build) {
    super(
        name,
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.ARG0,
        null,
        OperandTypes.VARIADIC,
        SqlFunctionCategory.USER_DEFINED_FUNCTION);
    this.least = least;
    this.most = most;
    this.build = build;
  }

  /** Adds the function to a program. */
  public Value add(ProgramBuilder program, List<Argument> arguments) {
    if (arguments.size() < least || arguments.size() > most) {
      throw Argument.bad(
          shownName()
              + " takes "
              + (least == most ? least + "" : least + " to " + most)
              + " arguments, got "
              + arguments.size(),
          "See docs/sql.md for the functions");
    }
    Value value = build.add(program, arguments);
    // A sum of unsigned numbers is one number of SQL, which has no unsigned ones.
    return value.rank() == 0 && value.dtype() == DType.UINT64
        ? program.cast(value, DType.INT64)
        : value;
  }

  private String shownName() {
    return getName().toLowerCase(Locale.ROOT);
  }

  /** Returns an argument of a type in a program, or null if the type has no place in one. */
  public static Argument input(ProgramBuilder program, String name, RelDataType type) {
    if (type instanceof TensorSqlType tensor) {
      return Argument.of(program.input(name, tensor.tensor()));
    }
    DType dtype = SheafTypeFactory.dtype(type);
    return dtype == null ? null : Argument.of(program.input(name, TensorType.scalar(dtype)));
  }

  /** Returns a literal in a program. */
  public static Argument literal(ProgramBuilder program, Object value, boolean exact) {
    if (value instanceof Boolean bool) {
      return new Argument(program.literal(bool), bool);
    }
    if (value instanceof BigDecimal number) {
      return new Argument(
          exact && number.scale() <= 0
              ? program.literal(number.longValueExact())
              : program.literal(number.doubleValue()),
          number);
    }
    return new Argument(null, value);
  }

  @Override
  public RelDataType inferReturnType(SqlOperatorBinding binding) {
    ProgramBuilder program = new ProgramBuilder();
    List<Argument> arguments = new ArrayList<>();
    boolean nullable = false;
    for (int i = 0; i < binding.getOperandCount(); i++) {
      RelDataType type = binding.getOperandType(i);
      nullable |= type.isNullable();
      Argument argument = literal(program, binding, i, type);
      argument = argument == null ? input(program, "x" + i, type) : argument;
      if (argument == null) {
        throw Argument.bad(
            shownName() + " takes tensors and numbers, got " + type,
            "See docs/sql.md for the functions");
      }
      arguments.add(argument);
    }
    SheafTypeFactory types = (SheafTypeFactory) binding.getTypeFactory();
    return types.createTypeWithNullability(typeOf(add(program, arguments).type(), types), nullable);
  }

  /** Returns the SQL type of a result: without axes, that of a number. */
  static RelDataType typeOf(TensorType type, SheafTypeFactory types) {
    return type.rank() == 0 ? types.element(type.dtype()) : types.tensor(type);
  }

  private static Argument literal(
      ProgramBuilder program, SqlOperatorBinding binding, int i, RelDataType type) {
    if (!binding.isOperandLiteral(i, false) || type.getSqlTypeName() == SqlTypeName.NULL) {
      return null;
    }
    return switch (type.getSqlTypeName()) {
      case CHAR, VARCHAR ->
          literal(program, binding.getOperandLiteralValue(i, String.class), false);
      case BOOLEAN -> literal(program, binding.getOperandLiteralValue(i, Boolean.class), false);
      case REAL, FLOAT, DOUBLE ->
          literal(program, binding.getOperandLiteralValue(i, BigDecimal.class), false);
      default -> literal(program, binding.getOperandLiteralValue(i, BigDecimal.class), true);
    };
  }

  @Override
  public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    for (SqlNode operand : call.getOperandList()) {
      validator.deriveType(scope, operand);
    }
    try {
      return inferReturnType(new SqlCallBinding(validator, scope, call));
    } catch (QuerySyntaxException e) {
      SqlParserPos pos = call.getParserPosition();
      throw new CalciteContextException(
          e.headline(),
          e,
          pos.getLineNum(),
          pos.getColumnNum(),
          pos.getEndLineNum(),
          pos.getEndColumnNum());
    }
  }
}

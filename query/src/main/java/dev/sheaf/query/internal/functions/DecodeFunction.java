package dev.sheaf.query.internal.functions;

import dev.sheaf.format.DType;
import dev.sheaf.format.MediaKind;
import dev.sheaf.query.internal.types.MediaSqlType;
import dev.sheaf.query.internal.types.SheafTypeFactory;
import dev.sheaf.query.tensor.Dim;
import dev.sheaf.query.tensor.TensorType;
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
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;

/**
 * {@code decode(image[, mode])}: the pixels of an image as {@code uint8[h, w, 3]} for the mode
 * {@code RGB}, the default, or {@code uint8[h, w]} for {@code L}, the luma.
 */
public final class DecodeFunction extends SqlFunction {
  private static final long serialVersionUID = 1L;

  /** The function. */
  public static final DecodeFunction INSTANCE = new DecodeFunction();

  private DecodeFunction() {
    super(
        "DECODE",
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.ARG0,
        null,
        OperandTypes.VARIADIC,
        SqlFunctionCategory.USER_DEFINED_FUNCTION);
  }

  @Override
  public RelDataType inferReturnType(SqlOperatorBinding binding) {
    RelDataType type = binding.getOperandType(0);
    if (!(type instanceof MediaSqlType media) || media.kind() != MediaKind.IMAGE) {
      throw Argument.bad(
          "decode takes an image column, got " + type, "See `sheaf schema` for the columns");
    }
    String mode = "RGB";
    if (binding.getOperandCount() > 1) {
      mode =
          binding.isOperandLiteral(1, false) ? binding.getOperandLiteralValue(1, String.class) : "";
    }
    if (binding.getOperandCount() > 2 || !mode.equals("RGB") && !mode.equals("L")) {
      throw Argument.bad("decode knows no mode '" + mode + "'", "Write 'RGB' or 'L'");
    }
    SheafTypeFactory types = (SheafTypeFactory) binding.getTypeFactory();
    TensorType pixels =
        mode.equals("L")
            ? TensorType.of(DType.UINT8, Dim.UNKNOWN, Dim.UNKNOWN)
            : TensorType.of(DType.UINT8, Dim.UNKNOWN, Dim.UNKNOWN, Dim.of(3));
    return types.createTypeWithNullability(types.tensor(pixels), type.isNullable());
  }

  @Override
  public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    for (SqlNode operand : call.getOperandList()) {
      validator.deriveType(scope, operand);
    }
    try {
      return inferReturnType(new SqlCallBinding(validator, scope, call));
    } catch (dev.sheaf.format.QuerySyntaxException e) {
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

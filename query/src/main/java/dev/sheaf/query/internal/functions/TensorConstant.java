package dev.sheaf.query.internal.functions;

import dev.sheaf.format.Tensor;
import dev.sheaf.query.internal.types.SheafTypeFactory;
import dev.sheaf.query.tensor.TensorType;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.validate.SqlValidator;
import org.apache.calcite.sql.validate.SqlValidatorScope;

/** A tensor that was given as a parameter or written as an array: a function without arguments. */
public final class TensorConstant extends SqlFunction {
  private static final long serialVersionUID = 1L;

  private final transient Tensor tensor;
  private final transient SheafTypeFactory types;

  TensorConstant(String name, Tensor tensor, SheafTypeFactory types) {
    super(
        name + " " + tensor,
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.ARG0,
        null,
        OperandTypes.NILADIC,
        SqlFunctionCategory.USER_DEFINED_FUNCTION);
    this.tensor = tensor;
    this.types = types;
  }

  /** Returns the value. */
  public Tensor tensor() {
    return tensor;
  }

  @Override
  public RelDataType inferReturnType(SqlOperatorBinding binding) {
    return types.tensor(TensorType.of(tensor.dtype(), tensor.shape()));
  }

  @Override
  public RelDataType deriveType(SqlValidator validator, SqlValidatorScope scope, SqlCall call) {
    return inferReturnType(null);
  }
}

package dev.sheaf.query.internal.types;

import dev.sheaf.format.Type;
import org.apache.calcite.sql.type.AbstractSqlType;
import org.apache.calcite.sql.type.SqlTypeName;

/** {@code tensor<dtype, shape>} as a type of SQL. Immutable. */
public final class TensorSqlType extends AbstractSqlType {
  private static final long serialVersionUID = 1L;

  private final transient Type.Tensor tensor;

  TensorSqlType(Type.Tensor tensor, boolean nullable) {
    super(SqlTypeName.OTHER, nullable, null);
    this.tensor = tensor;
    computeDigest();
  }

  /** Returns dtype and shape. */
  public Type.Tensor tensor() {
    return tensor;
  }

  @Override
  protected void generateTypeString(StringBuilder text, boolean withDetail) {
    text.append(tensor);
  }
}

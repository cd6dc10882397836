package dev.sheaf.query.internal.functions;

import dev.sheaf.query.internal.types.SheafTypeFactory;
import java.math.BigDecimal;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.util.SqlShuttle;

/** Puts values in place of parameters, and DOUBLE in place of numbers with a point. */
public final class Rewriting extends SqlShuttle {
  private final List<Object> parameters;

  private Rewriting(List<Object> parameters) {
    this.parameters = parameters;
  }

  /** Returns the query to validate. */
  public static SqlNode rewrite(
      SqlNode query, List<Object> parameters, RelDataType samples, SheafTypeFactory types) {
    return query.accept(new Rewriting(parameters));
  }

  @Override
  public SqlNode visit(SqlLiteral literal) {
    if (literal instanceof SqlNumericLiteral number
        && number.getScale() != null
        && number.getScale() > 0) {
      return SqlLiteral.createApproxNumeric(
          number.bigDecimalValue().toString() + "E0", literal.getParserPosition());
    }
    return literal;
  }

  @Override
  public SqlNode visit(SqlDynamicParam parameter) {
    return literal(parameters.get(parameter.getIndex()), parameter.getParserPosition());
  }

  private static SqlNode literal(Object value, SqlParserPos pos) {
    if (value == null) {
      return SqlLiteral.createNull(pos);
    }
    if (value instanceof Boolean bool) {
      return SqlLiteral.createBoolean(bool, pos);
    }
    if (value instanceof Float || value instanceof Double) {
      return SqlLiteral.createApproxNumeric(
          new BigDecimal(value.toString()).toString() + "E0", pos);
    }
    if (value instanceof Number number) {
      return SqlLiteral.createExactNumeric(number.toString(), pos);
    }
    return SqlLiteral.createCharString(value.toString(), pos);
  }
}

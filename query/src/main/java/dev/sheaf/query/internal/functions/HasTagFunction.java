package dev.sheaf.query.internal.functions;

import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * {@code has_tag(tags, tag[, modality])}: whether some assignment of a column of tags is of a tag,
 * and of a modality. The column is a list of structs with a text {@code tag}, as curation writes
 * it, or a list of texts. Null where the list or the tag is null.
 */
public final class HasTagFunction extends SqlFunction {
  private static final long serialVersionUID = 1L;

  /** The function. */
  public static final HasTagFunction INSTANCE = new HasTagFunction();

  private HasTagFunction() {
    super(
        "HAS_TAG",
        SqlKind.OTHER_FUNCTION,
        ReturnTypes.BOOLEAN_NULLABLE,
        null,
        new Operands(),
        SqlFunctionCategory.USER_DEFINED_FUNCTION);
  }

  private static final class Operands implements SqlOperandTypeChecker {
    @Override
    public boolean checkOperandTypes(SqlCallBinding binding, boolean throwOnFailure) {
      RelDataType list = binding.getOperandType(0);
      RelDataType element = list.getComponentType();
      boolean known = element != null && (isTags(element) || SqlTypeUtil.isCharacter(element));
      for (int i = 1; i < binding.getOperandCount(); i++) {
        known &= SqlTypeUtil.isCharacter(binding.getOperandType(i));
      }
      known &= binding.getOperandCount() == 2 || element != null && element.isStruct();
      if (!known && throwOnFailure) {
        throw binding.newValidationSignatureError();
      }
      return known;
    }

    private static boolean isTags(RelDataType element) {
      if (!element.isStruct()) {
        return false;
      }
      RelDataTypeField tag = element.getField("tag", true, false);
      return tag != null && SqlTypeUtil.isCharacter(tag.getType());
    }

    @Override
    public SqlOperandCountRange getOperandCountRange() {
      return SqlOperandCountRanges.between(2, 3);
    }

    @Override
    public String getAllowedSignatures(SqlOperator operator, String name) {
      return "has_tag(<list of tags>, <text>), has_tag(<list of tags>, <text>, <modality>)";
    }
  }
}

package dev.sheaf.query.internal.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.sql.SqlIdentifier;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.validate.SelectScope;
import org.apache.calcite.sql.validate.SqlValidatorCatalogReader;
import org.apache.calcite.sql.validate.SqlValidatorImpl;

/** Calcite's validator; a star leaves out Sheaf's own columns, whose names begin with {@code _}. */
final class SheafValidator extends SqlValidatorImpl {
  SheafValidator(
      SqlOperatorTable operators,
      SqlValidatorCatalogReader catalog,
      RelDataTypeFactory types,
      Config config) {
    super(operators, catalog, types, config);
  }

  @Override
  protected void addToSelectList(
      List<SqlNode> list,
      Set<String> aliases,
      List<Map.Entry<String, RelDataType>> fields,
      SqlNode node,
      SelectScope scope,
      boolean includeSystemVars) {
    boolean own =
        node instanceof SqlIdentifier identifier
            && identifier.names.get(identifier.names.size() - 1).startsWith("_");
    if (!own) {
      super.addToSelectList(list, aliases, fields, node, scope, includeSystemVars);
    }
  }
}

package dev.sheaf.query.internal.functions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.fun.SqlLibrary;
import org.apache.calcite.sql.fun.SqlLibraryOperatorTableFactory;

/** The functions that a query may call. Stateless. */
public final class Functions {
  private Functions() {}

  /** Loaded on first use. */
  private static final class Tables {
    static final SqlOperatorTable ALL =
        SqlLibraryOperatorTableFactory.INSTANCE.getOperatorTable(
            SqlLibrary.STANDARD, SqlLibrary.POSTGRESQL);
  }

  /** Returns the operators that Calcite's validator looks names up in. */
  public static SqlOperatorTable operators() {
    return Tables.ALL;
  }

  /** Returns the names of all functions, for suggestions. */
  public static List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    for (org.apache.calcite.sql.SqlOperator operator : operators().getOperatorList()) {
      if (operator instanceof SqlFunction && operator.getName().matches("\\w+")) {
        names.add(operator.getName().toLowerCase(Locale.ROOT));
      }
    }
    return new ArrayList<>(names);
  }
}

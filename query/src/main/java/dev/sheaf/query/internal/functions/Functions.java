package dev.sheaf.query.internal.functions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.SqlFunction;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorTable;
import org.apache.calcite.sql.fun.SqlLibrary;
import org.apache.calcite.sql.fun.SqlLibraryOperatorTableFactory;
import org.apache.calcite.sql.fun.SqlLibraryOperators;
import org.apache.calcite.sql.util.SqlOperatorTables;

/** The functions that a query may call. Stateless. */
public final class Functions {
  private Functions() {}

  /** Loaded on first use. */
  private static final class Tables {
    static final SqlOperatorTable ALL =
        SqlOperatorTables.chain(
            SqlLibraryOperatorTableFactory.INSTANCE.getOperatorTable(
                SqlLibrary.STANDARD, SqlLibrary.POSTGRESQL),
            SqlOperatorTables.of(
                SqlLibraryOperators.ARRAY_CONTAINS,
                SqlLibraryOperators.ARRAY_DISTINCT,
                SqlLibraryOperators.ARRAY_EXCEPT,
                SqlLibraryOperators.ARRAY_INTERSECT,
                SqlLibraryOperators.ARRAY_MAX,
                SqlLibraryOperators.ARRAY_MIN,
                SqlLibraryOperators.ARRAY_POSITION,
                SqlLibraryOperators.ARRAY_UNION,
                SqlLibraryOperators.ARRAYS_OVERLAP,
                HasTagFunction.INSTANCE));
  }

  /** Returns the operators that Calcite's validator looks names up in. */
  public static SqlOperatorTable operators() {
    return Tables.ALL;
  }

  /** Tells whether an expression calls a function that only our operators run. */
  public static boolean hasOwn(RexNode node) {
    boolean[] found = {false};
    node.accept(
        new RexVisitorImpl<Void>(true) {
          @Override
          public Void visitCall(RexCall call) {
            SqlOperator operator = call.getOperator();
            found[0] |=
                operator instanceof TensorFunction
                    || operator instanceof TensorConstant
                    || operator instanceof DecodeFunction
                    || operator instanceof HasTagFunction;
            return super.visitCall(call);
          }
        });
    return found[0];
  }

  /** Returns the names of all functions, for suggestions. */
  public static List<String> names() {
    TreeSet<String> names = new TreeSet<>();
    TensorCatalog.names().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    for (SqlOperator operator : operators().getOperatorList()) {
      if (operator instanceof SqlFunction && operator.getName().matches("\\w+")) {
        names.add(operator.getName().toLowerCase(Locale.ROOT));
      }
    }
    return new ArrayList<>(names);
  }
}

package dev.sheaf.format.internal.source;

import dev.sheaf.format.Location;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a column may be called. */
public final class ColumnNames {
  private ColumnNames() {}

  /** Checks the names of a table with a header. */
  public static void check(List<String> names, Location where) {
    checkCount(names.size(), where);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      check(names.get(i), i, where);
      if (!seen.add(names.get(i))) {
        throw InputErrors.duplicateName(names.get(i), where);
      }
    }
  }

  /** Checks one name. */
  public static void check(String name, int position, Location where) {
    if (name.isBlank()) {
      throw InputErrors.emptyName(position, where);
    }
    if (name.startsWith("_")) {
      throw InputErrors.reservedName(name, where);
    }
  }

  public static void checkCount(int count, Location where) {
    if (count > Limits.COLUMNS) {
      throw InputErrors.tooManyColumns(count, where);
    }
  }
}

package dev.sheaf.query;

import dev.sheaf.format.Type;
import java.util.Objects;

/**
 * A column of a query's result.
 *
 * @param name the name; names may repeat
 * @param type the type of its values
 * @param sqlType the type as SQL spells it
 */
public record ResultColumn(String name, Type type, String sqlType) {
  /** Requires all. */
  public ResultColumn {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(sqlType, "sqlType");
  }
}

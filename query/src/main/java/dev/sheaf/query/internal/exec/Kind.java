package dev.sheaf.query.internal.exec;

import org.apache.calcite.rel.type.RelDataType;

/** Which kind of {@link Vec} holds the values of a SQL type. */
enum Kind {
  LONG,
  DOUBLE,
  BOOL,
  TEXT,
  OBJECT;

  static Kind of(RelDataType type) {
    return switch (type.getSqlTypeName()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT, DATE, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          LONG;
      case REAL, FLOAT, DOUBLE -> DOUBLE;
      case BOOLEAN -> BOOL;
      case CHAR, VARCHAR, BINARY, VARBINARY -> TEXT;
      default -> OBJECT;
    };
  }
}

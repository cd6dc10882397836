package dev.sheaf.format.internal.sink;

import dev.sheaf.format.Column;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Location;
import java.nio.file.Path;

/** What can be wrong with an export: one code, one sentence and one advice each. */
public final class SinkErrors {
  private SinkErrors() {}

  /** Returns a problem with a code of this package, {@code SHEAF-EXP-0xx}. */
  public static InvalidInputException of(int code, String fact, Location where, String advice) {
    return new InvalidInputException(String.format("SHEAF-EXP-%03d", code), fact, where, advice);
  }

  /** A column that a format has no place for. */
  static InvalidSchemaException noPlace(String format, Column column, String why, String instead) {
    return new InvalidSchemaException(
        "SHEAF-EXP-002",
        format + " cannot carry " + column.type() + (why.isEmpty() ? "" : ": " + why),
        Location.NONE.with("column", column.name()),
        "Name the columns to export without \""
            + column.name()
            + "\" (--columns)"
            + (instead.isEmpty() ? "" : ", or " + instead));
  }

  /** A value that a format has no place for. */
  static InvalidInputException badValue(String format, String why, String column, String instead) {
    return of(
        3,
        format + " cannot carry a value: " + why,
        Location.NONE.with("column", column),
        "Name the columns to export without \""
            + column
            + "\" (--columns), export a view without the sample"
            + (instead.isEmpty() ? "" : ", or " + instead));
  }

  /** A name that a format has no place for, or that two columns would share. */
  static InvalidSchemaException badName(String fact, String column) {
    return new InvalidSchemaException(
        "SHEAF-EXP-009",
        fact,
        Location.NONE.with("column", column),
        "Rename the column, or name the columns to export without it (--columns)");
  }

  /** The folder is there and was not asked to be replaced. */
  public static InvalidInputException exists(Path folder) {
    return of(
        4,
        "The folder exists and is not empty",
        Location.of(folder),
        "Choose another, or pass --overwrite to replace an earlier export");
  }

  /** The folder is there and is no export. */
  public static InvalidInputException notAnExport(Path folder) {
    return of(
        5,
        "The folder is not an export of Sheaf, so it is not replaced",
        Location.of(folder),
        "Choose another, or remove it yourself");
  }

  /** Adds the sample to an error about one of its values. */
  static DatasetException located(DatasetException e, long index) {
    if (e instanceof InvalidInputException) {
      return new InvalidInputException(
          e.code(), e.headline(), e.location().with("sample", index), e.hint(), e);
    }
    return e;
  }
}

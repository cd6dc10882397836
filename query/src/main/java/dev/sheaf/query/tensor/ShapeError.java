package dev.sheaf.query.tensor;

import dev.sheaf.format.Location;
import dev.sheaf.format.QuerySyntaxException;

/** The errors of programs: a code for each family, one way to make them. */
final class ShapeError {
  /** Shapes do not fit each other or the operation. */
  static final String SHAPE = "SHEAF-TEN-001";

  /** A dtype that the operation does not take. */
  static final String DTYPE = "SHEAF-TEN-002";

  /** A slice, index or axis that the tensor does not have. */
  static final String INDEX = "SHEAF-TEN-003";

  /** An argument out of its range. */
  static final String ARGUMENT = "SHEAF-TEN-004";

  /** Inputs or outputs of a run that do not fit the program. */
  static final String RUN = "SHEAF-TEN-005";

  private ShapeError() {}

  static QuerySyntaxException of(String code, String headline, String hint) {
    return new QuerySyntaxException(code, headline, Location.NONE, hint);
  }
}

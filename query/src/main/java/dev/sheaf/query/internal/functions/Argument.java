package dev.sheaf.query.internal.functions;

import dev.sheaf.format.Location;
import dev.sheaf.format.QuerySyntaxException;
import dev.sheaf.query.tensor.Value;
import java.math.BigDecimal;

/**
 * An argument of a tensor function.
 *
 * @param value the value in the program, or null for text
 * @param literal a literal as BigDecimal, Boolean or String, or null
 */
public record Argument(Value value, Object literal) {
  /** Returns an argument that is no literal. */
  public static Argument of(Value value) {
    return new Argument(value, null);
  }

  Value tensor(String function) {
    if (value == null) {
      throw bad(function + " takes a tensor, got the text '" + literal + "'", "Give a tensor");
    }
    return value;
  }

  int whole(String what) {
    if (literal instanceof BigDecimal number && number.stripTrailingZeros().scale() <= 0) {
      return number.intValueExact();
    }
    throw bad(what + " is no whole number", "Give it as a literal, for example 64");
  }

  double number(String what) {
    if (literal instanceof BigDecimal number) {
      return number.doubleValue();
    }
    throw bad(what + " is no number", "Give it as a literal, for example 0.5");
  }

  String text(String what) {
    if (literal instanceof String text) {
      return text;
    }
    throw bad(what + " is no text", "Give it in quotes");
  }

  static QuerySyntaxException bad(String headline, String hint) {
    return new QuerySyntaxException("SHEAF-QRY-007", headline, Location.NONE, hint);
  }
}

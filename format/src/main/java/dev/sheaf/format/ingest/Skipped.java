package dev.sheaf.format.ingest;

import dev.sheaf.format.DatasetException;
import java.util.Objects;

/**
 * An item that was left out.
 *
 * @param where the file and the place in it, for example {@code photos/captions.csv, row=3, line=5}
 * @param code the stable code of the problem
 * @param reason what is wrong
 * @param hint what to do, or the empty string
 */
public record Skipped(String where, String code, String reason, String hint) {
  /** Requires all parts. */
  public Skipped {
    Objects.requireNonNull(where, "where");
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(hint, "hint");
  }

  static Skipped of(DatasetException problem) {
    return new Skipped(
        problem.location().toString(), problem.code(), problem.headline(), problem.hint());
  }

  @Override
  public String toString() {
    return where + ": " + reason + " [" + code + "]";
  }
}

package dev.sheaf.format;

import java.util.Objects;
import java.util.Optional;

/**
 * One column of a schema.
 *
 * @param id the column's identity, 16 hex digits derived from the run that added it and its first
 *     name; stable across renames and the same on every branch; the empty string for a column that
 *     is not committed
 * @param name the present name
 * @param type the present type; older cells of a narrower type are widened when read
 * @param defaultJson what a sample without a cell shows, as JSON text; {@code null} as text for
 *     null
 * @param derivation how the cells are computed from other columns, or null for data that came from
 *     outside
 */
public record Column(String id, String name, Type type, String defaultJson, Derivation derivation) {
  /** Checks the parts. */
  public Column {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(defaultJson, "defaultJson");
  }

  /** Returns a new column, not yet committed, whose missing cells are null. */
  public static Column of(String name, Type type) {
    return new Column("", name, type, "null", null);
  }

  /** Returns how the cells are computed, or empty for data that came from outside. */
  public Optional<Derivation> derived() {
    return Optional.ofNullable(derivation);
  }

  /**
   * How a derived column is computed. A cell is stale when an input cell has changed since.
   *
   * @param inputs the ids of the columns that are read
   * @param code the digest of the code and its parameters
   */
  public record Derivation(java.util.List<String> inputs, String code) {
    /** Copies the list. */
    public Derivation {
      inputs = java.util.List.copyOf(inputs);
      Objects.requireNonNull(code, "code");
    }
  }
}

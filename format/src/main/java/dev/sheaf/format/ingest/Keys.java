package dev.sheaf.format.ingest;

import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.PendingRow;

/** Gives rows their keys, in the order of the source. */
final class Keys {
  private static final int HASH_DIGITS = 32;

  private final KeyPolicy policy;
  private final KeyTable occurrences = new KeyTable();

  Keys(KeyPolicy policy) {
    this.policy = policy;
  }

  /** Tells whether the key of a row comes from the hash of its content. */
  boolean byHash(PendingRow row) {
    return policy.kind() == KeyPolicy.Kind.HASH
        || policy.kind() == KeyPolicy.Kind.DEFAULT && row.path().isEmpty();
  }

  /**
   * Returns the key of a row, for a key by hash that of its first occurrence. Safe for use by
   * several threads.
   *
   * @param hash the hash of the row, or empty if not known
   * @param ordinal the row's position in its file
   * @return the key, or null if the hash is needed and not known
   */
  String first(PendingRow row, String hash, long ordinal) {
    if (byHash(row)) {
      return hash.isEmpty() ? null : hash.substring(0, HASH_DIGITS) + "#1";
    }
    return switch (policy.kind()) {
      case DEFAULT, RELPATH ->
          row.path()
              .orElseThrow(
                  () ->
                      InputErrors.of(
                          46,
                          "The rows of a table have no path to be their key",
                          row.place().location(),
                          "Pass --key hash, row or column:NAME"));
      case ROW -> {
        if (row.path().isPresent()) {
          throw InputErrors.of(
              46,
              "A file is no row of a table",
              row.place().location(),
              "Pass --key relpath or hash");
        }
        yield row.place().file().name() + "#" + ordinal;
      }
      case COLUMN ->
          row.keyText(policy.column())
              .filter(text -> !text.isEmpty())
              .orElseThrow(
                  () ->
                      InputErrors.of(
                          45,
                          "The key column \"" + policy.column() + "\" is null or empty here",
                          row.place().location(),
                          "Fill it, choose another key, or pass --on-error skip to leave it out"));
      case HASH -> throw new AssertionError("handled above");
    };
  }

  /** Returns the final key; counts occurrences, so it is called once per row, in order. */
  String next(PendingRow row, String hash, long ordinal) {
    if (!byHash(row)) {
      return first(row, hash, ordinal);
    }
    String start = hash.substring(0, HASH_DIGITS);
    long count = occurrences.get(start) + 1;
    occurrences.put(start, count);
    return start + "#" + count;
  }
}

package dev.sheaf.format;

import java.util.Objects;

/**
 * The base of everything Sheaf reports about data, datasets and requests: a fact, where it was
 * found, and what to do.
 *
 * <p>The message reads {@code <fact> at <where>. <what to do>}. Trouble of the operating system (a
 * full disk, a missing permission) stays an {@link java.io.IOException} or {@link
 * java.io.UncheckedIOException}.
 */
public abstract sealed class DatasetException extends RuntimeException
    permits CorruptDataException,
        UnsupportedFormatException,
        InvalidSchemaException,
        InvalidInputException,
        QuerySyntaxException,
        CommitConflictException,
        NotFoundException,
        PurgedException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final String headline;
  private final transient Location location;
  private final String hint;

  DatasetException(String code, String headline, Location location, String hint, Throwable cause) {
    super(text(headline, location, hint), cause);
    this.code = Objects.requireNonNull(code, "code");
    this.headline = headline;
    this.location = location;
    this.hint = hint;
  }

  private static String text(String headline, Location location, String hint) {
    String where = location.parts().isEmpty() ? "" : " at " + location;
    String help = hint.isEmpty() ? "" : ". " + hint;
    return headline + where + help;
  }

  /** Returns the stable code, for example {@code SHEAF-CHK-001}. */
  public String code() {
    return code;
  }

  /** Returns the fact alone, without place and advice. */
  public String headline() {
    return headline;
  }

  /** Returns where the problem was found; never null, possibly {@link Location#NONE}. */
  public Location location() {
    return location == null ? Location.NONE : location;
  }

  /** Returns what to do, or the empty string. */
  public String hint() {
    return hint;
  }
}

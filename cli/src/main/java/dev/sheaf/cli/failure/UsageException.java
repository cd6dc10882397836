package dev.sheaf.cli.failure;

/** The command line cannot be understood; exit code 2. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final String hint;

  /**
   * Creates the exception.
   *
   * @param code the stable code, for example {@code SHEAF-CLI-002}
   * @param headline the fact
   * @param hint what to do, or the empty string
   */
  public UsageException(String code, String headline, String hint) {
    super(headline);
    this.code = code;
    this.hint = hint;
  }

  /** Returns the stable code. */
  public String code() {
    return code;
  }

  /** Returns what to do, or the empty string. */
  public String hint() {
    return hint;
  }
}

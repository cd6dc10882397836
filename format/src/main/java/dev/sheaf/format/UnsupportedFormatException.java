package dev.sheaf.format;

/** The dataset or file needs something this version of Sheaf does not know. */
public final class UnsupportedFormatException extends DatasetException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param code the stable code, for example {@code SHEAF-FMT-001}
   * @param headline the fact, with expected and actual
   * @param location where it was found
   * @param hint what to do, or the empty string
   */
  public UnsupportedFormatException(String code, String headline, Location location, String hint) {
    super(code, headline, location, hint, null);
  }

  /** Creates the exception with the error that showed it; see the other constructor. */
  public UnsupportedFormatException(
      String code, String headline, Location location, String hint, Throwable cause) {
    super(code, headline, location, hint, cause);
  }
}

package dev.sheaf.format;

/** Stored bytes are damaged: a checksum, length or structure does not hold. */
public final class CorruptDataException extends DatasetException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param code the stable code, for example {@code SHEAF-CHK-001}
   * @param headline the fact, with expected and actual
   * @param location where it was found
   * @param hint what to do, or the empty string
   */
  public CorruptDataException(String code, String headline, Location location, String hint) {
    super(code, headline, location, hint, null);
  }

  /** Creates the exception with the error that showed it; see the other constructor. */
  public CorruptDataException(
      String code, String headline, Location location, String hint, Throwable cause) {
    super(code, headline, location, hint, cause);
  }
}

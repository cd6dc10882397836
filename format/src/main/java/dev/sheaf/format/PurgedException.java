package dev.sheaf.format;

/**
 * The value was purged: its bytes are gone from every version, on purpose. What else the sample has
 * stays readable.
 */
public final class PurgedException extends DatasetException {
  private static final long serialVersionUID = 1L;

  /** The code of every such exception. */
  public static final String CODE = "SHEAF-PUR-001";

  /**
   * Creates the exception.
   *
   * @param headline when and why it was purged
   * @param location where it was
   */
  public PurgedException(String headline, Location location) {
    this(headline, location, null);
  }

  /** Creates the exception with the error that showed it. */
  public PurgedException(String headline, Location location, Throwable cause) {
    super(
        CODE,
        headline,
        location,
        "Its bytes are gone for good; leave the sample out, or use a version without it",
        cause);
  }
}

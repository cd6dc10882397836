package dev.sheaf.format.internal.media;

/** Says why a payload cannot be opened or decoded; callers turn it into an error with a place. */
public final class BadMediaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** What kind of trouble it is. */
  public enum Reason {
    /** No format or codec that this build decodes. */
    UNKNOWN,
    /** Cut short, or bytes that no encoder writes. */
    DAMAGED,
    /** More pixels, samples or bytes than allowed. */
    TOO_LARGE,
    /** Known, but of a kind that is not supported. */
    UNSUPPORTED
  }

  /** Creates the exception; {@code fact} is a clause about the payload, such as "it has no …". */
  public BadMediaException(Reason reason, String fact) {
    super(fact, null, false, false);
    this.reason = reason;
  }

  /** Returns what kind of trouble it is. */
  public Reason reason() {
    return reason;
  }
}

package dev.sheaf.format.internal.git;

/**
 * Bytes that cannot be what they should be; the message is the fact, the catcher knows the place.
 */
final class BadObject extends Exception {
  private static final long serialVersionUID = 1L;

  BadObject(String fact) {
    super(fact, null, false, false);
  }
}

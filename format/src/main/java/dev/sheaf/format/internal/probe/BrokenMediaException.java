package dev.sheaf.format.internal.probe;

/** Says what does not hold in a payload; never leaves {@link MediaProbe}. */
final class BrokenMediaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BrokenMediaException(String defect) {
    super(defect, null, false, false);
  }
}

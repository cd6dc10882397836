package dev.sheaf.curation.step;

import java.util.Objects;

/**
 * What a step computed from one sample: bytes whose meaning only the step knows, or why it could
 * not. Immutable; the bytes are not copied and nobody changes them.
 */
public final class Feature {
  private final byte[] bytes;
  private final String failure;

  private Feature(byte[] bytes, String failure) {
    this.bytes = bytes;
    this.failure = failure;
  }

  /** Returns a feature. */
  public static Feature of(byte[] bytes) {
    return new Feature(Objects.requireNonNull(bytes, "bytes"), "");
  }

  /**
   * Returns the feature of a sample that cannot be looked at, for example because its picture is
   * damaged. It is kept like any other, so only for trouble that stays until the sample changes.
   */
  public static Feature failed(String why) {
    return new Feature(new byte[0], why.isEmpty() ? "failed" : why);
  }

  /** Tells whether the sample could not be looked at. */
  public boolean isFailed() {
    return !failure.isEmpty();
  }

  /** Returns why it could not be looked at, or the empty string. */
  public String failure() {
    return failure;
  }

  /** Returns the bytes. */
  public byte[] bytes() {
    return bytes;
  }
}

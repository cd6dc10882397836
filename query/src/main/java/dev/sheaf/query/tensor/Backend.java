package dev.sheaf.query.tensor;

import dev.sheaf.query.internal.tensor.Kernels;

/**
 * What computes a program. All backends give the same bits, but for exp and log, which may differ
 * in the last two places between releases.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Backend {
  private static final Backend SCALAR = new Backend(new Kernels(), "plain Java loops");

  private final Kernels kernels;
  private final String description;

  private Backend(Kernels kernels, String description) {
    this.kernels = kernels;
    this.description = description;
  }

  /** Returns the plain Java loops that specify every result. */
  public static Backend scalar() {
    return SCALAR;
  }

  /** Returns the fastest backend of this JVM. */
  public static Backend best() {
    return SCALAR;
  }

  /** Returns {@code scalar} or {@code vector}. */
  public String name() {
    return kernels.name();
  }

  /** Returns what the backend is, for people: why it was chosen, its register width. */
  public String description() {
    return description;
  }

  Kernels kernels() {
    return kernels;
  }

  @Override
  public String toString() {
    return name() + " (" + description + ")";
  }
}

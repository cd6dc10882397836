package dev.sheaf.query.tensor;

import dev.sheaf.query.internal.tensor.AdaptiveKernels;
import dev.sheaf.query.internal.tensor.KernelSearch;
import dev.sheaf.query.internal.tensor.Kernels;
import java.util.Optional;

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

  /** Found on first use. */
  private static final class Best {
    static final Backend INSTANCE = find();

    private static Backend find() {
      KernelSearch.Found found = KernelSearch.best();
      return new Backend(found.kernels(), found.reason());
    }
  }

  /** Returns the plain Java loops that specify every result. */
  public static Backend scalar() {
    return SCALAR;
  }

  /**
   * Returns the kernels on jdk.incubator.vector, whatever their speed, or empty when the JVM was
   * started neither with {@code --add-modules jdk.incubator.vector} nor with {@code --add-exports
   * java.base/jdk.internal.module=ALL-UNNAMED}, by which the module is loaded when it is needed.
   */
  public static Optional<Backend> vector() {
    return KernelSearch.vector()
        .map(kernels -> new Backend(kernels, kernels.bits() + "-bit registers"));
  }

  /**
   * Returns the backend to use. It begins with the scalar kernels; where {@link #vector()} is there
   * and the JVM has its optimising compiler, it tries the vector kernels in the background once
   * some 30 million elements have been reduced, and goes over to them when they agree bit for bit
   * and are faster. The system property {@code sheaf.tensor.backend} set to {@code scalar} or
   * {@code vector} takes the place of the measurement.
   */
  public static Backend best() {
    return Best.INSTANCE;
  }

  /** Returns {@code scalar} or {@code vector}. */
  public String name() {
    return kernels.name();
  }

  /** Returns what the backend is, for people: why it was chosen, its register width. */
  public String description() {
    return kernels instanceof AdaptiveKernels adaptive ? adaptive.reason() : description;
  }

  Kernels kernels() {
    return kernels;
  }

  @Override
  public String toString() {
    return name() + " (" + description() + ")";
  }
}

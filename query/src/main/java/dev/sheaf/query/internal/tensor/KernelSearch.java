package dev.sheaf.query.internal.tensor;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Finds the fastest kernels that this JVM runs correctly: vector kernels when the module
 * jdk.incubator.vector is there or can be loaded, the optimising compiler is on, they agree with
 * the scalar ones bit for bit, and a measurement finds them faster.
 *
 * <p>The system property {@code sheaf.tensor.backend} with the value {@code scalar} or {@code
 * vector} decides instead of the measurement, never instead of the comparison.
 */
public final class KernelSearch {
  /** The property that overrides the measurement. */
  public static final String PROPERTY = "sheaf.tensor.backend";

  /** By then C2 has compiled the kernels on any machine that is not starved. */
  private static final long BUDGET_NANOS = 2_000_000_000L;

  private static final int LENGTH = 1024;
  private static final int ROUNDS = 51;

  /**
   * What was found.
   *
   * @param kernels the kernels, scalar ones when there is nothing better
   * @param reason why these, for people
   * @param settled whether another search would find the same
   */
  public record Found(Kernels kernels, String reason, boolean settled) {}

  private KernelSearch() {}

  /**
   * Returns the kernels to use by default, at once: the scalar ones where the vector ones are out
   * of the question, else {@link AdaptiveKernels}.
   */
  public static Found best() {
    String wanted = System.getProperty(PROPERTY, "");
    if (wanted.equals("scalar")) {
      return scalar("asked for by " + PROPERTY);
    }
    if (!VectorModule.isPossible()) {
      return scalar("the JVM was started without --add-modules jdk.incubator.vector");
    }
    if (wanted.equals("vector")) {
      return checked().orElseGet(() -> scalar("the vector kernels do not work here"));
    }
    if (!optimises()) {
      return scalar("the JVM runs without its optimising compiler");
    }
    AdaptiveKernels kernels = new AdaptiveKernels();
    return new Found(kernels, kernels.reason(), true);
  }

  /** Returns the vector kernels where the JVM has the module, whatever their speed. */
  public static Optional<Kernels> vector() {
    if (!VectorModule.load()) {
      return Optional.empty();
    }
    Iterator<Kernels> found =
        ServiceLoader.load(Kernels.class, Kernels.class.getClassLoader()).iterator();
    return found.hasNext() ? Optional.of(found.next()) : Optional.empty();
  }

  /** Compares and measures; takes some 300 ms where the vector kernels are good, at most 2 s. */
  static Found measured() {
    Kernels kernels;
    try {
      Optional<Kernels> found = vector();
      if (found.isEmpty()) {
        return scalar("this JVM has no vector kernels");
      }
      kernels = found.get();
      if (!new SelfCheck(new Kernels(), kernels).agree()) {
        return scalar("the vector kernels differ from the scalar ones on this machine");
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      return scalar("the vector kernels do not load: " + e);
    }
    if (!isFaster(kernels)) {
      String reason = "the vector kernels were not faster when they were tried";
      return new Found(new Kernels(), reason, false);
    }
    // Again, now that they are compiled.
    return new SelfCheck(new Kernels(), kernels).agree()
        ? new Found(kernels, kernels.bits() + "-bit registers", true)
        : scalar("the vector kernels differ from the scalar ones on this machine");
  }

  private static Optional<Found> checked() {
    return vector()
        .filter(kernels -> new SelfCheck(new Kernels(), kernels).agree())
        .map(
            kernels ->
                new Found(
                    kernels, kernels.bits() + "-bit registers, asked for by " + PROPERTY, true));
  }

  private static Found scalar(String reason) {
    return new Found(new Kernels(), reason, true);
  }

  /** Without C2 each vector operation allocates: a hundred times slower than a plain loop. */
  private static boolean optimises() {
    String info = System.getProperty("java.vm.info", "");
    return !info.contains("emulated-client") && !info.contains("interpreted");
  }

  /**
   * Runs both until the median of the last rounds is better. Nothing can be said before C2 has
   * compiled the vector kernels, which takes 100 to 500 ms; until then they are far slower. On a
   * busy machine many rounds are interrupted, so no single one counts.
   */
  private static boolean isFaster(Kernels kernels) {
    Round round = new Round();
    Kernels scalar = new Kernels();
    long end = System.nanoTime() + BUDGET_NANOS;
    long[] plain = new long[ROUNDS];
    long[] fast = new long[ROUNDS];
    while (System.nanoTime() < end) {
      for (int i = 0; i < ROUNDS; i++) {
        plain[i] = round.time(scalar);
        fast[i] = round.time(kernels);
      }
      Arrays.sort(plain);
      Arrays.sort(fast);
      if (fast[ROUNDS / 2] * 1.1 < plain[ROUNDS / 2]) {
        return true;
      }
    }
    return false;
  }

  /** One call of every kernel. */
  private static final class Round {
    private final float[] floats = new float[LENGTH];
    private final float[] floatPartial = new float[LaneOrder.LANES];
    private final double[] doubles = new double[LENGTH];
    private final double[] doublePartial = new double[LaneOrder.LANES];

    Round() {
      Arrays.fill(floats, 1);
      Arrays.fill(doubles, 1);
    }

    long time(Kernels kernels) {
      long start = System.nanoTime();
      kernels.sum(floats, 0, LENGTH, floatPartial);
      kernels.product(floats, 0, LENGTH, floatPartial);
      kernels.dot(floats, 0, floats, 0, LENGTH, floatPartial);
      kernels.squaredDistance(floats, 0, floats, 0, LENGTH, floatPartial);
      kernels.sum(doubles, 0, LENGTH, doublePartial);
      kernels.product(doubles, 0, LENGTH, doublePartial);
      kernels.dot(doubles, 0, doubles, 0, LENGTH, doublePartial);
      kernels.squaredDistance(doubles, 0, doubles, 0, LENGTH, doublePartial);
      floatPartial[0] = kernels.least(kernels.greatest(1, floats, 0, LENGTH), floats, 0, LENGTH);
      doublePartial[0] = kernels.least(kernels.greatest(1, doubles, 0, LENGTH), doubles, 0, LENGTH);
      return System.nanoTime() - start;
    }
  }
}

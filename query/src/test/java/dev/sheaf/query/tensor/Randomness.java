package dev.sheaf.query.tensor;

import java.util.List;
import java.util.Random;

/** Random cases that can be replayed: {@code tests.seed} and {@code tests.iters}. */
final class Randomness {
  private final Random random;

  @FunctionalInterface
  interface Body {
    void run(Randomness random) throws Exception;
  }

  Randomness(long seed) {
    random = new Random(seed);
  }

  static void repeat(int iterations, Body body) {
    long first = property("tests.seed", System.nanoTime());
    long count = property("tests.iters", iterations);
    for (long seed = first; seed < first + count; seed++) {
      try {
        body.run(new Randomness(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("replay with -Dtests.seed=" + seed + " -Dtests.iters=1: " + e, e);
      }
    }
  }

  private static long property(String name, long fallback) {
    String value = System.getProperty(name, "");
    return value.isEmpty() ? fallback : Long.parseLong(value);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  long bits() {
    return random.nextLong();
  }

  double gaussian() {
    return random.nextGaussian();
  }

  <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  @SafeVarargs
  final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}

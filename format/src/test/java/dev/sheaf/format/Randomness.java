package dev.sheaf.format;

import java.util.List;
import java.util.Random;

/**
 * Randomness that can be replayed: a failure names its seed, {@code -Dtests.seed=SEED
 * -Dtests.iters=1} repeats it, {@code -Dtests.iters=N} tries N seeds. Not safe for use by several
 * threads.
 */
public final class Randomness {
  private final long seed;
  private final Random random;

  /** What is tried with each seed. */
  @FunctionalInterface
  public interface Body {
    /** Runs once. */
    void run(Randomness random) throws Exception;
  }

  /** Creates the randomness of a seed. */
  public Randomness(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** Runs {@code body} with this many seeds, or as many as {@code tests.iters} says. */
  public static void repeat(int iterations, Body body) {
    repeatFrom(System.nanoTime(), iterations, body);
  }

  /** The same with seeds from {@code firstSeed} on, unless {@code tests.seed} says another. */
  public static void repeatFrom(long firstSeed, int iterations, Body body) {
    long first = property("tests.seed", firstSeed);
    long count = property("tests.iters", iterations);
    for (long i = 0; i < count; i++) {
      Randomness one = new Randomness(first + i);
      try {
        body.run(one);
      } catch (Exception | AssertionError e) {
        throw one.failure(e);
      }
    }
  }

  /** Returns the randomness of {@code tests.seed}, or of a seed of this run's own. */
  public static Randomness ofThisRun() {
    return new Randomness(property("tests.seed", System.nanoTime()));
  }

  private static long property(String name, long fallback) {
    String value = System.getProperty(name, "");
    return value.isEmpty() ? fallback : Long.parseLong(value);
  }

  /** Returns the seed. */
  public long seed() {
    return seed;
  }

  /** Returns how this seed is tried again. */
  public String replay() {
    return "replay with -Dtests.seed=" + seed + " -Dtests.iters=1";
  }

  /** Returns the failure of a test with this seed, which says how it is tried again. */
  public AssertionError failure(Throwable cause) {
    return new AssertionError(replay() + ": " + cause, cause);
  }

  /** Returns a number from 0 to {@code bound - 1}. */
  public int below(int bound) {
    return random.nextInt(bound);
  }

  /** Returns a number from {@code least} to {@code most}. */
  public int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  /** Returns true {@code percent} times out of a hundred. */
  public boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  /** Returns 64 random bits. */
  public long bits() {
    return random.nextLong();
  }

  /** Returns one of these. */
  public <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Returns one of these. */
  @SafeVarargs
  public final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** Returns random bytes. */
  public byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Shuffles in place. */
  public <T> void shuffle(List<T> list) {
    java.util.Collections.shuffle(list, random);
  }
}

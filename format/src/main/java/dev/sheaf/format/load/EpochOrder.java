package dev.sheaf.format.load;

/**
 * The order of the samples in one epoch: a bijection of {@code [0, size)} that is a pure function
 * of size, seed and epoch. Nothing is kept in memory, and any position is found at once, both ways.
 * Immutable.
 *
 * <p>A Feistel network of 24 rounds over the least number of bits that holds all indices, at least
 * 2, with cycle walking: a value that is no index is put through again. The halves differ by a bit
 * where the number of bits is odd. See J. Black and P. Rogaway, "Ciphers with Arbitrary Finite
 * Domains", CT-RSA 2002. The exact steps are in {@code docs/loader.md}.
 */
public final class EpochOrder {
  private static final int ROUNDS = 24;
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final long size;
  private final int lowBits;
  private final long lowMask;
  private final long highMask;
  private final long[] keys = new long[ROUNDS];

  private EpochOrder(long size, long seed, long epoch) {
    this.size = size;
    int bits = Math.max(2, Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, size - 1)));
    this.lowBits = bits - bits / 2;
    this.lowMask = (1L << lowBits) - 1;
    this.highMask = (1L << bits / 2) - 1;
    long state = mix(mix(seed) ^ epoch);
    for (int i = 0; i < ROUNDS; i++) {
      state += GOLDEN_GAMMA;
      keys[i] = mix(state);
    }
  }

  /**
   * Returns the order of an epoch.
   *
   * @param size the number of samples
   * @param seed any number
   * @param epoch any number; 0 for the first
   * @throws IllegalArgumentException if {@code size} is negative
   */
  public static EpochOrder of(long size, long seed, long epoch) {
    if (size < 0) {
      throw new IllegalArgumentException("size=" + size + " is negative");
    }
    return new EpochOrder(size, seed, epoch);
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014; variant 13 of Stafford). */
  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Returns the number of samples. */
  public long size() {
    return size;
  }

  /**
   * Returns the index of the sample at a position of the epoch.
   *
   * @throws IndexOutOfBoundsException if the position is outside {@code [0, size)}
   */
  public long indexAt(long position) {
    long value = java.util.Objects.checkIndex(position, size);
    do {
      long low = value & lowMask;
      long high = value >>> lowBits;
      for (int i = 0; i < ROUNDS; i += 2) {
        high ^= mix(low ^ keys[i]) & highMask;
        low ^= mix(high ^ keys[i + 1]) & lowMask;
      }
      value = high << lowBits | low;
    } while (value >= size);
    return value;
  }

  /**
   * Returns the position in the epoch of the sample at an index; undoes {@link #indexAt}.
   *
   * @throws IndexOutOfBoundsException if the index is outside {@code [0, size)}
   */
  public long positionOf(long index) {
    long value = java.util.Objects.checkIndex(index, size);
    do {
      long low = value & lowMask;
      long high = value >>> lowBits;
      for (int i = ROUNDS - 2; i >= 0; i -= 2) {
        low ^= mix(high ^ keys[i + 1]) & lowMask;
        high ^= mix(low ^ keys[i]) & highMask;
      }
      value = high << lowBits | low;
    } while (value >= size);
    return value;
  }
}

package dev.sheaf.format.internal.order;

import java.util.Arrays;

/**
 * Selects among places of which some are dead. Immutable; {@link #select} and {@link #rank} run in
 * O(log n) and touch a few cache lines.
 */
final class LiveSlots {
  private static final int WORDS_PER_BLOCK = 8;

  private final int live;

  /** The dead places, ascending, when they are few; else null. */
  private final char[] dead;

  /** One bit for each live place, when many are dead; else null. */
  private final long[] words;

  /** The live places before each block of words. */
  private final char[] ranks;

  /**
   * Takes the dead places as bits.
   *
   * @param deadWords bit {@code i} of word {@code j} is set when place {@code 64 j + i} is dead; no
   *     bit at or above {@code size} is set
   * @param size the number of places, at most 65,536
   */
  LiveSlots(long[] deadWords, int size) {
    int deadCount = 0;
    for (long word : deadWords) {
      deadCount += Long.bitCount(word);
    }
    this.live = size - deadCount;
    if (deadCount * 16 <= size) {
      dead = new char[deadCount];
      words = null;
      ranks = null;
      fillDead(deadWords);
    } else {
      dead = null;
      words = new long[(size + 63) / 64];
      ranks = new char[(words.length + WORDS_PER_BLOCK - 1) / WORDS_PER_BLOCK];
      fillWords(deadWords, size);
    }
  }

  private void fillDead(long[] deadWords) {
    int next = 0;
    for (int i = 0; i < deadWords.length; i++) {
      for (long word = deadWords[i]; word != 0; word &= word - 1) {
        dead[next++] = (char) (i * 64 + Long.numberOfTrailingZeros(word));
      }
    }
  }

  private void fillWords(long[] deadWords, int size) {
    int rank = 0;
    for (int i = 0; i < words.length; i++) {
      if (i % WORDS_PER_BLOCK == 0) {
        ranks[i / WORDS_PER_BLOCK] = (char) rank;
      }
      long all = size - i * 64 >= 64 ? -1L : (1L << (size - i * 64)) - 1;
      words[i] = all & ~deadWords[i];
      rank += Long.bitCount(words[i]);
    }
  }

  /** Returns the number of live places. */
  int live() {
    return live;
  }

  /** Returns the memory this takes, in bytes. */
  int weight() {
    return 64 + (dead != null ? dead.length * 2 : words.length * 8 + ranks.length * 2);
  }

  boolean isLive(int place) {
    return dead != null
        ? Arrays.binarySearch(dead, (char) place) < 0
        : (words[place >>> 6] >>> place & 1) != 0;
  }

  /** Returns the number of live places before {@code place}. */
  int rank(int place) {
    if (dead != null) {
      int at = Arrays.binarySearch(dead, (char) place);
      return place - (at < 0 ? -at - 1 : at);
    }
    int word = place >>> 6;
    int block = word / WORDS_PER_BLOCK;
    int rank = ranks[block];
    for (int i = block * WORDS_PER_BLOCK; i < word; i++) {
      rank += Long.bitCount(words[i]);
    }
    return rank + Long.bitCount(words[word] & ((1L << place) - 1));
  }

  /** Returns the live place with {@code k} live places before it; {@code 0 <= k < live()}. */
  int select(int k) {
    if (dead != null) {
      int low = 0;
      int high = dead.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (dead[middle] - middle <= k) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return k + low;
    }
    int low = 0;
    int high = ranks.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (ranks[middle] <= k) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    int rest = k - ranks[low];
    int word = low * WORDS_PER_BLOCK;
    for (int bits = Long.bitCount(words[word]); rest >= bits; bits = Long.bitCount(words[word])) {
      rest -= bits;
      word++;
    }
    long bits = words[word];
    for (; rest > 0; rest--) {
      bits &= bits - 1;
    }
    return word * 64 + Long.numberOfTrailingZeros(bits);
  }
}

package dev.sheaf.curation.internal.image;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Finds all hashes within a Hamming distance, exactly: of 16 words of 16 bits, two hashes at
 * distance {@code r} differ by at most {@code r / 16} bits in one word at least, so it is enough to
 * look under all values of a word that differ so little. Not safe for use by several threads.
 *
 * <p>Source: Norouzi, Punjani, Fleet, "Fast Search in Hamming Space with Multi-Index Hashing", CVPR
 * 2012. A search for radius 31 looks under 272 values.
 */
public final class HammingIndex {
  private static final int WORDS = 16;
  private static final int VALUES = 1 << 16;

  private final PdqHash[] hashes;
  private final int[][] starts = new int[WORDS][];
  private final int[][] members = new int[WORDS][];
  private final int[] seen;
  private int search;

  /** Builds the index; 192 bytes a hash and 4 MiB. */
  public HammingIndex(PdqHash[] hashes) {
    this.hashes = hashes.clone();
    this.seen = new int[hashes.length];
    for (int word = 0; word < WORDS; word++) {
      fill(word);
    }
  }

  /** A counting sort: members by the value of their word. */
  private void fill(int word) {
    int[] begin = new int[VALUES + 1];
    for (PdqHash hash : hashes) {
      begin[value(hash, word) + 1]++;
    }
    for (int i = 0; i < VALUES; i++) {
      begin[i + 1] += begin[i];
    }
    int[] next = Arrays.copyOf(begin, VALUES);
    int[] sorted = new int[hashes.length];
    for (int i = 0; i < hashes.length; i++) {
      sorted[next[value(hashes[i], word)]++] = i;
    }
    starts[word] = begin;
    members[word] = sorted;
  }

  private static int value(PdqHash hash, int word) {
    return (int) (hash.word(word / 4) >>> 16 * (word % 4)) & 0xffff;
  }

  /** Gives every member at a distance of at most {@code radius} once, in no particular order. */
  public void within(PdqHash wanted, int radius, IntConsumer found) {
    search++;
    for (int word = 0; word < WORDS; word++) {
      look(word, value(wanted, word), 0, radius / WORDS, wanted, radius, found);
    }
  }

  /** Looks under a value and under all that differ from it in bits from {@code from} up. */
  private void look(
      int word, int value, int from, int flips, PdqHash wanted, int radius, IntConsumer found) {
    for (int i = starts[word][value]; i < starts[word][value + 1]; i++) {
      int member = members[word][i];
      if (seen[member] != search) {
        seen[member] = search;
        if (hashes[member].distance(wanted) <= radius) {
          found.accept(member);
        }
      }
    }
    for (int bit = from; flips > 0 && bit < 16; bit++) {
      look(word, value ^ 1 << bit, bit + 1, flips - 1, wanted, radius, found);
    }
  }
}

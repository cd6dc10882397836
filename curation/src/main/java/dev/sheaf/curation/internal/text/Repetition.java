package dev.sheaf.curation.internal.text;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much of a text is repeated. Source: Rae et al., "Scaling Language Models: Methods, Analysis
 * &amp; Insights from Training Gopher" (arXiv 2112.11446), table A1; counting as in datatrove.
 */
final class Repetition {
  private Repetition() {}

  /** Returns the fraction of pieces that occurred before. */
  static double duplicatePieces(List<String> pieces) {
    Set<String> seen = new HashSet<>();
    int repeated = 0;
    for (String piece : pieces) {
      repeated += seen.add(piece) ? 0 : 1;
    }
    return pieces.isEmpty() ? 0 : (double) repeated / pieces.size();
  }

  /** Returns the fraction of a text's characters that stand in pieces that occurred before. */
  static double duplicateCharacters(List<String> pieces, int characters) {
    Set<String> seen = new HashSet<>();
    long repeated = 0;
    for (String piece : pieces) {
      repeated += seen.add(piece) ? 0 : piece.length();
    }
    return characters == 0 ? 0 : (double) repeated / characters;
  }

  /**
   * Returns the fraction of characters in all occurrences of the most frequent n-gram of words; 0
   * when every n-gram is there once.
   */
  static double topNgram(List<String> words, int n, int characters) {
    Map<List<String>, Integer> counts = new HashMap<>();
    long most = 0;
    for (int i = 0; i + n <= words.size(); i++) {
      List<String> gram = words.subList(i, i + n);
      int count = counts.merge(gram, 1, Integer::sum);
      if (count > 1) {
        most = Math.max(most, (long) count * length(gram));
      }
    }
    return characters == 0 ? 0 : Math.min(1.0, (double) most / characters);
  }

  /** Returns the fraction of characters in n-grams that occurred before, each counted once. */
  static double duplicateNgrams(List<String> words, int n, int characters) {
    Set<List<String>> seen = new HashSet<>();
    long repeated = 0;
    int i = 0;
    while (i + n <= words.size()) {
      List<String> gram = words.subList(i, i + n);
      if (seen.add(gram)) {
        i++;
      } else {
        repeated += length(gram);
        i += n;
      }
    }
    return characters == 0 ? 0 : (double) repeated / characters;
  }

  private static int length(List<String> words) {
    return words.stream().mapToInt(String::length).sum();
  }
}

package dev.sheaf.curation.internal.text;

import java.util.List;
import java.util.Locale;

/**
 * One rule on the quality of a text: what is measured, on which side of the threshold a text
 * passes, and in which languages it holds.
 *
 * @param id the name, which is also the name of its threshold in a recipe
 * @param group the set it belongs to
 * @param atLeast whether the measure must reach the threshold; otherwise it may not exceed it
 * @param threshold the default threshold
 * @param most the largest threshold that makes sense; the least is 0
 * @param languages where it holds; empty for everywhere
 * @param about what is measured, in words
 */
public record TextRule(
    String id,
    Group group,
    boolean atLeast,
    double threshold,
    double most,
    List<Language> languages,
    String about) {
  /** The published sets of rules. */
  public enum Group {
    /** Rae et al. 2021 (arXiv 2112.11446), section A1.1, quality. */
    GOPHER,
    /** The same, table A1, repetition. */
    GOPHER_REPETITION,
    /** Penedo et al. 2024, FineWeb's own three heuristics. */
    FINEWEB;

    /** Returns the name in a recipe. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the languages. */
  public TextRule {
    languages = List.copyOf(languages);
  }

  /** Tells whether the rule holds for a language. */
  public boolean holdsFor(Language language) {
    return languages.isEmpty() || languages.contains(language);
  }

  /** Tells whether a measured value passes. */
  public boolean passes(double value, double limit) {
    return atLeast ? value >= limit : value <= limit;
  }

  /** Returns why a text failed, for example {@code mean_word_length 12.3 > 10}. */
  public String reason(double value, double limit) {
    return id + " " + shown(value) + (atLeast ? " < " : " > ") + shown(limit);
  }

  private static String shown(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.3g", value);
  }
}

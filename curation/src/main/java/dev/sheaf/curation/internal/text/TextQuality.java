package dev.sheaf.curation.internal.text;

import static dev.sheaf.curation.internal.text.TextRule.Group.FINEWEB;
import static dev.sheaf.curation.internal.text.TextRule.Group.GOPHER;
import static dev.sheaf.curation.internal.text.TextRule.Group.GOPHER_REPETITION;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Measures a text for the rules of Gopher and FineWeb. Stateless and thread-safe.
 *
 * <p>Words are ICU's, so that Chinese is measured as English is; the length of a word and stop
 * words are judged where they were defined only. Repetition is counted over words without spaces
 * between them, divided by the characters of all words.
 */
public final class TextQuality {
  /** The number of characters up to which FineWeb calls a line short. */
  private static final int SHORT_LINE = 30;

  private static final Pattern LINES = Pattern.compile("\\R");
  private static final Pattern PARAGRAPHS = Pattern.compile("(?:\\R[ \\t]*){2,}");
  private static final List<Language> ENGLISH = List.of(Language.EN);
  private static final List<Language> BOTH = List.of(Language.EN, Language.ZH);

  /** All rules, in the order in which they are checked and in which {@link #measure} answers. */
  public static final List<TextRule> RULES =
      List.of(
          atLeast("min_words", GOPHER, 50, 1e9, List.of(), "number of words"),
          atMost("max_words", GOPHER, 100_000, 1e9, List.of(), "number of words"),
          atLeast("min_mean_word_length", GOPHER, 3, 100, ENGLISH, "mean characters of a word"),
          atMost("max_mean_word_length", GOPHER, 10, 100, ENGLISH, "mean characters of a word"),
          atMost("max_symbol_ratio", GOPHER, 0.1, 1e3, List.of(), "hash signs and ellipses a word"),
          atMost("max_bullet_lines", GOPHER, 0.9, 1, List.of(), "lines that begin with a bullet"),
          atMost(
              "max_ellipsis_lines", GOPHER, 0.3, 1, List.of(), "lines that end with an ellipsis"),
          atLeast("min_alpha_words", GOPHER, 0.8, 1, List.of(), "words with a letter"),
          atLeast("min_stop_words", GOPHER, 2, 1e3, BOTH, "stop words, each counted once"),
          atMost("max_dup_lines", GOPHER_REPETITION, 0.3, 1, List.of(), "lines seen before"),
          atMost(
              "max_dup_paragraphs", GOPHER_REPETITION, 0.3, 1, List.of(), "paragraphs seen before"),
          atMost(
              "max_dup_line_chars",
              GOPHER_REPETITION,
              0.2,
              1,
              List.of(),
              "characters in such lines"),
          atMost(
              "max_dup_paragraph_chars",
              GOPHER_REPETITION,
              0.2,
              1,
              List.of(),
              "characters in such paragraphs"),
          topNgram(2, 0.20),
          topNgram(3, 0.18),
          topNgram(4, 0.16),
          duplicateNgram(5, 0.15),
          duplicateNgram(6, 0.14),
          duplicateNgram(7, 0.13),
          duplicateNgram(8, 0.12),
          duplicateNgram(9, 0.11),
          duplicateNgram(10, 0.10),
          atLeast("min_line_punctuation", FINEWEB, 0.12, 1, List.of(), "lines that end a sentence"),
          atMost("max_short_lines", FINEWEB, 0.67, 1, List.of(), "lines of at most 30 characters"),
          atMost("max_char_dup", FINEWEB, 0.01, 1, List.of(), "characters in lines seen before"),
          atMost("max_newlines_per_word", FINEWEB, 0.3, 1e3, List.of(), "line ends a word"));

  private TextQuality() {}

  private static TextRule atLeast(
      String id, TextRule.Group group, double limit, double most, List<Language> in, String about) {
    return new TextRule(id, group, true, limit, most, in, about);
  }

  private static TextRule atMost(
      String id, TextRule.Group group, double limit, double most, List<Language> in, String about) {
    return new TextRule(id, group, false, limit, most, in, about);
  }

  private static TextRule topNgram(int n, double limit) {
    String about = "characters in the most frequent " + n + "-gram";
    return atMost("max_top_" + n + "_gram", GOPHER_REPETITION, limit, 1, List.of(), about);
  }

  private static TextRule duplicateNgram(int n, double limit) {
    String about = "characters in " + n + "-grams seen before";
    return atMost("max_dup_" + n + "_gram", GOPHER_REPETITION, limit, 1, List.of(), about);
  }

  /**
   * Returns a value for each of {@link #RULES}; NaN where a rule does not hold for the language.
   *
   * @param language the language, or null to tell it by the script
   */
  public static double[] measure(String text, Language language) {
    Language known = language == null ? Language.of(text) : language;
    List<String> words = Words.of(text);
    List<String> lines = pieces(LINES, text);
    List<String> paragraphs = pieces(PARAGRAPHS, text);
    List<String> folded = words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
    int wordCharacters = words.stream().mapToInt(String::length).sum();
    int lineCharacters = lines.stream().mapToInt(String::length).sum();
    List<Double> values = new ArrayList<>(RULES.size());
    values.add((double) words.size());
    values.add((double) words.size());
    double meanLength = words.isEmpty() ? 0 : (double) wordCharacters / words.size();
    values.add(meanLength);
    values.add(meanLength);
    values.add(symbols(text) / Math.max(1.0, words.size()));
    values.add(share(lines, TextQuality::isBullet));
    values.add(share(lines, TextQuality::endsInEllipsis));
    values.add(share(words, word -> word.codePoints().anyMatch(Character::isLetter)));
    values.add((double) folded.stream().filter(known.stopWords()::contains).distinct().count());
    values.add(Repetition.duplicatePieces(lines));
    values.add(Repetition.duplicatePieces(paragraphs));
    values.add(Repetition.duplicateCharacters(lines, lineCharacters));
    values.add(Repetition.duplicateCharacters(paragraphs, text.length()));
    for (int n = 2; n <= 4; n++) {
      values.add(Repetition.topNgram(folded, n, wordCharacters));
    }
    for (int n = 5; n <= 10; n++) {
      values.add(Repetition.duplicateNgrams(folded, n, wordCharacters));
    }
    values.add(lines.isEmpty() ? 0 : share(lines, known::endsSentence));
    values.add(share(lines, line -> line.length() <= SHORT_LINE));
    values.add(Repetition.duplicateCharacters(lines, lineCharacters));
    values.add(text.chars().filter(c -> c == '\n').count() / Math.max(1.0, words.size()));
    double[] measured = new double[RULES.size()];
    Arrays.setAll(measured, i -> RULES.get(i).holdsFor(known) ? values.get(i) : Double.NaN);
    return measured;
  }

  private static List<String> pieces(Pattern separator, String text) {
    return separator.splitAsStream(text).map(String::strip).filter(p -> !p.isEmpty()).toList();
  }

  private static <T> double share(List<T> all, java.util.function.Predicate<T> wanted) {
    return all.isEmpty() ? 0 : (double) all.stream().filter(wanted).count() / all.size();
  }

  private static double symbols(String text) {
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      count += c == '#' || c == '…' ? 1 : 0;
      if (text.startsWith("...", i)) {
        count++;
        i += 2;
      }
    }
    return count;
  }

  private static boolean isBullet(String line) {
    return "-*•●▪‣·–".indexOf(line.charAt(0)) >= 0;
  }

  private static boolean endsInEllipsis(String line) {
    return line.endsWith("...") || line.endsWith("…");
  }
}

package dev.sheaf.curation.internal.text;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.util.ULocale;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits text of any language into words by ICU's rules, with dictionaries for Chinese, Japanese,
 * Thai and others. Thread-safe: each call clones an iterator, whose state is not shared.
 *
 * <p>Source: Unicode Standard Annex 29, as implemented by ICU4J.
 */
public final class Words {
  private static final BreakIterator WORDS = BreakIterator.getWordInstance(ULocale.ROOT);
  private static final BreakIterator SENTENCES = BreakIterator.getSentenceInstance(ULocale.ROOT);
  private static final Normalizer2 FOLD = Normalizer2.getNFKCCasefoldInstance();

  private Words() {}

  /** Returns the words of a text in order; spaces and punctuation are left out. */
  public static List<String> of(String text) {
    BreakIterator iterator = (BreakIterator) WORDS.clone();
    iterator.setText(text);
    List<String> words = new ArrayList<>();
    int start = iterator.first();
    for (int end = iterator.next(); end != BreakIterator.DONE; end = iterator.next()) {
      if (iterator.getRuleStatus() >= BreakIterator.WORD_NONE_LIMIT) {
        words.add(text.substring(start, end));
      }
      start = end;
    }
    return words;
  }

  /** Returns the number of sentences that are not blank. */
  public static int sentences(String text) {
    BreakIterator iterator = (BreakIterator) SENTENCES.clone();
    iterator.setText(text);
    int count = 0;
    int start = iterator.first();
    for (int end = iterator.next(); end != BreakIterator.DONE; end = iterator.next()) {
      count += text.substring(start, end).isBlank() ? 0 : 1;
      start = end;
    }
    return count;
  }

  /**
   * Returns the form in which texts are compared: compatibility characters (full width, ligatures)
   * and case folded by NFKC_Casefold, runs of white space as one space, trimmed.
   */
  public static String folded(String text) {
    String folded = FOLD.normalize(text);
    StringBuilder out = new StringBuilder(folded.length());
    boolean space = false;
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      if (Character.isWhitespace(c)) {
        space = out.length() > 0;
      } else {
        if (space) {
          out.append(' ');
          space = false;
        }
        out.append(c);
      }
    }
    return out.toString();
  }
}

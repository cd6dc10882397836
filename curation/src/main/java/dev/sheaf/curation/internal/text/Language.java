package dev.sheaf.curation.internal.text;

import java.util.Locale;
import java.util.Set;

/** The languages that rules know about, told apart by script. */
public enum Language {
  /** English; also assumed of other text in Latin script. */
  EN(
      Set.of("the", "be", "to", "of", "and", "that", "have", "with"),
      Set.of(".", "!", "?", "\"", "'", "”", "’", "…")),
  /** Chinese. */
  ZH(
      Set.of("的", "是", "了", "在", "和", "有", "我", "他", "这", "不", "也", "就", "与"),
      Set.of("。", "！", "？", "”", "…", "；", ".", "!", "?", "」")),
  /** Any other: rules that need a language are left out. */
  UND(Set.of(), Set.of(".", "!", "?", "。", "！", "？", "।", "؟", "…"));

  private static final double ENOUGH_HAN = 0.3;

  private final Set<String> stopWords;
  private final Set<String> endMarks;

  Language(Set<String> stopWords, Set<String> endMarks) {
    this.stopWords = Set.copyOf(stopWords);
    this.endMarks = Set.copyOf(endMarks);
  }

  /** Returns words that nearly every text of the language has. English: the list of Gopher. */
  public Set<String> stopWords() {
    return stopWords;
  }

  /** Tells whether a line ends as a sentence does. */
  public boolean endsSentence(String line) {
    return !line.isEmpty() && endMarks.contains(line.substring(line.length() - 1));
  }

  /** Returns the tag, for example {@code zh}. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the language by the scripts of the letters: Chinese when at least 30% are Han and none
   * Kana or Hangul, English when most are Latin, otherwise {@link #UND}.
   */
  public static Language of(String text) {
    int letters = 0;
    int han = 0;
    int latin = 0;
    int eastern = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (!Character.isLetter(c)) {
        continue;
      }
      letters++;
      Character.UnicodeScript script = Character.UnicodeScript.of(c);
      han += script == Character.UnicodeScript.HAN ? 1 : 0;
      latin += script == Character.UnicodeScript.LATIN ? 1 : 0;
      boolean other =
          script == Character.UnicodeScript.HIRAGANA
              || script == Character.UnicodeScript.KATAKANA
              || script == Character.UnicodeScript.HANGUL;
      eastern += other ? 1 : 0;
    }
    if (han >= ENOUGH_HAN * letters && han > 0 && eastern * 20 < letters) {
      return ZH;
    }
    return latin * 2 > letters ? EN : UND;
  }
}

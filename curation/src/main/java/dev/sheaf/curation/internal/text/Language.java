package dev.sheaf.curation.internal.text;

import java.util.Locale;
import java.util.Set;

/** The languages that rules know about, told apart by script. */
public enum Language {
  /** English; also assumed of other text in Latin script. */
  EN,
  /** Chinese. */
  ZH,
  /** Any other: rules that need a language are left out. */
  UND;

  private static final double ENOUGH_HAN = 0.3;
  private static final Set<String> ENGLISH =
      Set.of("the", "be", "to", "of", "and", "that", "have", "with");
  private static final Set<String> CHINESE =
      Set.of("的", "是", "了", "在", "和", "有", "我", "他", "这", "不", "也", "就", "与");

  private static final String ENGLISH_ENDS = ".!?\"'”’…";
  private static final String CHINESE_ENDS = "。！？”…；.!?」";
  private static final String OTHER_ENDS = ".!?。！？।؟…";

  /** Returns words that nearly every text of the language has. English: the list of Gopher. */
  public Set<String> stopWords() {
    return switch (this) {
      case EN -> ENGLISH;
      case ZH -> CHINESE;
      case UND -> Set.of();
    };
  }

  /** Tells whether a line ends as a sentence does. */
  public boolean endsSentence(String line) {
    String ends =
        switch (this) {
          case EN -> ENGLISH_ENDS;
          case ZH -> CHINESE_ENDS;
          case UND -> OTHER_ENDS;
        };
    return !line.isEmpty() && ends.indexOf(line.charAt(line.length() - 1)) >= 0;
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

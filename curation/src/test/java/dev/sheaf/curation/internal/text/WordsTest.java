package dev.sheaf.curation.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void splitsEnglishAndChineseAlike() {
    assertThat(Words.of("Hello, world! It's 3.5 km."))
        .containsExactly("Hello", "world", "It's", "3.5", "km");
    assertThat(Words.of("我喜欢北京的秋天。")).containsExactly("我", "喜欢", "北京", "的", "秋天");
  }

  @Test
  void foldsWidthCaseAndSpaces() {
    assertThat(Words.folded("  Ｈｅｌｌｏ\t\n WÖRLD ﬁne ")).isEqualTo("hello wörld fine");
    assertThat(Words.folded("STRASSE")).isEqualTo(Words.folded("straße"));
  }

  @Test
  void countsSentencesOfBothLanguages() {
    assertThat(Words.sentences("One. Two? Three!")).isEqualTo(3);
    assertThat(Words.sentences("一。二？三！")).isEqualTo(3);
  }

  @Test
  void tellsLanguagesByScript() {
    assertThat(Language.of("a cat sat on the mat")).isEqualTo(Language.EN);
    assertThat(Language.of("一只猫坐在 mat 上")).isEqualTo(Language.ZH);
    assertThat(Language.of("ねこがすわっている猫")).isEqualTo(Language.UND);
    assertThat(Language.of("Кошка сидит")).isEqualTo(Language.UND);
    assertThat(Language.of("123 !?")).isEqualTo(Language.UND);
  }
}

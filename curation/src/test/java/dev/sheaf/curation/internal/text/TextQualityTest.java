package dev.sheaf.curation.internal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sheaf.curation.planted.Texts;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextQualityTest {
  @Test
  void passesAnOrdinaryEnglishText() {
    Texts texts = new Texts(1, false);
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      sentences.add(texts.written(texts.text(14)));
    }

    assertThat(failed(String.join("\n", sentences))).isEmpty();
  }

  @Test
  void passesAnOrdinaryChineseText() {
    Texts texts = new Texts(2, true);
    List<String> sentences = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      sentences.add("我的" + texts.written(texts.text(26)) + "这是" + texts.written(texts.text(20)));
    }

    assertThat(failed(String.join("\n", sentences))).isEmpty();
  }

  @Test
  void namesEachRuleThatABadTextBreaks() {
    assertThat(failed("too short")).contains("min_words 2 < 50", "min_stop_words 0 < 2");
    assertThat(failed("buy now ".repeat(60)))
        .contains("max_top_2_gram 1 > 0.200", "max_dup_5_gram 0.958 > 0.150");
    assertThat(failed("the same line and that is it.\n".repeat(20)))
        .contains("max_dup_lines 0.950 > 0.300", "max_char_dup 0.950 > 0.0100");
    assertThat(failed("- one and the item\n".repeat(3) + "• two be the item\n"))
        .contains("max_bullet_lines 1 > 0.900", "min_line_punctuation 0 < 0.120");
    assertThat(failed("#tag ".repeat(60))).contains("max_symbol_ratio 1 > 0.100");
    assertThat(failed("and then the ...\n".repeat(5))).contains("max_ellipsis_lines 1 > 0.300");
    assertThat(failed("1 2 3 4 the of ".repeat(20))).contains("min_alpha_words 0.333 < 0.800");
  }

  @Test
  void appliesRulesOnlyInTheirLanguages() {
    double[] chinese = TextQuality.measure("他在山上看见了一只白色的鸟", null);
    double[] russian = TextQuality.measure("Кошка сидит на окне", null);

    assertThat(value(chinese, "max_mean_word_length")).isNaN();
    assertThat(value(chinese, "min_stop_words")).isGreaterThanOrEqualTo(2);
    assertThat(value(russian, "min_stop_words")).isNaN();
    assertThat(value(russian, "min_words")).isEqualTo(4);
  }

  @Test
  void measuresRepetitionByHand() {
    // 5 words of 1 letter: "a b" stands twice, 4 of 5 characters
    double[] values = TextQuality.measure("a b a b c", Language.EN);

    assertThat(value(values, "max_top_2_gram")).isCloseTo(0.8, within(1e-12));
    assertThat(value(values, "max_top_3_gram")).isZero();
  }

  @Test
  void survivesAnEmptyText() {
    assertThat(TextQuality.measure("", null)).hasSize(TextQuality.RULES.size());
  }

  private static double value(double[] values, String rule) {
    for (int i = 0; i < values.length; i++) {
      if (TextQuality.RULES.get(i).id().equals(rule)) {
        return values[i];
      }
    }
    throw new AssertionError(rule);
  }

  private static List<String> failed(String text) {
    double[] values = TextQuality.measure(text, null);
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      TextRule rule = TextQuality.RULES.get(i);
      if (!Double.isNaN(values[i]) && !rule.passes(values[i], rule.threshold())) {
        reasons.add(rule.reason(values[i], rule.threshold()));
      }
    }
    return reasons;
  }
}

package dev.sheaf.format.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabelRuleTest {
  @Test
  void takesTheFolderThatTheFileLiesIn() {
    assertThat(LabelRule.FOLDER.labelOf("cat/1.jpg")).isEqualTo("cat");
    assertThat(LabelRule.FOLDER.labelOf("train/cat/1.jpg")).isEqualTo("cat");
    assertThat(LabelRule.FOLDER.labelOf("1.jpg")).isNull();
  }

  @Test
  void takesWhatFollowsAWordNetId() {
    assertThat(LabelRule.NAME.labelOf("n03325584_feather_boa.JPEG")).isEqualTo("feather_boa");
    assertThat(LabelRule.NAME.labelOf("val/n02110958_pug.JPEG")).isEqualTo("pug");
    assertThat(LabelRule.NAME.labelOf("n01440764_10026.JPEG")).isEqualTo("n01440764");
  }

  @Test
  void takesWhatStandsBeforeTheFirstDigit() {
    assertThat(LabelRule.NAME.labelOf("great_dane-12.jpg")).isEqualTo("great_dane");
    assertThat(LabelRule.NAME.labelOf("cat.7.jpg")).isEqualTo("cat");
    assertThat(LabelRule.NAME.labelOf("dog (3).png")).isEqualTo("dog");
    assertThat(LabelRule.NAME.labelOf("tench.jpg")).isEqualTo("tench");
    assertThat(LabelRule.NAME.labelOf("0001.jpg")).isNull();
  }

  @Test
  void givesNoneWhenTold() {
    assertThat(LabelRule.NONE.labelOf("cat/1.jpg")).isNull();
  }
}

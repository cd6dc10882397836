package dev.sheaf.curation.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.curation.internal.text.WordDiff.Kind;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordDiffTest {
  private static String marked(String before, String after) {
    return WordDiff.of(before, after).stream()
        .map(
            piece ->
                switch (piece.kind()) {
                  case SAME -> piece.text();
                  case REMOVED -> "[-" + piece.text() + "-]";
                  case ADDED -> "{+" + piece.text() + "+}";
                })
        .collect(Collectors.joining());
  }

  @Test
  void marksWordsNotLetters() {
    assertThat(marked("a small dog runs", "a small cat runs"))
        .isEqualTo("a small [-dog-]{+cat+} runs");
    assertThat(marked("a dog", "a dog, asleep")).isEqualTo("a dog{+, asleep+}");
    assertThat(marked("same", "same")).isEqualTo("same");
    assertThat(marked("", "new")).isEqualTo("{+new+}");
    assertThat(marked("old", "")).isEqualTo("[-old-]");
  }

  @Test
  void aSpaceBetweenChangedWordsIsPartOfTheChange() {
    assertThat(marked("two black cats sleep", "three white dogs sleep"))
        .isEqualTo("[-two black cats-]{+three white dogs+} sleep");
  }

  @Test
  void knowsTheWordsOfChinese() {
    assertThat(marked("一只小狗在海边奔跑", "一只小猫在海边奔跑"))
        .contains("海边")
        .contains("{+")
        .doesNotContain("[-一只");
  }

  @Test
  void itsPiecesMakeUpBothTexts() {
    long seed = Long.getLong("tests.seed", 11);
    Random random = new Random(seed);
    String[] words = {"cat", " ", "dog", ", ", "狗", "\n", "a"};
    for (int i = 0; i < Integer.getInteger("tests.iters", 300); i++) {
      String before = text(random, words);
      String after = text(random, words);
      assertThat(joined(before, after, Kind.ADDED)).as("seed %d", seed).isEqualTo(before);
      assertThat(joined(before, after, Kind.REMOVED)).as("seed %d", seed).isEqualTo(after);
    }
  }

  @Test
  void longTextsThatShareNothingAreOnePieceEach() {
    String before = "one two ".repeat(2000);
    String after = "three four ".repeat(2000);
    assertThat(WordDiff.of(before, after)).hasSizeLessThanOrEqualTo(3);
  }

  private static String text(Random random, String[] words) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(words[random.nextInt(words.length)]);
    }
    return text.toString();
  }

  private static String joined(String before, String after, Kind without) {
    return WordDiff.of(before, after).stream()
        .filter(piece -> piece.kind() != without)
        .map(WordDiff.Piece::text)
        .collect(Collectors.joining());
  }
}

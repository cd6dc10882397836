package dev.sheaf.curation.planted;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes texts that look like language (frequent and rare words) and edited copies of them. */
public final class Texts {
  private static final String[] FUNCTION_WORDS =
      "the of and to in a is that it was for on are with as be at by this have from or had not"
          .split(" ");
  private static final String HAN =
      "天地人山水火木金土日月星云风雨雷电花草树林鸟鱼虫马牛羊犬猫鼠龙虎城市街道房屋门窗桌椅书笔纸墨衣服鞋帽饭菜茶酒红黄蓝绿白黑大小高低长短快慢新旧老少男女父母兄弟姐妹春夏秋冬东西南北上下左右前后里外";

  private final Random random;
  private final List<String> words = new ArrayList<>();
  private final boolean chinese;

  /** Creates a maker; equal seeds make equal texts. */
  public Texts(long seed, boolean chinese) {
    this.random = new Random(seed);
    this.chinese = chinese;
    for (int i = 0; i < 4000; i++) {
      words.add(chinese ? han() : latin());
    }
  }

  private String latin() {
    String consonants = "bcdfghklmnprstvwz";
    String vowels = "aeiou";
    StringBuilder word = new StringBuilder();
    int syllables = 1 + random.nextInt(4);
    for (int i = 0; i < syllables; i++) {
      word.append(consonants.charAt(random.nextInt(consonants.length())));
      word.append(vowels.charAt(random.nextInt(vowels.length())));
    }
    return word.append(random.nextBoolean() ? "n" : "t").toString();
  }

  private String han() {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 1 + random.nextInt(2); i++) {
      word.append(HAN.charAt(random.nextInt(HAN.length())));
    }
    return word.toString();
  }

  /** Returns a word; the k-th is drawn about {@code 1 / k} as often as the first. */
  public String word() {
    if (!chinese && random.nextInt(100) < 35) {
      return FUNCTION_WORDS[random.nextInt(FUNCTION_WORDS.length)];
    }
    double rank = Math.exp(random.nextDouble() * Math.log(words.size()));
    return words.get((int) Math.min(words.size() - 1, rank - 1));
  }

  /** Returns a text of this many words. */
  public List<String> text(int length) {
    List<String> text = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      text.add(word());
    }
    return text;
  }

  /** Returns a copy in which every tenth word on average was replaced, left out or doubled up. */
  public List<String> edited(List<String> text) {
    List<String> copy = new ArrayList<>(text);
    int edits = Math.max(1, Math.round(text.size() / 10f));
    for (int i = 0; i < edits; i++) {
      int at = random.nextInt(copy.size());
      switch (random.nextInt(3)) {
        case 0 -> copy.remove(at);
        case 1 -> copy.add(at, word());
        default -> copy.set(at, word());
      }
    }
    return copy;
  }

  /** Returns the words as they are written: with spaces, or for Chinese without. */
  public String written(List<String> text) {
    return String.join(chinese ? "" : " ", text) + (chinese ? "。" : ".");
  }
}

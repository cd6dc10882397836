package dev.sheaf.format.internal.source;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the label of an image comes from. */
public enum LabelRule {
  /** The name of the folder that the file lies in; none for a file at the top. */
  FOLDER,
  /**
   * The file name. After a WordNet id and {@code _} comes the label: {@code
   * n03325584_feather_boa.JPEG} is {@code feather_boa}; when only digits follow, the id itself is
   * the label: {@code n01440764_10026.JPEG}. Any other name gives what stands before its first
   * digit: {@code great_dane-12.jpg} is {@code great_dane}, {@code cat.7.jpg} is {@code cat}.
   */
  NAME,
  /** None. */
  NONE;

  private static final Pattern WORDNET = Pattern.compile("(n\\d{8})_(.+)");
  private static final Pattern LEADING = Pattern.compile("^(\\D*?)[\\s_.()-]*(\\d.*)?$");

  /** Returns the label of a file by its relative name, or null if there is none. */
  public String labelOf(String name) {
    int slash = name.lastIndexOf('/');
    if (this == NONE || this == FOLDER && slash < 0) {
      return null;
    }
    if (this == FOLDER) {
      return name.substring(name.lastIndexOf('/', slash - 1) + 1, slash);
    }
    String stem = name.substring(slash + 1).replaceFirst("\\.[^.]*$", "");
    Matcher wordnet = WORDNET.matcher(stem);
    if (wordnet.matches()) {
      return wordnet.group(2).chars().anyMatch(Character::isLetter)
          ? wordnet.group(2)
          : wordnet.group(1);
    }
    Matcher leading = LEADING.matcher(stem);
    return leading.matches() && !leading.group(1).isEmpty() ? leading.group(1) : null;
  }
}

package dev.sheaf.cli.name;

import java.util.Optional;

/**
 * A dataset as it is named everywhere: {@code PATH.sheaf[@REV][:VIEW]}, split after the last {@code
 * .sheaf}.
 *
 * @param path the folder, or the empty string where the dataset is implied
 * @param rev the version by Git's grammar, or the empty string; one that begins with {@code @},
 *     {@code ~} or {@code ^} starts from the current branch
 * @param view the view, or the empty string
 */
public record DatasetName(String path, String rev, String view) {
  private static final String SUFFIX = ".sheaf";

  /** The dataset that the folder implies, at the current branch. */
  public static final DatasetName IMPLIED = new DatasetName("", "", "");

  /** Returns the name that the text is, or empty if it is none. */
  public static Optional<DatasetName> parse(String text) {
    if (text.startsWith("key:") || text.startsWith("id:") || text.startsWith("-")) {
      return Optional.empty();
    }
    int at = text.lastIndexOf(SUFFIX);
    while (at >= 0) {
      int end = at + SUFFIX.length();
      while (end < text.length() && (text.charAt(end) == '/' || text.charAt(end) == '\\')) {
        end++;
      }
      String path = text.substring(0, at + SUFFIX.length());
      Optional<DatasetName> name = tail(path, text.substring(end));
      if (name.isPresent() || at == 0) {
        return name;
      }
      at = text.lastIndexOf(SUFFIX, at - 1);
    }
    return Optional.empty();
  }

  /** Returns the name that {@code @REV} or {@code :VIEW} alone is, of the implied dataset. */
  public static Optional<DatasetName> parseImplied(String text) {
    boolean named = text.startsWith("@") || text.matches(":[A-Za-z_].*");
    return named ? tail("", text) : Optional.empty();
  }

  private static Optional<DatasetName> tail(String path, String tail) {
    if (tail.isEmpty()) {
      return Optional.of(new DatasetName(path, "", ""));
    }
    if (tail.charAt(0) != '@' && tail.charAt(0) != ':') {
      return Optional.empty();
    }
    int colon = viewColon(tail);
    String rev = tail.substring(0, colon < 0 ? tail.length() : colon);
    String view = colon < 0 ? "" : tail.substring(colon + 1);
    if (rev.startsWith("@") && !rev.startsWith("@{")) {
      rev = rev.substring(1);
    }
    return Optional.of(new DatasetName(path, rev, view));
  }

  /** A time within braces has colons of its own. */
  private static int viewColon(String tail) {
    int braces = 0;
    for (int i = 0; i < tail.length(); i++) {
      char c = tail.charAt(i);
      if (c == '{') {
        braces++;
      } else if (c == '}') {
        braces--;
      } else if (c == ':' && braces <= 0) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String toString() {
    String at = rev.isEmpty() || rev.startsWith("@{") ? rev : "@" + rev;
    return path + at + (view.isEmpty() ? "" : ":" + view);
  }
}

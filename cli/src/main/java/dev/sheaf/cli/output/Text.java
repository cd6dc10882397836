package dev.sheaf.cli.output;

/** Text from data, made fit for one line of a terminal. */
public final class Text {
  private Text() {}

  /** Returns the text with everything that would move a terminal's cursor written as an escape. */
  public static String visible(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isHidden(text.charAt(i))) {
        return escaped(text);
      }
    }
    return text;
  }

  private static String escaped(String text) {
    StringBuilder visible = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        visible.append("\\n");
      } else if (c == '\t') {
        visible.append("\\t");
      } else if (c == '\r') {
        visible.append("\\r");
      } else if (isHidden(c)) {
        visible.append(String.format("\\u%04x", (int) c));
      } else {
        visible.append(c);
      }
    }
    return visible.toString();
  }

  /** Control characters, and those that change the direction of a line. */
  private static boolean isHidden(char c) {
    return c < ' '
        || (c >= 0x7f && c < 0xa0)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x2028
        || c == 0x2029;
  }

  /**
   * Returns how many columns the text takes: two for East Asian wide characters, none for marks.
   */
  public static int width(String text) {
    int width = 0;
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      width += width(point);
      at += Character.charCount(point);
    }
    return width;
  }

  /** Returns the text cut to a number of columns, with {@code …} where something is missing. */
  public static String cut(String text, int columns) {
    if (text.length() <= columns && width(text) <= columns) {
      return text;
    }
    int width = 0;
    int end = 0;
    int fitting = 0;
    while (end < text.length()) {
      int point = text.codePointAt(end);
      width += width(point);
      if (width > columns) {
        return text.substring(0, fitting) + "…";
      }
      end += Character.charCount(point);
      if (width < columns) {
        fitting = end;
      }
    }
    return text;
  }

  /** Returns the text with spaces after it up to a number of columns. */
  public static String pad(String text, int columns) {
    return text + " ".repeat(Math.max(0, columns - width(text)));
  }

  private static int width(int point) {
    if (point < 0x300) {
      return 1;
    }
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    return isWide(point) ? 2 : 1;
  }

  private static boolean isWide(int point) {
    return point >= 0x1100
        && (point <= 0x115f
            || (point >= 0x2e80 && point <= 0xa4cf && point != 0x303f)
            || (point >= 0xac00 && point <= 0xd7a3)
            || (point >= 0xf900 && point <= 0xfaff)
            || (point >= 0xfe30 && point <= 0xfe6f)
            || (point >= 0xff00 && point <= 0xff60)
            || (point >= 0xffe0 && point <= 0xffe6)
            || (point >= 0x1f300 && point <= 0x1faff)
            || (point >= 0x20000 && point <= 0x3fffd));
  }
}

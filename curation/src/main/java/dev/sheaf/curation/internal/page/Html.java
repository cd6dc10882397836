package dev.sheaf.curation.internal.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text as HTML, and the files that pages are made of. */
final class Html {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

  private Html() {}

  /**
   * Returns text with everything escaped that HTML gives a meaning, also within attributes; control
   * characters are shown as pictures of them.
   */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c < ' ' && c != '\n' && c != '\t' ? (char) (0x2400 + c) : c);
      }
    }
    return out.toString();
  }

  /** Returns the beginning of a text, of at most so many characters, whole ones. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most)
        + "…";
  }

  /** Returns the end of a text, of at most so many characters, whole ones. */
  static String cutFront(String text, int most) {
    int start = Math.max(0, text.length() - most);
    boolean within = start > 0 && Character.isLowSurrogate(text.charAt(start));
    return text.substring(within ? start + 1 : start);
  }

  /** Returns a template with its places filled, each in one pass: what is put in stays as it is. */
  static String filled(String template, Map<String, String> values) {
    return PLACE
        .matcher(template)
        .replaceAll(found -> Matcher.quoteReplacement(values.get(found.group(1))));
  }

  /** Returns JSON that can stand within a script element: nothing in it ends the element. */
  static String script(String json) {
    return json.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
  }

  /** Returns a file that lies beside this class. */
  static String resource(String name) {
    try (InputStream in = Html.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

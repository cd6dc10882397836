package dev.sheaf.query.internal.exec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A LIKE pattern. Plain prefixes, suffixes and substrings are found in the bytes. Immutable. */
final class LikePattern {
  private enum Shape {
    EQUAL,
    PREFIX,
    SUFFIX,
    INFIX,
    ANY
  }

  private final Shape shape;
  private final byte[] literal;
  private final Pattern pattern;

  /**
   * Reads a pattern.
   *
   * @param escape the character that takes % and _ for themselves, or -1
   * @param ignoreCase whether case is of no matter
   */
  LikePattern(String like, int escape, boolean ignoreCase) {
    StringBuilder regex = new StringBuilder();
    StringBuilder plain = new StringBuilder();
    boolean simple = !ignoreCase;
    boolean opens = false;
    boolean closes = false;
    for (int i = 0; i < like.length(); i++) {
      char c = like.charAt(i);
      boolean escaped = c == escape && i + 1 < like.length();
      if (escaped) {
        c = like.charAt(++i);
      }
      if (!escaped && c == '%') {
        regex.append(".*");
        opens |= i == 0;
        closes |= i == like.length() - 1;
        simple &= i == 0 || i == like.length() - 1;
      } else if (!escaped && c == '_') {
        regex.append('.');
        simple = false;
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
        plain.append(c);
      }
    }
    this.literal = plain.toString().getBytes(StandardCharsets.UTF_8);
    this.shape =
        !simple
            ? Shape.ANY
            : opens ? closes ? Shape.INFIX : Shape.SUFFIX : closes ? Shape.PREFIX : Shape.EQUAL;
    int flags = Pattern.DOTALL | (ignoreCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
    this.pattern = Pattern.compile(regex.toString(), flags);
  }

  Vec.Bools matches(Vec vec) {
    Vec.Texts texts = (Vec.Texts) vec;
    boolean[] result = new boolean[vec.size()];
    for (int i = 0; i < result.length; i++) {
      if (!vec.isNull(i)) {
        result[i] = matches(texts, i);
      }
    }
    return new Vec.Bools(result, vec.nulls());
  }

  private boolean matches(Vec.Texts texts, int row) {
    int from = texts.offsets[row];
    int to = texts.offsets[row + 1];
    int room = to - from - literal.length;
    return switch (shape) {
      case EQUAL -> room == 0 && at(texts.bytes, from);
      case PREFIX -> room >= 0 && at(texts.bytes, from);
      case SUFFIX -> room >= 0 && at(texts.bytes, to - literal.length);
      case INFIX -> {
        boolean found = false;
        for (int i = 0; i <= room && !found; i++) {
          found = at(texts.bytes, from + i);
        }
        yield found;
      }
      case ANY -> pattern.matcher(texts.text(row)).matches();
    };
  }

  private boolean at(byte[] bytes, int from) {
    return Arrays.equals(bytes, from, from + literal.length, literal, 0, literal.length);
  }
}

package dev.sheaf.query.internal.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One token of SQL text.
 *
 * @param kind what it is
 * @param start where it begins
 * @param end where it ends
 * @param text its characters
 */
record Token(Kind kind, int start, int end, String text) {
  /** The kinds of tokens; white space and comments are none. */
  enum Kind {
    WORD,
    QUOTED,
    STRING,
    NUMBER,
    SYMBOL
  }

  /** Tells whether this is a keyword, whatever its case. */
  boolean is(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  String upper() {
    return text.toUpperCase(Locale.ROOT);
  }

  /** Cuts text into tokens; what is not closed ends with the text, for the parser to refuse. */
  static List<Token> read(String sql) {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      int end;
      Kind kind;
      if (Character.isWhitespace(c)) {
        at++;
        continue;
      } else if (sql.startsWith("--", at)) {
        int line = sql.indexOf('\n', at);
        at = line < 0 ? sql.length() : line + 1;
        continue;
      } else if (sql.startsWith("/*", at)) {
        int close = sql.indexOf("*/", at + 2);
        at = close < 0 ? sql.length() : close + 2;
        continue;
      } else if (c == '\'' || c == '"') {
        kind = c == '"' ? Kind.QUOTED : Kind.STRING;
        end = quotedEnd(sql, at);
      } else if (Character.isJavaIdentifierStart(c) && c != '$') {
        kind = Kind.WORD;
        end = at + 1;
        while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
          end++;
        }
      } else if (isDigit(c) || c == '.' && at + 1 < sql.length() && isDigit(sql.charAt(at + 1))) {
        kind = Kind.NUMBER;
        end = numberEnd(sql, at);
      } else {
        kind = Kind.SYMBOL;
        end = at + (isDouble(sql, at) ? 2 : sql.startsWith("...", at) ? 3 : 1);
      }
      tokens.add(new Token(kind, at, end, sql.substring(at, end)));
      at = end;
    }
    return tokens;
  }

  private static boolean isDouble(String sql, int at) {
    return List.of("<>", "<=", ">=", "!=", "||").stream().anyMatch(two -> sql.startsWith(two, at));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int quotedEnd(String sql, int at) {
    char quote = sql.charAt(at);
    int end = at + 1;
    while (end < sql.length()) {
      if (sql.charAt(end) == quote) {
        if (end + 1 < sql.length() && sql.charAt(end + 1) == quote) {
          end++;
        } else {
          return end + 1;
        }
      }
      end++;
    }
    return end;
  }

  private static int numberEnd(String sql, int at) {
    int end = at;
    while (end < sql.length() && (isDigit(sql.charAt(end)) || sql.charAt(end) == '.')) {
      end++;
    }
    if (end < sql.length() && (sql.charAt(end) == 'e' || sql.charAt(end) == 'E')) {
      int digits = end + 1;
      if (digits < sql.length() && (sql.charAt(digits) == '-' || sql.charAt(digits) == '+')) {
        digits++;
      }
      if (digits < sql.length() && isDigit(sql.charAt(digits))) {
        end = digits;
        while (end < sql.length() && isDigit(sql.charAt(end))) {
          end++;
        }
      }
    }
    return end;
  }
}

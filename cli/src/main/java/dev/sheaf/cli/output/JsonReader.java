package dev.sheaf.cli.output;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a small JSON text strictly: null, Boolean, BigDecimal, String, List and Map in its order.
 * For the command's own small files and for telling whether a text is JSON; datasets are read
 * elsewhere.
 */
public final class JsonReader {
  private static final int MAX_DEPTH = 200;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /** Returns the value of a JSON object, or empty if the text is not exactly one. */
  @SuppressWarnings("unchecked")
  public static Optional<Map<String, Object>> object(String text) {
    try {
      return read(text) instanceof Map<?, ?> map
          ? Optional.of((Map<String, Object>) map)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Tells whether the text is exactly one JSON value. */
  public static boolean isJson(String text) {
    try {
      read(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Object read(String text) {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value();
    reader.skip();
    reader.require(reader.at == text.length());
    return value;
  }

  private Object value() {
    skip();
    require(++depth <= MAX_DEPTH);
    Object value =
        switch (peek()) {
          case '{' -> map();
          case '[' -> list();
          case '"' -> string();
          case 't' -> word("true", true);
          case 'f' -> word("false", false);
          case 'n' -> word("null", null);
          default -> number();
        };
    depth--;
    return value;
  }

  private Map<String, Object> map() {
    Map<String, Object> map = new LinkedHashMap<>();
    at++;
    skip();
    while (peek() != '}') {
      if (!map.isEmpty()) {
        expect(',');
        skip();
      }
      require(peek() == '"');
      String name = string();
      skip();
      expect(':');
      map.put(name, value());
      skip();
    }
    at++;
    return map;
  }

  private List<Object> list() {
    List<Object> list = new ArrayList<>();
    at++;
    skip();
    while (peek() != ']') {
      if (!list.isEmpty()) {
        expect(',');
      }
      list.add(value());
      skip();
    }
    at++;
    return list;
  }

  private String string() {
    StringBuilder value = new StringBuilder();
    at++;
    while (peek() != '"') {
      char c = text.charAt(at++);
      require(c >= ' ');
      value.append(c == '\\' ? escaped() : c);
    }
    at++;
    return value.toString();
  }

  private char escaped() {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        require(at + 4 <= text.length() && text.substring(at, at + 4).matches("[0-9a-fA-F]{4}"));
        at += 4;
        yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
      }
      default -> throw new IllegalArgumentException("escape at " + at);
    };
  }

  private Object word(String word, Object value) {
    require(text.startsWith(word, at));
    at += word.length();
    return value;
  }

  private BigDecimal number() {
    int start = at;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String number = text.substring(start, at);
    require(number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,9})?"));
    return new BigDecimal(number);
  }

  private void expect(char wanted) {
    require(peek() == wanted);
    at++;
  }

  private char peek() {
    require(at < text.length());
    return text.charAt(at);
  }

  private void skip() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("not JSON at " + at);
    }
  }
}

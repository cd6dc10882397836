package dev.sheaf.format;

import java.util.ArrayList;
import java.util.List;

/** Recursive descent over the spelling of a {@link Type}. */
final class TypeParser {
  private static final int MAX_DEPTH = 32;

  private final String text;
  private int at;
  private int depth;

  private TypeParser(String text) {
    this.text = text;
  }

  static Type parse(String text) {
    TypeParser parser = new TypeParser(text);
    try {
      Type type = parser.type();
      parser.skip();
      if (parser.at != text.length()) {
        throw parser.bad("nothing more");
      }
      return type;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new UnsupportedFormatException(
          "SHEAF-FMT-005", "Bad type \"" + text + "\": " + e.getMessage(), Location.NONE, "", e);
    }
  }

  /** Quotes a field name unless it is a plain word. */
  static String quote(String name) {
    if (name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      return name;
    }
    return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private Type type() {
    if (++depth > MAX_DEPTH) {
      throw bad("at most " + MAX_DEPTH + " levels");
    }
    String word = word();
    Type type =
        switch (word) {
          case "utf8" -> Type.UTF8;
          case "binary" -> Type.BINARY;
          case "json" -> Type.JSON;
          case "date" -> Type.DATE;
          case "timestamp" -> timestamp();
          case "tensor" -> tensor();
          case "list" -> list();
          case "struct" -> struct();
          case "media" -> media();
          default -> new Type.Scalar(DType.of(word));
        };
    depth--;
    return type;
  }

  private Type timestamp() {
    expect('<');
    String unit = word();
    String zone = "";
    skip();
    if (peek() == ',') {
      at++;
      skip();
      int end = text.indexOf('>', at);
      if (end < 0) {
        throw bad("'>'");
      }
      zone = text.substring(at, end).strip();
      at = end;
    }
    expect('>');
    return new Type.Timestamp(unit, zone);
  }

  private Type tensor() {
    expect('<');
    DType dtype = DType.of(word());
    expect(',');
    expect('[');
    List<Long> dims = new ArrayList<>();
    skip();
    while (peek() != ']') {
      if (!dims.isEmpty()) {
        expect(',');
      }
      skip();
      if (peek() == '?') {
        at++;
        dims.add(Shape.ANY);
      } else {
        dims.add(Long.parseLong(word()));
      }
      skip();
    }
    at++;
    expect('>');
    return new Type.Tensor(dtype, Shape.of(dims.stream().mapToLong(Long::longValue).toArray()));
  }

  private Type list() {
    expect('<');
    Type element = type();
    expect('>');
    return new Type.ListOf(element);
  }

  private Type struct() {
    expect('<');
    List<Type.Field> fields = new ArrayList<>();
    skip();
    while (peek() != '>') {
      if (!fields.isEmpty()) {
        expect(',');
      }
      String name = name();
      expect(':');
      fields.add(new Type.Field(name, type()));
      skip();
    }
    at++;
    return new Type.Struct(fields);
  }

  private Type media() {
    expect('<');
    MediaKind kind = MediaKind.of(word());
    expect('>');
    return new Type.Media(kind);
  }

  private String name() {
    skip();
    if (peek() != '"') {
      return word();
    }
    at++;
    StringBuilder name = new StringBuilder();
    while (peek() != '"') {
      if (peek() == '\\') {
        at++;
      }
      name.append(peek());
      at++;
    }
    at++;
    return name.toString();
  }

  private String word() {
    skip();
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    if (start == at) {
      throw bad("a name");
    }
    return text.substring(start, at);
  }

  private void expect(char wanted) {
    skip();
    if (peek() != wanted) {
      throw bad("'" + wanted + "'");
    }
    at++;
  }

  private char peek() {
    if (at >= text.length()) {
      throw bad("more");
    }
    return text.charAt(at);
  }

  private void skip() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private UnsupportedFormatException bad(String wanted) {
    return new UnsupportedFormatException(
        "SHEAF-FMT-005",
        "Bad type \"" + text + "\": expected " + wanted + " at position " + at,
        Location.NONE,
        "Example: tensor<float32, [512]>");
  }
}

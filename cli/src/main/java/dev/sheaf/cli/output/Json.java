package dev.sheaf.cli.output;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes JSON text on one line. Values: null, Boolean, Number, CharSequence, {@link Raw}, Iterable
 * and Map, whose order is kept. A floating point number that is not finite becomes a string, since
 * JSON has none.
 */
public final class Json {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text = new StringBuilder();

  private Json() {}

  /** JSON text that is put in as it is. */
  public record Raw(String text) {}

  /** Returns the JSON text of a value. */
  public static String write(Object value) {
    Json json = new Json();
    json.add(value);
    return json.text.toString();
  }

  /** Returns a map with these names and values in turn. */
  public static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }

  private void add(Object value) {
    if (value == null || value instanceof Boolean) {
      text.append(value);
    } else if (value instanceof Raw raw) {
      text.append(raw.text());
    } else if (value instanceof Number number) {
      number(number);
    } else if (value instanceof Map<?, ?> map) {
      char before = '{';
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(before);
        string(entry.getKey().toString());
        text.append(':');
        add(entry.getValue());
        before = ',';
      }
      text.append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof Iterable<?> items) {
      list(items);
    } else {
      string(value.toString());
    }
  }

  private void list(Iterable<?> items) {
    text.append('[');
    int start = text.length();
    for (Object item : items) {
      if (text.length() > start) {
        text.append(',');
      }
      add(item);
    }
    text.append(']');
  }

  private void number(Number number) {
    if ((number instanceof Double || number instanceof Float)
        && !Double.isFinite(number.doubleValue())) {
      string(number.toString());
    } else {
      text.append(number);
    }
  }

  private void string(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c == '\n') {
        text.append("\\n");
      } else if (c == '\t') {
        text.append("\\t");
      } else if (c == '\r') {
        text.append("\\r");
      } else if (c < ' ' || c == 0x7f || isLoneSurrogate(value, i)) {
        escape(c);
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  private void escape(char c) {
    text.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      text.append(HEX.charAt((c >> shift) & 0xf));
    }
  }

  private static boolean isLoneSurrogate(String value, int at) {
    char c = value.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == value.length() || !Character.isLowSurrogate(value.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(value.charAt(at - 1)));
  }
}

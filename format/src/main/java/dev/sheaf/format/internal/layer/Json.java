package dev.sheaf.format.internal.layer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes the JSON leaves of the version tree: compact, fields in a fixed order. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** Returns an empty object. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** Returns the bytes of a leaf: one line of compact JSON. */
  public static byte[] bytes(JsonNode node) {
    try {
      byte[] json = MAPPER.writeValueAsBytes(node);
      byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
      line[json.length] = '\n';
      return line;
    } catch (JsonProcessingException e) {
      throw new AssertionError("a tree of nodes can be written", e);
    }
  }

  /**
   * Parses a leaf.
   *
   * @throws CorruptDataException if it is not a JSON object
   */
  public static ObjectNode parse(byte[] bytes, String path) {
    try {
      JsonNode node = MAPPER.readTree(bytes);
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (IOException e) {
      throw bad(path, "not JSON: " + e.getMessage().lines().findFirst().orElse(""), e);
    }
    throw bad(path, "not a JSON object", null);
  }

  /** Returns any JSON value from its text. */
  public static JsonNode value(String text, String path) {
    try {
      JsonNode node = MAPPER.readTree(text);
      return node == null ? MAPPER.nullNode() : node;
    } catch (JsonProcessingException e) {
      throw bad(path, "not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Returns a text field. */
  public static String text(ObjectNode node, String field, String path) {
    JsonNode value = node.get(field);
    if (value == null || !value.isTextual()) {
      throw bad(path, "expected text in \"" + field + "\", got " + value, null);
    }
    return value.textValue();
  }

  /** Returns a whole number field within bounds. */
  public static long number(ObjectNode node, String field, long least, long most, String path) {
    JsonNode value = node.get(field);
    if (value == null
        || !value.canConvertToLong()
        || !value.isIntegralNumber()
        || value.longValue() < least
        || value.longValue() > most) {
      throw bad(
          path,
          "expected a number from " + least + " to " + most + " in \"" + field + "\", got " + value,
          null);
    }
    return value.longValue();
  }

  /** Returns an object field. */
  public static ObjectNode object(ObjectNode node, String field, String path) {
    JsonNode value = node.get(field);
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw bad(path, "expected an object in \"" + field + "\", got " + value, null);
  }

  /** Returns an array field. */
  public static ArrayNode array(ObjectNode node, String field, String path) {
    JsonNode value = node.get(field);
    if (value instanceof ArrayNode array) {
      return array;
    }
    throw bad(path, "expected an array in \"" + field + "\", got " + value, null);
  }

  /** Returns the texts of an array field. */
  public static List<String> texts(ObjectNode node, String field, String path) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array(node, field, path)) {
      if (!element.isTextual()) {
        throw bad(path, "expected texts in \"" + field + "\", got " + element, null);
      }
      texts.add(element.textValue());
    }
    return texts;
  }

  /** Returns the whole numbers of an array field, each within bounds. */
  public static long[] numbers(ObjectNode node, String field, long least, long most, String path) {
    ArrayNode array = array(node, field, path);
    long[] numbers = new long[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode value = array.get(i);
      if (!value.isIntegralNumber()
          || !value.canConvertToLong()
          || value.longValue() < least
          || value.longValue() > most) {
        throw bad(
            path, "expected numbers from " + least + " to " + most + " in \"" + field + "\"", null);
      }
      numbers[i] = value.longValue();
    }
    return numbers;
  }

  /** Tells whether a text is so many hex digits in lower case. */
  static boolean isHex(String text, int digits) {
    if (text.length() != digits) {
      return false;
    }
    for (int i = 0; i < digits; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** Returns the error for a leaf that is not as it must be. */
  public static CorruptDataException bad(String path, String what, Throwable cause) {
    return new CorruptDataException(
        "SHEAF-TRE-001",
        "Leaf of the version tree is damaged: " + what,
        Location.NONE.with("path", path),
        "Run `sheaf fsck`",
        cause);
  }
}

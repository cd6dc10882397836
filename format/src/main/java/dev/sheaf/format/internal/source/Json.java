package dev.sheaf.format.internal.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Location;
import java.util.TreeMap;

/**
 * JSON as sources have it: numbers keep their digits, names may not repeat, NaN is allowed as
 * Python writes it.
 */
public final class Json {
  public static final JsonMapper MAPPER =
      JsonMapper.builder(
              com.fasterxml.jackson.core.JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength((int) Limits.VALUE_BYTES)
                          .maxNumberLength(10_000)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  /**
   * Reads a value.
   *
   * @throws dev.sheaf.format.InvalidInputException if the bytes are none
   */
  public static JsonNode read(byte[] bytes, Location where) {
    try {
      JsonNode node = MAPPER.readTree(StrictUtf8.decode(bytes, where));
      if (hasLoneSurrogate(node)) {
        throw InputErrors.loneSurrogate(where);
      }
      return node;
    } catch (JsonProcessingException e) {
      throw isDuplicateName(e)
          ? InputErrors.duplicateName(duplicateName(e), where)
          : InputErrors.badJson(reason(e), where);
    }
  }

  /** Returns the compact text of a value. */
  public static String text(JsonNode node) {
    return node.toString();
  }

  /**
   * Returns a value whose objects list their names in order, so that equal values have equal text.
   */
  public static JsonNode sorted(JsonNode node) {
    if (node.isArray()) {
      ArrayNode array = MAPPER.createArrayNode();
      node.forEach(value -> array.add(sorted(value)));
      return array;
    }
    if (node.isObject()) {
      TreeMap<String, JsonNode> fields = new TreeMap<>();
      node.properties().forEach(field -> fields.put(field.getKey(), sorted(field.getValue())));
      ObjectNode object = MAPPER.createObjectNode();
      fields.forEach(object::set);
      return object;
    }
    return node;
  }

  /** Tells whether a text or name in the tree has half of a surrogate pair. */
  public static boolean hasLoneSurrogate(JsonNode node) {
    if (node.isTextual()) {
      return StrictUtf8.hasLoneSurrogate(node.textValue());
    }
    var names = node.fieldNames();
    while (names.hasNext()) {
      if (StrictUtf8.hasLoneSurrogate(names.next())) {
        return true;
      }
    }
    for (JsonNode value : node) {
      if (hasLoneSurrogate(value)) {
        return true;
      }
    }
    return false;
  }

  /** Returns what kind of value it is, for a message. */
  public static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case STRING -> "text";
      case NUMBER -> "a number";
      case BOOLEAN -> "a truth value";
      default -> "null";
    };
  }

  /** Returns the parser's complaint without the excerpt and place it appends. */
  public static String reason(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    return e.getLocation() == null
        ? message
        : message + " (column " + e.getLocation().getColumnNr() + ")";
  }

  public static boolean isDuplicateName(JsonProcessingException e) {
    return e.getOriginalMessage().startsWith("Duplicate field '")
        || e.getOriginalMessage().startsWith("Duplicate Object property \"");
  }

  /** Returns the name in the parser's complaint about a repeated name. */
  public static String duplicateName(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    int start = Math.max(message.indexOf('\''), message.indexOf('"')) + 1;
    int end = Math.max(message.lastIndexOf('\''), message.lastIndexOf('"'));
    return start > 0 && end > start ? message.substring(start, end) : message;
  }

  /** Begins to read a whole document. */
  public static JsonParser parser(java.io.Reader reader) throws java.io.IOException {
    return MAPPER.createParser(reader);
  }
}

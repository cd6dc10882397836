package dev.sheaf.format.internal.source.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.CanonicalHash;
import dev.sheaf.format.internal.source.Cells;
import dev.sheaf.format.internal.source.Json;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The typed column {@code messages} that chats of every style become, one struct a turn:
 *
 * <ul>
 *   <li>{@code role}: system, user, assistant or tool, else the word of the source;
 *   <li>{@code content}: the text of the turn, with {@code <image>}, {@code <audio>} and {@code
 *       <video>} where media stand;
 *   <li>{@code parts}: text and media in order where there are media or several parts: {@code
 *       type}, {@code text}, {@code media} (the name of the file) and {@code index} (the position
 *       in the row's list of images, audios or videos);
 *   <li>{@code reasoning}, {@code name}, {@code tool_calls} (id, name, arguments), {@code
 *       tool_call_id}, {@code weight} (of the loss);
 *   <li>{@code from}: the word of the source for the role where it is another;
 *   <li>{@code extra}: every other field of the turn.
 * </ul>
 */
public final class Messages {
  private static final String COLUMN = "messages";
  private static final Type.Struct PART =
      new Type.Struct(
          List.of(
              new Type.Field("type", Type.UTF8),
              new Type.Field("text", Type.UTF8),
              new Type.Field("media", Type.UTF8),
              new Type.Field("index", Type.scalar(DType.INT32)),
              new Type.Field("extra", Type.JSON)));
  private static final Type.Struct CALL =
      new Type.Struct(
          List.of(
              new Type.Field("id", Type.UTF8),
              new Type.Field("name", Type.UTF8),
              new Type.Field("arguments", Type.JSON)));

  /** The type of the column. */
  public static final Type TYPE =
      Type.list(
          new Type.Struct(
              List.of(
                  new Type.Field("role", Type.UTF8),
                  new Type.Field("content", Type.UTF8),
                  new Type.Field("parts", Type.list(PART)),
                  new Type.Field("reasoning", Type.UTF8),
                  new Type.Field("name", Type.UTF8),
                  new Type.Field("tool_calls", Type.list(CALL)),
                  new Type.Field("tool_call_id", Type.UTF8),
                  new Type.Field("weight", Type.scalar(DType.FLOAT64)),
                  new Type.Field("from", Type.UTF8),
                  new Type.Field("extra", Type.JSON))));

  private static final Map<String, String> ROLES =
      Map.ofEntries(
          Map.entry("human", "user"),
          Map.entry("gpt", "assistant"),
          Map.entry("chatgpt", "assistant"),
          Map.entry("bing", "assistant"),
          Map.entry("bard", "assistant"),
          Map.entry("bot", "assistant"),
          Map.entry("model", "assistant"),
          Map.entry("function_call", "assistant"),
          Map.entry("observation", "tool"),
          Map.entry("function_response", "tool"),
          Map.entry("function", "tool"));

  /** The media that a turn can hold, with the word for each and the list that holds them. */
  private enum Kind {
    IMAGE("image", "images"),
    AUDIO("audio", "audios"),
    VIDEO("video", "videos");

    private final String word;
    private final String list;

    Kind(String word, String list) {
      this.word = word;
      this.list = list;
    }

    String placeholder() {
      return "<" + word + ">";
    }
  }

  private final Map<String, Object> cells;
  private final Map<Kind, List<String>> found = new EnumMap<>(Kind.class);
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
  private final List<Object> turns = new ArrayList<>();

  private Messages(Map<String, Object> cells) {
    this.cells = cells;
  }

  /** Returns the cells of a row with its turns in the column {@code messages}. */
  public static Map<String, Object> of(Map<String, Object> cells, ChatStyle style) {
    Messages messages = new Messages(cells);
    Map<String, Object> more = messages.read(style);
    more.put(COLUMN, messages.turns);
    messages.found.forEach((kind, names) -> more.putIfAbsent(kind.list, array(names)));
    return more;
  }

  private static JsonNode array(List<String> names) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    names.forEach(array::add);
    return array;
  }

  private Map<String, Object> read(ChatStyle style) {
    Map<String, Object> rest = new LinkedHashMap<>(cells);
    switch (style) {
      case MESSAGES -> ((JsonNode) cells.get(COLUMN)).forEach(this::message);
      case SHAREGPT -> {
        system();
        ((JsonNode) rest.remove(style.column())).forEach(this::turn);
      }
      case ALPACA -> {
        system();
        if (cells.get("history") instanceof JsonNode history && history.isArray()) {
          history.forEach(this::round);
        }
        instruction(text("input"), text("output"));
      }
      case INSTANCES -> {
        JsonNode only = ((JsonNode) cells.get(style.column())).get(0);
        instruction(only.path("input").textValue(), only.path("output").textValue());
      }
    }
    return rest;
  }

  private String text(String column) {
    Object cell = cells.get(column);
    return CanonicalHash.isNull(cell) ? null : Cells.keyText(cell);
  }

  private void system() {
    String system = text("system");
    if (system != null && !system.isEmpty()) {
      turns.add(plain("system", system));
    }
  }

  /** Adds a pair of question and answer. */
  private void round(JsonNode pair) {
    if (pair.isArray() && pair.size() == 2) {
      turns.add(plain("user", pair.get(0).asText()));
      turns.add(plain("assistant", pair.get(1).asText()));
    }
  }

  private void instruction(String input, String output) {
    String instruction = text("instruction");
    boolean alone = input == null || input.isBlank();
    turns.add(plain("user", alone ? instruction : instruction + "\n" + input));
    turns.add(plain("assistant", output));
  }

  private Map<String, Object> plain(String role, String content) {
    Map<String, Object> turn = new LinkedHashMap<>();
    turn.put("role", role);
    turn.put("content", content);
    turn.put("parts", placeholders(content));
    return turn;
  }

  /** Adds a turn of {@code from} and {@code value}. */
  private void turn(JsonNode node) {
    String from = node.path("from").textValue();
    String value = node.path("value").textValue();
    Map<String, Object> turn = plain(ROLES.getOrDefault(from, from), value);
    if (from.equals("function_call")) {
      turn.put("tool_calls", calls(parsed(value)));
    }
    common(turn, node, from, Set.of("from", "value"));
    turns.add(turn);
  }

  /** Adds a turn of {@code role} and {@code content}. */
  private void message(JsonNode node) {
    String role = node.path("role").textValue();
    JsonNode content = node.path("content");
    Map<String, Object> turn = new LinkedHashMap<>();
    turn.put("role", ROLES.getOrDefault(role, role));
    if (content.isArray()) {
      parts(turn, content);
    } else {
      turn.put("content", content.isNull() || content.isMissingNode() ? null : words(content));
      turn.put("parts", content.isTextual() ? placeholders(content.textValue()) : null);
    }
    if (node.hasNonNull("tool_calls")) {
      turn.put("tool_calls", calls(node.get("tool_calls")));
    } else if (node.hasNonNull("function_call")) {
      turn.put("tool_calls", calls(node.get("function_call")));
    }
    common(turn, node, role, Set.of("role", "content", "tool_calls", "function_call"));
    turns.add(turn);
  }

  private static String words(JsonNode node) {
    return node.isTextual() ? node.textValue() : Json.text(node);
  }

  private void common(Map<String, Object> turn, JsonNode node, String word, Set<String> taken) {
    ObjectNode extra = JsonNodeFactory.instance.objectNode();
    node.properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue();
              switch (field.getKey()) {
                case "reasoning_content", "reasoning", "thinking" ->
                    textOr(turn, "reasoning", field.getKey(), value, extra);
                case "name" -> textOr(turn, "name", "name", value, extra);
                case "tool_call_id" -> textOr(turn, "tool_call_id", "tool_call_id", value, extra);
                case "loss_weight", "weight" -> weight(turn, field.getKey(), value, extra);
                default -> {
                  if (!taken.contains(field.getKey())) {
                    extra.set(field.getKey(), value);
                  }
                }
              }
            });
    if (!turn.get("role").equals(word)) {
      turn.put("from", word);
    }
    if (!extra.isEmpty()) {
      turn.put("extra", extra);
    }
  }

  private static void textOr(
      Map<String, Object> turn, String field, String name, JsonNode value, ObjectNode extra) {
    if (value.isTextual() && !turn.containsKey(field)) {
      turn.put(field, value.textValue());
    } else if (!value.isNull()) {
      extra.set(name, value);
    }
  }

  private static void weight(
      Map<String, Object> turn, String name, JsonNode value, ObjectNode extra) {
    if (value.isNumber() && !turn.containsKey("weight")) {
      turn.put("weight", value.doubleValue());
    } else if (!value.isNull()) {
      extra.set(name, value);
    }
  }

  private static JsonNode parsed(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.missingNode(); // the text itself stays the content
    }
  }

  /** Reads one call or a list of calls; null if they are none. */
  private static List<Object> calls(JsonNode node) {
    List<Object> calls = new ArrayList<>();
    for (JsonNode one : node.isArray() ? node : JsonNodeFactory.instance.arrayNode().add(node)) {
      JsonNode function = one.path("function").isObject() ? one.get("function") : one;
      if (!function.path("name").isTextual()) {
        return null;
      }
      Map<String, Object> call = new LinkedHashMap<>();
      call.put("id", one.path("id").textValue());
      call.put("name", function.get("name").textValue());
      JsonNode arguments = function.path("arguments");
      JsonNode inner = arguments.isTextual() ? parsed(arguments.textValue()) : arguments;
      call.put("arguments", inner.isMissingNode() && arguments.isTextual() ? arguments : inner);
      calls.add(call);
    }
    return calls;
  }

  private int next(Kind kind) {
    return counts.merge(kind, 1, Integer::sum) - 1;
  }

  /** Returns the parts of a text with placeholders for media that the row has, else null. */
  private List<Object> placeholders(String text) {
    List<Object> parts = new ArrayList<>();
    int from = 0;
    while (text != null) {
      Kind first = null;
      int at = text.length();
      for (Kind kind : Kind.values()) {
        int where = text.indexOf(kind.placeholder(), from);
        if (where >= 0 && where < at && hasMedia(kind)) {
          first = kind;
          at = where;
        }
      }
      if (first == null) {
        break;
      }
      if (at > from) {
        parts.add(part("text", text.substring(from, at), null, null));
      }
      parts.add(part(first.word, null, null, next(first)));
      from = at + first.placeholder().length();
    }
    if (parts.isEmpty()) {
      return null;
    }
    if (from < text.length()) {
      parts.add(part("text", text.substring(from), null, null));
    }
    return parts;
  }

  private boolean hasMedia(Kind kind) {
    return !CanonicalHash.isNull(cells.get(kind.list))
        || !CanonicalHash.isNull(cells.get(kind.word));
  }

  private static Map<String, Object> part(String type, String text, String media, Integer index) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("type", type);
    part.put("text", text);
    part.put("media", media);
    part.put("index", index);
    return part;
  }

  /** Reads a content that is a list of parts. */
  private void parts(Map<String, Object> turn, JsonNode content) {
    List<Object> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (JsonNode node : content) {
      if (node.isTextual()) {
        parts.add(part("text", node.textValue(), null, null));
        text.append(node.textValue());
        continue;
      }
      String type = node.path("type").isTextual() ? node.get("type").textValue() : "text";
      Kind kind = kindOf(type);
      Map<String, Object> part;
      Set<String> taken;
      if (kind == null) {
        String key = node.has("text") ? "text" : node.has("value") ? "value" : type;
        JsonNode value = node.path(key);
        part = part(type, value.isMissingNode() ? null : words(value), null, null);
        taken = Set.of("type", key);
        if (type.equals("text") && value.isTextual()) {
          text.append(value.textValue());
        }
      } else {
        String key = node.has("value") ? "value" : node.has(type) ? type : kind.word;
        String name = name(node.path(key));
        part = part(kind.word, null, name, next(kind));
        taken =
            node.path(key).isObject() && node.path(key).size() > 1
                ? Set.of("type")
                : Set.of("type", key);
        if (name != null) {
          found.computeIfAbsent(kind, one -> new ArrayList<>()).add(name);
        }
        text.append(kind.placeholder());
      }
      ObjectNode extra = node.isObject() ? ((ObjectNode) node).deepCopy() : null;
      if (extra != null) {
        extra.remove(taken);
        part.put("extra", extra.isEmpty() ? null : extra);
      }
      parts.add(part);
    }
    turn.put("content", text.toString());
    turn.put("parts", parts);
  }

  private static Kind kindOf(String type) {
    for (Kind kind : Kind.values()) {
      if (type.contains(kind.word)) {
        return kind;
      }
    }
    return null;
  }

  private static String name(JsonNode value) {
    if (value.isObject()) {
      return value.path("url").isTextual()
          ? value.get("url").textValue()
          : value.path("path").textValue();
    }
    return value.textValue();
  }
}

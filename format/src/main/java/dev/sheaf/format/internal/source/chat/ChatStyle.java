package dev.sheaf.format.internal.source.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.internal.source.CanonicalHash;
import java.util.Map;
import java.util.Optional;

/** The forms in which chats and instructions are written. */
public enum ChatStyle {
  /** {@code messages} of {@code role} and {@code content}, as OpenAI has them. */
  MESSAGES("messages"),
  /** {@code conversations} of {@code from} and {@code value}. */
  SHAREGPT("conversations"),
  /** {@code instruction}, {@code input} and {@code output}. */
  ALPACA("instruction"),
  /** {@code instruction} and one of {@code instances} with {@code input} and {@code output}. */
  INSTANCES("instances");

  private final String column;

  ChatStyle(String column) {
    this.column = column;
  }

  /** Returns the column that shows the style. */
  public String column() {
    return column;
  }

  /** Returns the style of a row, or empty if it is no chat. */
  public static Optional<ChatStyle> of(Map<String, Object> cells) {
    for (ChatStyle style : values()) {
      if (style.fits(cells)) {
        return Optional.of(style);
      }
    }
    return Optional.empty();
  }

  /** Tells whether a row is written in this style. */
  public boolean fits(Map<String, Object> cells) {
    return switch (this) {
      case MESSAGES -> isTurns(cells.get(column), "role", "");
      case SHAREGPT ->
          isTurns(cells.get(column), "from", "value") && !cells.containsKey("messages");
      case ALPACA ->
          isText(cells.get("instruction"))
              && isText(cells.get("output"))
              && isTextOrNull(cells.get("input"))
              && !cells.containsKey("messages");
      case INSTANCES ->
          isText(cells.get("instruction"))
              && cells.get(column) instanceof JsonNode list
              && list.isArray()
              && list.size() == 1
              && list.get(0).path("output").isTextual()
              && !cells.containsKey("messages");
    };
  }

  private static boolean isTurns(Object cell, String role, String value) {
    if (!(cell instanceof JsonNode list && list.isArray() && !list.isEmpty())) {
      return false;
    }
    for (JsonNode turn : list) {
      boolean fits =
          turn.isObject()
              && turn.path(role).isTextual()
              && (value.isEmpty() || turn.path(value).isTextual());
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static boolean isText(Object cell) {
    return cell instanceof String || cell instanceof JsonNode node && node.isTextual();
  }

  private static boolean isTextOrNull(Object cell) {
    return CanonicalHash.isNull(cell) || isText(cell);
  }
}

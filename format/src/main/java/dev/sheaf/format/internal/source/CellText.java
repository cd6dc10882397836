package dev.sheaf.format.internal.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** One cell from what a person typed. */
public final class CellText {
  private static final String ADVICE = "Null is written ";

  private CellText() {}

  /**
   * Returns the value of plain text.
   *
   * @param folder where the file names of media begin
   * @throws dev.sheaf.format.InvalidInputException if it does not fit
   */
  public static Object ofText(Type type, String column, String text, Path folder) {
    Location where = Location.NONE.with("column", column);
    if (type instanceof Type.Media media) {
      return media(text, media.kind(), folder, where);
    }
    if (type instanceof Type.Binary) {
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        throw misfit(column, "expected Base64: " + e.getMessage());
      }
    }
    boolean plain =
        type instanceof Type.Utf8
            || type instanceof Type.Scalar
            || type instanceof Type.Date
            || type instanceof Type.Timestamp;
    return plain ? converted(type, column, text) : ofJson(type, column, text);
  }

  /**
   * Returns the value of JSON text, null for null.
   *
   * @throws dev.sheaf.format.InvalidInputException if it is no JSON or does not fit
   */
  public static Object ofJson(Type type, String column, String json) {
    JsonNode node;
    try {
      node = Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw misfit(column, "expected JSON of type " + type + ": " + Json.reason(e));
    }
    if (node == null || node.isMissingNode()) {
      throw misfit(column, "expected JSON of type " + type + ", got nothing");
    }
    return node.isNull() ? null : converted(type, column, node);
  }

  private static Object converted(Type type, String column, Object raw) {
    try {
      return Cells.convert(raw, type);
    } catch (Cells.MisfitException e) {
      throw misfit(column, e.getMessage());
    }
  }

  private static Object media(String text, MediaKind kind, Path folder, Location where) {
    Path file = folder.resolve(text);
    if (!Files.isRegularFile(file)) {
      throw InputErrors.missing(where.with("file", text));
    }
    try {
      return PayloadReader.media(Files.readAllBytes(file), kind, where.with("file", text));
    } catch (IOException e) {
      throw InputErrors.unreadable(e, where.with("file", text));
    }
  }

  private static RuntimeException misfit(String column, String reason) {
    return InputErrors.of(
        42,
        "The value does not fit column \"" + Names.brief(column) + "\": " + reason,
        Location.NONE,
        ADVICE + column + ":=null, other JSON " + column + ":=JSON");
  }
}

package dev.sheaf.format.internal.source.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.Origin;
import dev.sheaf.format.internal.source.ColumnNames;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Json;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.StrictUtf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON Lines: one object per line; blank lines are passed over. */
public final class JsonlSource extends TableSource {
  public JsonlSource(SourceFile file, SourceOptions options) {
    super(file, options);
  }

  @Override
  public RawCursor rows() throws IOException {
    return new Cursor(file());
  }

  @Override
  public Observer observer() {
    return new ChatObserver(this, new GuessingObserver(this, List.of(), false), false);
  }

  @Override
  public long declaredRows() {
    return -1;
  }

  private static final class Cursor implements RawCursor {
    private final SourceFile file;
    private final LineReader lines;
    private long number;

    Cursor(SourceFile file) throws IOException {
      this.file = file;
      this.lines = new LineReader(Files.newInputStream(file.path()));
    }

    @Override
    public RawRow next() throws IOException {
      while (true) {
        byte[] line = lines.line();
        if (line == null) {
          return null;
        }
        number++;
        if (!isBlank(line)) {
          return new Line(new Place(file, Origin.Unit.OFFSET, lines.lineOffset(), number), line);
        }
      }
    }

    private static boolean isBlank(byte[] line) {
      for (byte b : line) {
        if (b != ' ' && b != '\t') {
          return false;
        }
      }
      return true;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  /** A line, parsed by the thread that asks for its cells. */
  private static final class Line implements RawRow {
    private final Place place;
    private final byte[] bytes;

    Line(Place place, byte[] bytes) {
      this.place = place;
      this.bytes = bytes;
    }

    @Override
    public Place place() {
      return place;
    }

    @Override
    public long weight() {
      return 4L * bytes.length;
    }

    @Override
    public Map<String, Object> cells() {
      int bad = StrictUtf8.firstBad(bytes, 0, bytes.length);
      if (bad >= 0) {
        throw InputErrors.badUtf8(place.location(), place.position() + bad);
      }
      String text = new String(bytes, StandardCharsets.UTF_8);
      try {
        return JsonRows.cells(Json.MAPPER.readTree(text), text.contains("\\u"), place);
      } catch (JsonProcessingException e) {
        throw JsonRows.problem(e, place);
      }
    }
  }

  /** Turns parsed objects into rows. */
  public static final class JsonRows {
    private JsonRows() {}

    static Map<String, Object> cells(JsonNode node, boolean escapes, Place place) {
      if (!node.isObject()) {
        throw InputErrors.notAnObject(Json.kind(node), place.location());
      }
      if (escapes && Json.hasLoneSurrogate(node)) {
        throw InputErrors.loneSurrogate(place.location());
      }
      ColumnNames.checkCount(node.size(), place.location());
      Map<String, Object> cells = new LinkedHashMap<>();
      node.properties().forEach(field -> cells.put(field.getKey(), field.getValue()));
      return cells;
    }

    static RuntimeException problem(JsonProcessingException e, Place place) {
      return Json.isDuplicateName(e)
          ? InputErrors.duplicateName(Json.duplicateName(e), place.location())
          : InputErrors.badJson(Json.reason(e), place.location());
    }
  }
}

package dev.sheaf.format.internal.source.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Origin;
import dev.sheaf.format.internal.source.Json;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * One JSON document that is a table. Its forms:
 *
 * <ul>
 *   <li>an array of objects, one row each;
 *   <li>an object with one array of objects among its members: that array;
 *   <li>an object of arrays of one length: the columns;
 *   <li>an object of objects: one row each, whose name becomes the column {@code name};
 *   <li>any other object: one row.
 * </ul>
 */
public final class JsonSource extends TableSource {
  private static final ObjectReader READER =
      Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonForm form;

  public JsonSource(SourceFile file, SourceOptions options) {
    super(file, options);
  }

  @Override
  public Observer observer() {
    ChatObserver guesses =
        new ChatObserver(this, new GuessingObserver(this, List.of(), false), false);
    return new Observer() {
      @Override
      public void see(Place place, java.util.Map<String, Object> cells) {
        guesses.see(place, cells);
      }

      @Override
      public boolean isDone() {
        return false;
      }

      @Override
      public List<SourceColumn> columns(List<String> notes) {
        form.note().ifPresent(notes::add);
        return guesses.columns(notes);
      }

      @Override
      public RowForm form() {
        return guesses.form();
      }
    };
  }

  @Override
  public long declaredRows() {
    return -1;
  }

  @Override
  public RawCursor rows() throws IOException {
    if (form == null) {
      try (JsonParser parser = parser()) {
        form = JsonForm.of(parser, file());
      } catch (JsonProcessingException e) {
        throw problem(e);
      }
    }
    return switch (form.layout()) {
      case COLUMNS -> byColumns();
      case ROW -> new Rows(parser(), true);
      case ARRAY, MEMBER, RECORDS -> new Rows(parser(), false);
    };
  }

  private JsonParser parser() throws IOException {
    return Json.parser(new Utf8Reader(Files.newInputStream(file().path()), file()));
  }

  private RuntimeException problem(JsonProcessingException e) {
    long line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    return JsonlSource.JsonRows.problem(e, new Place(file(), Origin.Unit.WHOLE, -1, line));
  }

  private RawCursor byColumns() throws IOException {
    JsonNode document;
    try (JsonParser parser = parser()) {
      document = READER.readTree(parser);
    } catch (JsonProcessingException e) {
      throw problem(e);
    }
    long count = document.elements().next().size();
    List<String> names = new ArrayList<>();
    document.fieldNames().forEachRemaining(names::add);
    return new RawCursor() {
      private int row;

      @Override
      public RawRow next() {
        if (row == count) {
          return null;
        }
        ObjectNode cells = Json.MAPPER.createObjectNode();
        names.forEach(name -> cells.set(name, document.get(name).get(row)));
        return ready(cells, row++, 0);
      }

      @Override
      public void close() {}
    };
  }

  private RawRow ready(JsonNode node, long row, long line) {
    Place place = new Place(file(), Origin.Unit.ROW, row, line);
    try {
      return new RawRow.Ready(
          place, 256L * node.size(), JsonlSource.JsonRows.cells(node, true, place));
    } catch (dev.sheaf.format.DatasetException e) {
      return new RawRow.Malformed(place, e);
    }
  }

  /** The rows of a document that is read as a stream. */
  private final class Rows implements RawCursor {
    private final JsonParser parser;
    private long row;
    private boolean single;

    Rows(JsonParser parser, boolean single) throws IOException {
      this.parser = parser;
      this.single = single;
      parser.nextToken();
      if (form.layout() == JsonForm.Layout.MEMBER) {
        while (!(parser.nextToken() == JsonToken.FIELD_NAME
            && parser.currentName().equals(form.member()))) {
          parser.nextToken();
          parser.skipChildren();
        }
        parser.nextToken();
      }
    }

    @Override
    public RawRow next() throws IOException {
      try {
        if (single) {
          single = false;
          return ready(READER.readTree(parser), row++, 1);
        }
        JsonToken token = form.layout() == JsonForm.Layout.ROW ? null : parser.nextToken();
        if (token == null || token == JsonToken.END_ARRAY || token == JsonToken.END_OBJECT) {
          return null;
        }
        String name = null;
        if (token == JsonToken.FIELD_NAME) {
          name = parser.currentName();
          parser.nextToken();
        }
        long line = parser.currentTokenLocation().getLineNr();
        JsonNode node = READER.readTree(parser);
        if (name != null) {
          ObjectNode named = Json.MAPPER.createObjectNode().put(form.member(), name);
          named.setAll((ObjectNode) node);
          node = named;
        }
        return ready(node, row++, line);
      } catch (JsonProcessingException e) {
        throw problem(e);
      }
    }

    @Override
    public void close() throws IOException {
      parser.close();
    }
  }
}

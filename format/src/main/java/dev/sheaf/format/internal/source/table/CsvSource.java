package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Origin;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Comma- or tab-separated text (RFC 4180) with a header.
 *
 * <p>A field without quotes and characters is null, a quoted one is the empty text. When the header
 * of a {@code .csv} has no comma, a semicolon or tab in it is the delimiter. Blank lines are passed
 * over.
 */
public final class CsvSource extends TableSource {
  private final boolean tabs;
  private List<String> header;

  public CsvSource(SourceFile file, SourceOptions options, boolean tabs) {
    super(file, options);
    this.tabs = tabs;
  }

  @Override
  public Observer observer() {
    try {
      open().close();
      if (header == null) {
        throw InputErrors.nothing(file().location(), ": the file has no header");
      }
    } catch (IOException e) {
      throw InputErrors.unreadable(e, file().location());
    }
    return new ChatObserver(this, new GuessingObserver(this, header, true), true);
  }

  @Override
  public long declaredRows() {
    return -1;
  }

  /** Opens the file and reads the header. */
  private CsvReader open() throws IOException {
    CsvReader reader =
        new CsvReader(file(), Files.newInputStream(file().path()), tabs ? '\t' : ',');
    try {
      if (!tabs) {
        reader.findDelimiter();
      }
      header = reader.record();
      if (header != null) {
        List<String> names = header.stream().map(name -> name == null ? "" : name).toList();
        checkNames(names, file().location().with("line", 1L));
        header = names;
      }
      return reader;
    } catch (DatasetException | IOException e) {
      reader.close();
      throw e;
    }
  }

  @Override
  public RawCursor rows() throws IOException {
    CsvReader reader = open();
    List<String> names = header;
    return new RawCursor() {
      private long row;

      @Override
      public RawRow next() throws IOException {
        List<String> fields;
        long before = reader.offset();
        try {
          fields = reader.record();
        } catch (DatasetException e) {
          return new RawRow.Malformed(place(), e);
        }
        if (fields == null) {
          return null;
        }
        Place place = place();
        if (fields.size() != names.size()) {
          return new RawRow.Malformed(
              place, InputErrors.ragged(names.size(), fields.size(), place.location()));
        }
        Map<String, Object> cells = new LinkedHashMap<>(names.size() * 2);
        for (int i = 0; i < names.size(); i++) {
          cells.put(names.get(i), fields.get(i));
        }
        return new RawRow.Ready(place, 3 * (reader.offset() - before), cells);
      }

      private Place place() {
        return new Place(file(), Origin.Unit.ROW, row++, reader.recordLine());
      }

      @Override
      public void close() throws IOException {
        reader.close();
      }
    };
  }
}

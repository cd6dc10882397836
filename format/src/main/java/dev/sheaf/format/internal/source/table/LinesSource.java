package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.Origin;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.StrictUtf8;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A text file of which each line is a sample; blank lines are passed over. */
public final class LinesSource extends TableSource {
  private static final String TEXT = "text";

  public LinesSource(SourceFile file, SourceOptions options) {
    super(file, options);
  }

  @Override
  public boolean namesMedia() {
    return false;
  }

  @Override
  public long declaredRows() {
    return -1;
  }

  @Override
  public Observer observer() {
    return new Observer() {
      @Override
      public void see(Place place, Map<String, Object> cells) {}

      @Override
      public boolean isDone() {
        return false; // the number of rows is known at the end only
      }

      @Override
      public List<SourceColumn> columns(List<String> notes) {
        notes.add("each line is a sample; pass --format text to make the whole file one");
        return List.of(new SourceColumn(TEXT, Type.UTF8, SourceColumn.Birth.TYPED, false));
      }
    };
  }

  @Override
  public RawCursor rows() throws IOException {
    LineReader lines = new LineReader(Files.newInputStream(file().path()));
    return new RawCursor() {
      private long number;

      @Override
      public RawRow next() throws IOException {
        for (byte[] line = lines.line(); line != null; line = lines.line()) {
          number++;
          Place place = new Place(file(), Origin.Unit.OFFSET, lines.lineOffset(), number);
          int bad = StrictUtf8.firstBad(line, 0, line.length);
          if (bad >= 0) {
            return new RawRow.Malformed(
                place, InputErrors.badUtf8(place.location(), place.position() + bad));
          }
          String text = new String(line, StandardCharsets.UTF_8);
          if (!text.isBlank()) {
            Map<String, Object> cells = new LinkedHashMap<>();
            cells.put(TEXT, text);
            return new RawRow.Ready(place, 4L * line.length, cells);
          }
        }
        return null;
      }

      @Override
      public void close() throws IOException {
        lines.close();
      }
    };
  }
}

package dev.sheaf.format.internal.source.array;

import dev.sheaf.format.Origin;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.table.RawCursor;
import dev.sheaf.format.internal.source.table.RawRow;
import dev.sheaf.format.internal.source.table.TableSource;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of named arrays. When all have one length along the first axis, each step along it is a
 * sample and each array a column; otherwise the whole file is one sample.
 */
public abstract class ArraySource extends TableSource {
  /** The arrays of an open file. */
  record Opened(List<? extends ArrayRows> arrays, Closeable file) implements Closeable {
    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private boolean apart;
  private long rows;

  ArraySource(SourceFile file, SourceOptions options) {
    super(file, options);
  }

  /** Opens the file and reads what describes the arrays. */
  abstract Opened open() throws IOException;

  @Override
  public Observer observer() {
    List<SourceColumn> columns = new ArrayList<>();
    String note = "";
    try (Opened opened = open()) {
      List<? extends ArrayRows> arrays = opened.arrays();
      if (arrays.isEmpty()) {
        throw InputErrors.nothing(file().location(), ": the file has no arrays");
      }
      apart =
          arrays.stream().allMatch(array -> array.rank() > 0)
              && arrays.stream().mapToLong(ArrayRows::rows).distinct().count() == 1;
      rows = apart ? arrays.get(0).rows() : 1;
      for (ArrayRows array : arrays) {
        columns.add(
            new SourceColumn(
                array.name(),
                apart ? array.rowType() : array.wholeType(),
                SourceColumn.Birth.TYPED,
                false));
      }
      if (!apart && arrays.size() > 1) {
        note = "the arrays differ along their first axis, so the file is one sample";
      }
    } catch (IOException e) {
      throw InputErrors.unreadable(e, file().location());
    }
    String told = note;
    return new Observer() {
      @Override
      public void see(Place place, Map<String, Object> cells) {}

      @Override
      public boolean isDone() {
        return true;
      }

      @Override
      public List<SourceColumn> columns(List<String> notes) {
        if (!told.isEmpty()) {
          notes.add(told);
        }
        return columns;
      }
    };
  }

  @Override
  public boolean namesMedia() {
    return false;
  }

  @Override
  public long declaredRows() {
    return rows;
  }

  @Override
  public RawCursor rows() throws IOException {
    Opened opened = open();
    return new RawCursor() {
      private long row;

      @Override
      public RawRow next() throws IOException {
        if (row == rows) {
          return null;
        }
        Place place = new Place(file(), Origin.Unit.ROW, row, 0);
        Map<String, Object> cells = new LinkedHashMap<>();
        long weight = 64;
        for (ArrayRows array : opened.arrays()) {
          cells.put(array.name(), apart ? array.row(row) : array.whole());
          weight += array.rowBytes();
        }
        row++;
        return new RawRow.Ready(place, weight, cells);
      }

      @Override
      public void close() throws IOException {
        opened.close();
      }
    };
  }

  /** Returns a name that a column can have: without leading underscores. */
  static String column(String name) {
    String plain = name.replaceAll("^_+", "");
    return plain.isBlank() ? "array" : plain;
  }

  /** Returns the name of a file without folders and extension. */
  static String stem(String name) {
    String last = name.substring(name.lastIndexOf('/') + 1);
    int dot = last.indexOf('.');
    return column(Names.show(dot <= 0 ? last : last.substring(0, dot)));
  }
}

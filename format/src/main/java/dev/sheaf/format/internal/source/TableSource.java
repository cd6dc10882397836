package dev.sheaf.format.internal.source;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Type;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A table in one file: reads it once for the columns and once for the rows. */
abstract class TableSource implements SampleSource {
  private final SourceFile file;
  private final SourceOptions options;
  private final MediaNames.Resolver resolver;
  private final List<String> notes = new ArrayList<>();
  private List<SourceColumn> columns;
  private long rowCount;
  private boolean edits;

  TableSource(SourceFile file, SourceOptions options) {
    this.file = file;
    this.options = options;
    Path folder = file.path().toAbsolutePath().getParent();
    this.resolver = new MediaNames.Resolver(folder, options.mediaRoot());
  }

  /** Lets the names pass that say which sample a row edits. */
  final void takeEdits() {
    edits = true;
  }

  /** Checks the names of a header. */
  final void checkNames(List<String> names, Location where) {
    ColumnNames.check(
        names.stream().filter(name -> !(edits && EditTable.KEYS.contains(name))).toList(), where);
  }

  /** Begins to read the rows from the first on. */
  abstract RawCursor rows() throws IOException;

  /** Is shown every row, then says what the columns are. */
  interface Observer {
    void see(Place place, Map<String, Object> cells);

    /** Tells whether nothing more can be learned from further rows. */
    boolean isDone();

    List<SourceColumn> columns(List<String> notes);
  }

  /** Returns a fresh observer for a first look. */
  abstract Observer observer();

  /** Returns the number of rows if the file says so, or -1. */
  abstract long declaredRows() throws IOException;

  /** Begins to read what an observer needs; all rows unless a reader can do with less. */
  RawCursor observedRows() throws IOException {
    return rows();
  }

  final MediaNames mediaNames() {
    return new MediaNames(resolver);
  }

  /** Returns the columns, with those that name images turned into media. */
  final SourceColumn withMedia(SourceColumn column, MediaNames names, List<String> into) {
    names.note(column.name()).ifPresent(into::add);
    return names.isMedia()
        ? new SourceColumn(
            column.name(), Type.media(MediaKind.IMAGE), column.birth(), column.vacant())
        : column;
  }

  @Override
  public final SourceFile file() {
    return file;
  }

  @Override
  public final List<SourceColumn> columns() {
    look();
    return columns;
  }

  @Override
  public final long rowCount() {
    look();
    return rowCount;
  }

  @Override
  public final List<String> notes() {
    look();
    return List.copyOf(notes);
  }

  private void look() {
    if (columns != null) {
      return;
    }
    Observer observer = observer();
    try (RawCursor cursor = observedRows()) {
      long declared = declaredRows();
      long seen = 0;
      for (RawRow row = next(cursor, observer, declared); row != null; ) {
        seen++;
        show(row, observer);
        row = next(cursor, observer, declared);
      }
      rowCount = declared < 0 ? seen : declared;
    } catch (IOException e) {
      throw InputErrors.unreadable(e, file.location());
    }
    columns = List.copyOf(observer.columns(notes));
    ColumnNames.check(columns.stream().map(SourceColumn::name).toList(), file.location());
  }

  private static RawRow next(RawCursor cursor, Observer observer, long declared)
      throws IOException {
    return declared >= 0 && observer.isDone() ? null : cursor.next();
  }

  private void show(RawRow row, Observer observer) {
    Map<String, Object> cells;
    try {
      cells = row.cells();
    } catch (DatasetException e) {
      if (!options.tolerant()) {
        throw e;
      }
      return; // reported when the rows are read
    }
    observer.see(row.place(), cells);
  }

  @Override
  public final RowCursor open(Map<String, Type> types) {
    look();
    RawCursor cursor;
    try {
      cursor = rows();
    } catch (IOException e) {
      throw InputErrors.unreadable(e, file.location());
    }
    return new RowCursor() {
      @Override
      public PendingRow next() {
        try {
          RawRow row = cursor.next();
          return row == null ? null : new TableRow(row, types, resolver);
        } catch (IOException e) {
          throw InputErrors.unreadable(e, file.location());
        }
      }

      @Override
      public void close() {
        try {
          cursor.close();
        } catch (IOException e) {
          throw InputErrors.unreadable(e, file.location());
        }
      }
    };
  }
}

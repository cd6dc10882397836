package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.ColumnNames;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.PendingRow;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.RowCursor;
import dev.sheaf.format.internal.source.SampleSource;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table in one file: reads it once for the columns and once for the rows. */
public abstract class TableSource implements SampleSource {
  /** The columns that say which sample a row of edits is, in the order of preference. */
  public static final List<String> EDIT_KEYS = List.of("_id", "_index", "_key");

  private final SourceFile file;
  private final SourceOptions options;
  private final MediaNames.Resolver resolver;
  private final List<String> notes = new ArrayList<>();
  private List<SourceColumn> columns;
  private RowForm form = RowForm.SAME;
  private long rowCount;
  private boolean edits;
  private DatasetException lost;

  public TableSource(SourceFile file, SourceOptions options) {
    this.file = file;
    this.options = options;
    Path path = file.path().toAbsolutePath();
    Path folder = Files.isDirectory(path) ? path : path.getParent();
    this.resolver = new MediaNames.Resolver(folder, options.mediaRoot());
  }

  /** Lets the names pass that say which sample a row edits. */
  public final void takeEdits() {
    edits = true;
  }

  /** Returns a row of edits with the types that its cells are to have. */
  public final PendingRow edit(RawRow row, Map<String, Type> types) {
    return new TableRow(row, types, resolver, RowForm.SAME);
  }

  /** Checks the names of a header. */
  public final void checkNames(List<String> names, Location where) {
    ColumnNames.check(
        names.stream().filter(name -> !(edits && EDIT_KEYS.contains(name))).toList(), where);
  }

  /** Begins to read the rows from the first on. */
  public abstract RawCursor rows() throws IOException;

  /** Is shown every row, then says what the columns are. */
  public interface Observer {
    void see(Place place, Map<String, Object> cells);

    /** Tells whether nothing more can be learned from further rows. */
    boolean isDone();

    List<SourceColumn> columns(List<String> notes);

    /** Returns what rows are turned into before they are ingested; asked after the columns. */
    default RowForm form() {
      return RowForm.SAME;
    }
  }

  /** Returns a fresh observer for a first look. */
  public abstract Observer observer();

  /** Returns the number of rows if the file says so, or -1. */
  public abstract long declaredRows() throws IOException;

  /** Tells whether rows that cannot be taken are left out. */
  public final boolean isTolerant() {
    return options.tolerant();
  }

  /** Begins to read what an observer needs; all rows unless a reader can do with less. */
  public RawCursor observedRows() throws IOException {
    return rows();
  }

  public final MediaNames mediaNames() {
    return new MediaNames(resolver);
  }

  /**
   * Tells whether text cells may be the names of media that the user means to go in; elsewhere a
   * name of a file that is not there is text like any other.
   */
  public boolean namesMedia() {
    return true;
  }

  /**
   * Says what became of a column that names media, and refuses it where files are missing and rows
   * are not left out for it.
   *
   * @param taken whether the payloads become cells
   */
  final void settle(String column, MediaNames names, boolean taken, List<String> into) {
    if (names.isLost()) {
      if (!namesMedia()) {
        return;
      }
      if (lost == null) {
        lost = names.lost(column, options.mediaRoot());
      }
    }
    Optional<DatasetException> problem = taken ? names.problem(column) : Optional.empty();
    if (problem.isPresent() && !options.tolerant()) {
      throw problem.get();
    }
    names.note(column).ifPresent(into::add);
  }

  /** Returns the column, turned into media if it names files. */
  public final SourceColumn withMedia(SourceColumn column, MediaNames names, List<String> into) {
    settle(column.name(), names, true, into);
    return names
        .kind()
        .map(kind -> new SourceColumn(column.name(), Type.media(kind), column.birth(), false))
        .orElse(column);
  }

  @Override
  public boolean isTable() {
    return true;
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
    List<SourceColumn> found = List.copyOf(observer.columns(notes));
    // Whoever gives a media root expects media: a wrong one must not make text of their names.
    boolean none = found.stream().noneMatch(column -> column.type() instanceof Type.Media);
    if (none && lost != null && options.mediaRoot() != null) {
      throw lost;
    }
    columns = found;
    form = observer.form();
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
          return row == null ? null : new TableRow(row, types, resolver, form);
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

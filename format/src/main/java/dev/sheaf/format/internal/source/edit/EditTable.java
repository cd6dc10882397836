package dev.sheaf.format.internal.source.edit;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.Cells;
import dev.sheaf.format.internal.source.Heads;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.KnownHashes;
import dev.sheaf.format.internal.source.LoadedRow;
import dev.sheaf.format.internal.source.PayloadJournal;
import dev.sheaf.format.internal.source.PayloadReader;
import dev.sheaf.format.internal.source.PendingRow;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceFormat;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.arrow.ArrowSource;
import dev.sheaf.format.internal.source.parquet.ParquetSource;
import dev.sheaf.format.internal.source.table.CsvSource;
import dev.sheaf.format.internal.source.table.JsonSource;
import dev.sheaf.format.internal.source.table.JsonlSource;
import dev.sheaf.format.internal.source.table.RawCursor;
import dev.sheaf.format.internal.source.table.RawRow;
import dev.sheaf.format.internal.source.table.TableSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table whose rows are edits of samples that are there. Unlike a {@link
 * dev.sheaf.format.internal.source.SampleSource} it may have the columns {@code _id}, {@code
 * _index} and {@code _key}, and a field that a row does not have is not in its cells. For one
 * thread.
 */
public final class EditTable {
  /** The columns that say which sample a row is, in the order of preference. */
  public static final List<String> KEYS = TableSource.EDIT_KEYS;

  private final TableSource table;
  private final SourceFile file;
  private final Set<String> names = new LinkedHashSet<>();
  private List<SourceColumn> columns;

  private EditTable(TableSource table, SourceFile file) {
    this.table = table;
    this.file = file;
  }

  /** Is given the rows of a table. */
  @FunctionalInterface
  public interface Rows {
    /**
     * Takes one row.
     *
     * @param key the cell of the key column as text, or empty if it is null or missing
     * @param cells the cells that the row has, by column; null for null
     * @param where the row
     */
    void row(Optional<String> key, Map<String, Object> cells, Location where);
  }

  /**
   * Opens a table and reads it once for its columns.
   *
   * @param format what it is, or null to find out
   * @param mediaRoot where relative file names begin, beside the table's own folder, or null
   * @throws dev.sheaf.format.DatasetException if it cannot be read
   */
  public static EditTable open(Path path, SourceFormat format, Path mediaRoot) {
    Path name = path.getFileName();
    SourceFile file = new SourceFile(path, name == null ? "" : name.toString());
    Location where = file.location();
    if (!Files.isRegularFile(path)) {
      throw InputErrors.missing(where);
    }
    SourceOptions options =
        new SourceOptions(
            format,
            null,
            mediaRoot,
            false,
            problem -> {
              throw problem;
            },
            passed -> {},
            opened -> {
              throw new IllegalStateException("A table of edits is one file");
            });
    try {
      TableSource table = table(file, format, options);
      table.takeEdits();
      EditTable opened = new EditTable(table, file);
      opened.look();
      return opened;
    } catch (IOException e) {
      throw InputErrors.unreadable(e, where);
    }
  }

  private static TableSource table(SourceFile file, SourceFormat wanted, SourceOptions options)
      throws IOException {
    SourceFormat format =
        Optional.ofNullable(wanted)
            .or(() -> SourceFormat.byName(file.name()))
            .or(() -> byMagic(file))
            .orElseThrow(() -> InputErrors.unknownFormat(file.location()));
    return switch (format) {
      case JSONL -> new JsonlSource(file, options);
      case JSON -> new JsonSource(file, options);
      case CSV -> new CsvSource(file, options, false);
      case TSV -> new CsvSource(file, options, true);
      case PARQUET -> new ParquetSource(file, options);
      case ARROW -> new ArrowSource(file, options);
      default -> throw InputErrors.unknownFormat(file.location());
    };
  }

  private static Optional<SourceFormat> byMagic(SourceFile file) {
    try {
      return SourceFormat.byMagic(Heads.of(file.path()));
    } catch (IOException e) {
      throw InputErrors.unreadable(e, file.location());
    }
  }

  private void look() throws IOException {
    TableSource.Observer observer = table.observer();
    try (RawCursor cursor = table.rows()) {
      for (RawRow row = cursor.next(); row != null; row = cursor.next()) {
        Map<String, Object> cells = new LinkedHashMap<>(row.cells());
        names.addAll(cells.keySet());
        cells.keySet().removeAll(KEYS);
        observer.see(row.place(), cells);
      }
    }
    columns =
        observer.columns(new ArrayList<>()).stream()
            .filter(column -> !KEYS.contains(column.name()))
            .toList();
    columns.forEach(column -> names.add(column.name()));
  }

  /** Returns the file. */
  public Location location() {
    return file.location();
  }

  /** Returns the names of all columns, those of {@link #KEYS} that are there included. */
  public Set<String> names() {
    return names;
  }

  /** Returns the columns without those of {@link #KEYS}. */
  public List<SourceColumn> columns() {
    return columns;
  }

  /**
   * Reads the rows.
   *
   * @param key the column whose text is handed over
   * @param types the types that the other columns are to have; columns without one are left out
   * @throws dev.sheaf.format.DatasetException if a row cannot be taken; names file, row and column
   */
  public void read(String key, Map<String, Type> types, Rows rows) {
    PayloadReader payloads = new PayloadReader(KnownHashes.NONE, PayloadJournal.NONE);
    try (RawCursor cursor = table.rows()) {
      for (RawRow raw = cursor.next(); raw != null; raw = cursor.next()) {
        Map<String, Object> cells = new LinkedHashMap<>(raw.cells());
        Object keyCell = cells.get(key);
        cells.keySet().retainAll(types.keySet());
        RawRow kept = new RawRow.Ready(raw.place(), raw.weight(), cells);
        LoadedRow loaded = load(table.edit(kept, types), payloads);
        for (Map.Entry<String, Object> cell : loaded.cells().entrySet()) {
          checkFinite(cell.getKey(), cells.get(cell.getKey()), cell.getValue(), raw.place());
        }
        rows.row(
            Optional.ofNullable(Cells.keyText(keyCell)), loaded.cells(), raw.place().location());
      }
    } catch (IOException e) {
      throw InputErrors.unreadable(e, file.location());
    }
  }

  /** Rows of an ingest can be left out; edits are all taken or none. */
  private static LoadedRow load(PendingRow row, PayloadReader payloads) {
    try {
      return row.load(payloads);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          e.code(),
          e.headline(),
          e.location(),
          "Correct the row; no edit of the file was taken",
          e);
    }
  }

  /** A number that a narrow column rounds is rounded; one that it cannot hold is refused. */
  private static void checkFinite(String column, Object raw, Object value, Place place) {
    if (value instanceof Float narrow
        && Float.isInfinite(narrow)
        && raw instanceof Number wide
        && !Double.isInfinite(wide.doubleValue())) {
      throw InputErrors.badValue(
          column, wide + " is beyond the numbers of the column's type", place.location());
    }
  }
}

package dev.sheaf.format.ingest;

import dev.sheaf.format.Column;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.Location;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Suggestion;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFormat;
import dev.sheaf.format.internal.source.edit.EditTable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A file whose rows are edits: JSON Lines, JSON, CSV, TSV, Parquet, Arrow IPC. One column says
 * which sample a row is, the others are cells to set. In JSON a field that is missing leaves the
 * cell as it is, and {@code null} sets it to null; in the other formats every cell is set.
 *
 * <p>A builder: set what differs from the defaults, then {@link #read}. Not safe for use by several
 * threads.
 */
public final class EditFile {
  private final Path file;
  private String key;
  private SourceFormat format;
  private Path mediaRoot;
  private boolean addColumns;

  private EditFile(Path file) {
    this.file = file;
  }

  /** Begins with a file. */
  public static EditFile of(Path file) {
    return new EditFile(file);
  }

  /**
   * Sets the column that says which sample a row is: {@code _id}, {@code _index} (in the version
   * that is read), {@code _key}, or a column of the dataset whose values are distinct. Without it
   * the first of {@code _id}, {@code _index} and {@code _key} that the file has.
   */
  public EditFile key(String column) {
    this.key = Objects.requireNonNull(column, "column");
    return this;
  }

  /** Sets what the file is: jsonl, json, csv, tsv, parquet or arrow; found out without it. */
  public EditFile format(String id) {
    this.format = SourceFormat.of(id);
    return this;
  }

  /** Sets where relative file names of media begin, beside the file's own folder. */
  public EditFile mediaRoot(Path folder) {
    this.mediaRoot = Objects.requireNonNull(folder, "folder");
    return this;
  }

  /** Adds columns that the dataset does not have, with the types that their values have. */
  public EditFile addColumns() {
    this.addColumns = true;
    return this;
  }

  /**
   * Reads the whole file.
   *
   * @param version the version that the rows are about
   * @param columns its columns, or those that it will have
   * @return the edits, all in memory
   * @throws dev.sheaf.format.DatasetException if a row is about no sample, is about one that
   *     another row is about, or has a value that does not fit; names file, row and column
   */
  public EditSet read(Version version, Schema columns) {
    EditTable table = EditTable.open(file, format, mediaRoot);
    String by = key(table);
    boolean own = EditTable.KEYS.contains(by);
    Map<String, Type> types = new LinkedHashMap<>();
    EditSet edits = new EditSet();
    for (SourceColumn column : table.columns()) {
      boolean isKey = column.name().equals(by);
      if (!columns.contains(column.name()) && !isKey) {
        requireAddColumns(table, column, columns);
        edits.addColumn(Column.of(column.name(), column.type()));
      }
      types.put(
          column.name(),
          columns.contains(column.name()) ? columns.column(column.name()).type() : column.type());
    }
    Map<ByteBuffer, SampleId> byValue = own ? Map.of() : values(table, version, by);
    Map<SampleId, Location> seen = new HashMap<>();
    table.read(
        by,
        types,
        (keyText, cells, where) -> {
          SampleId id =
              own
                  ? sample(version, by, keyText, where)
                  : byValue(byValue, types.get(by), by, cells.get(by), where);
          Location before = seen.put(id, where);
          if (before != null) {
            throw InputErrors.of(
                64,
                "Sample " + id + " occurs twice, first at " + before,
                where,
                "Leave one row for each sample");
          }
          cells.forEach(
              (name, value) -> {
                if (!name.equals(by)) {
                  edits.set(id, name, value);
                }
              });
        });
    return edits;
  }

  private String key(EditTable table) {
    Set<String> names = table.names();
    if (key != null && !names.contains(key)) {
      throw InputErrors.of(
          65,
          "There is no column \"" + key + "\" to find samples by",
          table.location(),
          Suggestion.of(key, List.copyOf(names), "columns"));
    }
    if (key != null) {
      return key;
    }
    return EditTable.KEYS.stream()
        .filter(names::contains)
        .findFirst()
        .orElseThrow(
            () ->
                InputErrors.of(
                    65,
                    "No column says which samples the rows are",
                    table.location(),
                    "Add _id, _index or _key, or name a column with --key"));
  }

  private void requireAddColumns(EditTable table, SourceColumn column, Schema columns) {
    if (!addColumns) {
      List<String> known =
          columns.columns().stream()
              .map(Column::name)
              .filter(name -> !name.startsWith("_"))
              .toList();
      throw InputErrors.of(
          63,
          "Unknown column \"" + column.name() + "\"",
          table.location().with("column", column.name()),
          Suggestion.of(column.name(), known, "columns")
              + "; --add-columns adds it with type "
              + column.type());
    }
  }

  private static SampleId sample(Version version, String by, Optional<String> key, Location where) {
    String text =
        key.orElseThrow(
            () -> InputErrors.of(66, by + " is null or missing", where, "Say which sample it is"));
    if (by.equals("_key")) {
      return version
          .find(text)
          .map(Sample::id)
          .orElseThrow(() -> absent("No sample with key \"" + text + "\"", where));
    }
    if (by.equals("_id")) {
      boolean valid = text.matches("[0-9a-f]{16}-[0-9]{1,18}");
      OptionalLong index = valid ? version.indexOf(SampleId.parse(text)) : OptionalLong.empty();
      if (index.isEmpty()) {
        throw absent("No sample with id \"" + text + "\"", where);
      }
      return SampleId.parse(text);
    }
    boolean valid = text.matches("[0-9]{1,18}") && Long.parseLong(text) < version.size();
    if (!valid) {
      throw absent("No sample at index " + text, where);
    }
    return version.select().sample(Long.parseLong(text)).id();
  }

  private static RuntimeException absent(String fact, Location where) {
    return InputErrors.of(
        67, fact, where, "Remove the row, or apply the file to the version that it was made from");
  }

  /** Returns the samples by the canonical bytes of a column. */
  private static Map<ByteBuffer, SampleId> values(EditTable table, Version version, String by) {
    if (!version.schema().contains(by)) {
      throw InputErrors.of(
          65,
          "The dataset has no column \"" + by + "\" to find samples by",
          table.location().with("column", by),
          "Find them by _id, _index or _key, or by a column with distinct values");
    }
    Map<ByteBuffer, SampleId> samples = new HashMap<>();
    Type type = version.schema().column(by).type();
    Version column = version.select(by);
    for (long index = 0; index < column.size(); index++) {
      Sample sample = column.sample(index);
      Object value = sample.value(by);
      if (value == null) {
        continue;
      }
      SampleId other =
          samples.put(ByteBuffer.wrap(CellHash.canonical(type, value, by)), sample.id());
      if (other != null) {
        throw InputErrors.of(
            68,
            "Samples " + other + " and " + sample.id() + " have the same \"" + by + "\"",
            Location.NONE.with("column", by).with("sample", index),
            "Find samples by a column whose values are distinct");
      }
    }
    return samples;
  }

  private static SampleId byValue(
      Map<ByteBuffer, SampleId> samples, Type type, String by, Object value, Location where) {
    if (value == null) {
      throw InputErrors.of(66, by + " is null or missing", where, "Say which sample it is");
    }
    SampleId id = samples.get(ByteBuffer.wrap(CellHash.canonical(type, value, by)));
    if (id == null) {
      throw absent("No sample whose \"" + by + "\" is " + value, where);
    }
    return id;
  }
}

package dev.sheaf.format.internal.source.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.internal.source.Cells;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.PayloadRef;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.table.CsvSource;
import dev.sheaf.format.internal.source.table.GuessingObserver;
import dev.sheaf.format.internal.source.table.JsonlSource;
import dev.sheaf.format.internal.source.table.RawCursor;
import dev.sheaf.format.internal.source.table.RawRow;
import dev.sheaf.format.internal.source.table.TableSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A folder of media as Hugging Face's folder builders have it: {@code metadata.jsonl} or {@code
 * metadata.csv} has a row for each file, which {@code file_name} names relative to the metadata. A
 * column {@code x_file_name} becomes the payload {@code x}; lists ({@code file_names}) become a
 * media column for each position. Files that no row names are passed over and reported.
 */
public final class MetadataSource extends TableSource {
  private static final String FILE_NAME = "file_name";
  private static final String FILE_NAMES = "file_names";

  private final TableSource table;
  private final String prefix;
  private final Path folder;
  private final boolean plainText;
  private final Optional<String> split;
  private final List<FileWalk.Found> media;
  private final SourceOptions options;

  private MetadataSource(
      FileWalk.Found found, List<FileWalk.Found> media, boolean splits, SourceOptions options) {
    super(found.file(), options);
    String name = found.file().name();
    this.prefix = name.substring(0, name.lastIndexOf('/') + 1);
    this.folder = found.file().path().toAbsolutePath().getParent();
    this.plainText = !name.endsWith(".jsonl");
    this.table =
        plainText
            ? new CsvSource(found.file(), options, false)
            : new JsonlSource(found.file(), options);
    this.split = splits ? Splits.of(name) : Optional.empty();
    this.media = media.stream().filter(one -> one.file().name().startsWith(prefix)).toList();
    this.options = options;
  }

  /** Returns a source for each metadata file of a folder with media; none if there are no such. */
  public static List<MetadataSource> of(FileWalk walk, SourceOptions options) {
    List<FileWalk.Found> media = walk.files(FileWalk.Role.MEDIA);
    List<FileWalk.Found> tables =
        walk.files(FileWalk.Role.TABLE).stream()
            .filter(found -> found.file().name().matches("(.*/)?metadata\\.(jsonl|csv)"))
            .toList();
    boolean splits = Splits.divide(tables.stream().map(found -> found.file().name()).toList());
    List<MetadataSource> sources = new ArrayList<>();
    if (!media.isEmpty()) {
      tables.forEach(table -> sources.add(new MetadataSource(table, media, splits, options)));
    }
    return sources;
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
    GuessingObserver guesses = new GuessingObserver(this, List.of(), plainText);
    Set<String> named = new HashSet<>();
    return new Observer() {
      @Override
      public void see(Place place, Map<String, Object> cells) {
        for (Object cell : cells.values()) {
          if (cell instanceof PayloadRef ref) {
            named.add(ref.file().name());
          } else if (cell instanceof JsonNode node && node.isArray()) {
            node.forEach(one -> named.add(prefix + one.asText()));
          }
        }
        guesses.see(place, cells);
      }

      @Override
      public boolean isDone() {
        return false;
      }

      @Override
      public List<SourceColumn> columns(List<String> notes) {
        media.stream()
            .filter(found -> !named.contains(found.file().name()))
            .forEach(
                found ->
                    options
                        .skipped()
                        .accept(InputErrors.unnamed(file().name(), found.file().location())));
        return guesses.columns(notes);
      }
    };
  }

  @Override
  public RawCursor rows() throws IOException {
    RawCursor rows = table.rows();
    return new RawCursor() {
      @Override
      public RawRow next() throws IOException {
        RawRow row = rows.next();
        return row == null ? null : new Named(row);
      }

      @Override
      public void close() throws IOException {
        rows.close();
      }
    };
  }

  @Override
  public RawCursor observedRows() throws IOException {
    return rows();
  }

  /** A row of the metadata with the files that it names. */
  private final class Named implements RawRow {
    private final RawRow row;
    private Map<String, Object> cells;

    Named(RawRow row) {
      this.row = row;
    }

    @Override
    public Place place() {
      return row.place();
    }

    @Override
    public long weight() {
      return row.weight();
    }

    @Override
    public Optional<String> path() {
      try {
        return Optional.ofNullable(Cells.keyText(row.cells().get(FILE_NAME)))
            .map(name -> prefix + name);
      } catch (dev.sheaf.format.DatasetException e) {
        return Optional.empty(); // reported when its cells are asked for
      }
    }

    @Override
    public Map<String, Object> cells() {
      if (cells == null) {
        cells = joined(row.cells());
      }
      return cells;
    }

    private Map<String, Object> joined(Map<String, Object> found) {
      Map<String, Object> joined = new LinkedHashMap<>();
      found.forEach(
          (column, value) -> {
            String name = Cells.keyText(value);
            if (column.equals(FILE_NAME)) {
              if (name == null || name.isBlank()) {
                throw InputErrors.noFileName(FILE_NAME, place().location());
              }
              put(joined, kindOf(name).id(), ref(name));
            } else if (column.endsWith("_" + FILE_NAME)) {
              String stem = column.substring(0, column.length() - FILE_NAME.length() - 1);
              put(joined, stem, name == null ? null : ref(name));
            } else if (column.equals(FILE_NAMES)) {
              put(joined, "files", value);
            } else if (column.endsWith("_" + FILE_NAMES)) {
              put(joined, column.substring(0, column.length() - FILE_NAMES.length() - 1), value);
            } else {
              put(joined, column, value);
            }
          });
      split.ifPresent(name -> joined.putIfAbsent("split", splitCell(name)));
      return joined;
    }

    private void put(Map<String, Object> into, String column, Object value) {
      if (into.putIfAbsent(column, value) != null) {
        throw InputErrors.duplicateName(column, place().location());
      }
    }

    private PayloadRef ref(String name) {
      SourceFile target = new SourceFile(folder.resolve(name), prefix + name);
      return PayloadRef.whole(target, PayloadRef.Use.MEDIA, kindOf(name));
    }
  }

  private Object splitCell(String name) {
    return plainText ? name : JsonNodeFactory.instance.textNode(name);
  }

  private static MediaKind kindOf(String name) {
    return MediaProbe.byName(name).orElse(MediaKind.FILE);
  }
}

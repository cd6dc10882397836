package dev.sheaf.format.internal.source.folder;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Json;
import dev.sheaf.format.internal.source.LabelRule;
import dev.sheaf.format.internal.source.Limits;
import dev.sheaf.format.internal.source.PayloadRef;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.Subtitles;
import dev.sheaf.format.internal.source.table.GuessingObserver;
import dev.sheaf.format.internal.source.table.RawCursor;
import dev.sheaf.format.internal.source.table.RawRow;
import dev.sheaf.format.internal.source.table.TableSource;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Files that are samples: payloads in the columns {@code image}, {@code video} and {@code audio},
 * lone text files in {@code text}, and what lies beside a payload under the same name: {@code
 * caption} (.txt), {@code subtitles} (.srt, .vtt) and the fields of a JSON object (.json). The
 * folder is the {@code label}; folders named as splits are the {@code split}.
 */
public final class FolderSource extends TableSource {
  private static final String LABEL = "label";
  private static final String SPLIT = "split";
  private static final String TEXT = "text";
  private static final String CAPTION = "caption";
  private static final String SUBTITLES = "subtitles";

  private final List<FolderSamples.Group> groups;
  private final List<FileWalk.Found> rest;
  private final List<String> fileNotes;
  private final LabelRule rule;
  private final boolean splits;
  private final Map<String, Type> fixed = new LinkedHashMap<>();

  /**
   * Brings the files of a walk together.
   *
   * @param root the folder, or the only file
   * @param textsOnly whether all but text files is left out
   * @param only the payloads to take, or empty for all and for texts
   */
  public FolderSource(
      SourceFile root,
      FileWalk walk,
      Optional<MediaKind> only,
      boolean textsOnly,
      SourceOptions options)
      throws IOException {
    super(root, options);
    FolderSamples samples =
        FolderSamples.of(textsOnly ? walk.files(FileWalk.Role.TEXT) : walk.files());
    this.groups =
        samples.groups().stream()
            .filter(group -> only.isEmpty() || group.media().containsKey(only.get()))
            .toList();
    this.rest = samples.rest(walk.files());
    this.fileNotes = List.copyOf(walk.notes());
    this.rule = options.label() == null ? LabelRule.FOLDER : options.label();
    this.splits = options.label() == null && Splits.divide(names());
    fix();
  }

  private List<String> names() {
    return groups.stream().map(group -> group.main().file().name()).toList();
  }

  /** Finds the columns that need no look into files. */
  private void fix() {
    for (MediaKind kind : MediaKind.values()) {
      if (groups.stream().anyMatch(group -> group.media().containsKey(kind))) {
        fixed.put(kind.id(), Type.media(kind));
      }
    }
    if (groups.stream().anyMatch(group -> group.media().isEmpty())) {
      fixed.put(TEXT, Type.UTF8);
    }
    if (names().stream().anyMatch(name -> labelOf(name) != null)) {
      fixed.put(LABEL, Type.UTF8);
    }
    if (splits) {
      fixed.put(SPLIT, Type.UTF8);
    }
    if (groups.stream().anyMatch(group -> !group.media().isEmpty() && group.text().isPresent())) {
      fixed.put(CAPTION, Type.UTF8);
    }
    if (groups.stream().anyMatch(group -> group.subtitles().isPresent())) {
      fixed.put(SUBTITLES, Subtitles.TYPE);
    }
  }

  private String labelOf(String name) {
    return rule.labelOf(splits ? Splits.within(name) : name);
  }

  /** Tells whether there is no sample. */
  public boolean isEmpty() {
    return groups.isEmpty();
  }

  /** Returns the number of samples. */
  public int size() {
    return groups.size();
  }

  /** Returns the files that belong to no sample. */
  public List<FileWalk.Found> rest() {
    return rest;
  }

  @Override
  public boolean isTable() {
    return false;
  }

  @Override
  public boolean namesMedia() {
    return false;
  }

  @Override
  public long declaredRows() {
    return groups.size();
  }

  @Override
  public Observer observer() {
    GuessingObserver fields = new GuessingObserver(this, List.of(), false);
    boolean json = groups.stream().anyMatch(group -> group.json().isPresent());
    return new Observer() {
      @Override
      public void see(Place place, Map<String, Object> cells) {
        cells.keySet().removeAll(fixed.keySet());
        fields.see(place, cells);
      }

      @Override
      public boolean isDone() {
        return !json;
      }

      @Override
      public List<SourceColumn> columns(List<String> notes) {
        notes.addAll(fileNotes);
        List<SourceColumn> columns = new ArrayList<>();
        fixed.forEach(
            (name, type) ->
                columns.add(
                    new SourceColumn(
                        name,
                        type,
                        name.equals(LABEL) || name.equals(SPLIT)
                            ? SourceColumn.Birth.TEXT
                            : SourceColumn.Birth.TYPED,
                        false)));
        columns.addAll(fields.columns(notes));
        return columns;
      }
    };
  }

  @Override
  public RawCursor rows() {
    Iterator<FolderSamples.Group> left = groups.iterator();
    return new RawCursor() {
      @Override
      public RawRow next() {
        return left.hasNext() ? new Row(left.next()) : null;
      }

      @Override
      public void close() {}
    };
  }

  private final class Row implements RawRow {
    private final FolderSamples.Group group;

    Row(FolderSamples.Group group) {
      this.group = group;
    }

    @Override
    public Place place() {
      return Place.whole(group.main().file());
    }

    @Override
    public long weight() {
      return group.weight();
    }

    @Override
    public Optional<String> path() {
      return Optional.of(group.main().file().name());
    }

    @Override
    public boolean isOneFile() {
      return group.isOneFile();
    }

    @Override
    public Map<String, Object> cells() {
      Map<String, Object> cells = new LinkedHashMap<>();
      group
          .media()
          .forEach(
              (kind, found) ->
                  cells.put(kind.id(), PayloadRef.whole(found.file(), PayloadRef.Use.MEDIA, kind)));
      String name = group.main().file().name();
      if (fixed.containsKey(LABEL)) {
        cells.put(LABEL, labelOf(name));
      }
      if (splits) {
        cells.put(SPLIT, Splits.of(name).orElse(null));
      }
      String column = group.media().isEmpty() ? TEXT : CAPTION;
      group.text().ifPresent(found -> put(cells, column, found, PayloadRef.Use.TEXT));
      group.subtitles().ifPresent(found -> put(cells, SUBTITLES, found, PayloadRef.Use.SUBTITLES));
      group.json().ifPresent(found -> addFields(cells, found));
      return cells;
    }

    private void put(
        Map<String, Object> cells, String column, FileWalk.Found found, PayloadRef.Use use) {
      cells.put(column, PayloadRef.whole(found.file(), use, MediaKind.FILE));
    }

    private void addFields(Map<String, Object> cells, FileWalk.Found found) {
      JsonNode object = read(found);
      Set<String> used = new LinkedHashSet<>(fixed.keySet());
      object
          .properties()
          .forEach(
              field -> {
                String name = field.getKey();
                cells.put(used.contains(name) ? "json_" + name : name, field.getValue());
              });
    }
  }

  /** Reads the JSON object beside a payload. */
  private static JsonNode read(FileWalk.Found found) {
    Location where = found.file().location();
    if (found.size() > Limits.VALUE_BYTES) {
      throw InputErrors.tooLarge(found.size(), where);
    }
    try {
      byte[] bytes = Files.readAllBytes(found.file().path());
      if (bytes.length == 0) {
        throw InputErrors.empty(where);
      }
      return object(bytes, where);
    } catch (IOException e) {
      throw InputErrors.unreadable(e, where);
    }
  }

  /**
   * Reads a JSON object.
   *
   * @throws DatasetException if the bytes are none
   */
  static JsonNode object(byte[] bytes, Location where) {
    JsonNode node = Json.read(bytes, where);
    if (!node.isObject()) {
      throw InputErrors.notAnObject(Json.kind(node), where);
    }
    return node;
  }
}

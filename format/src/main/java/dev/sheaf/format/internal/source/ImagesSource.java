package dev.sheaf.format.internal.source;

import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Images, one file each, in the order of the UTF-8 bytes of their relative names. */
final class ImagesSource implements SampleSource {
  /** The column with the pictures. */
  static final String IMAGE = "image";

  /** The column with the labels. */
  static final String LABEL = "label";

  private final SourceFile root;
  private final List<FileWalk.Found> files;
  private final LabelRule rule;
  private final boolean labelled;

  ImagesSource(SourceFile root, List<FileWalk.Found> files, LabelRule wanted) {
    this.root = root;
    this.files = List.copyOf(files);
    this.rule = wanted == null ? LabelRule.FOLDER : wanted;
    this.labelled = files.stream().anyMatch(file -> rule.labelOf(file.file().name()) != null);
  }

  @Override
  public SourceFile file() {
    return root;
  }

  @Override
  public List<SourceColumn> columns() {
    List<SourceColumn> columns = new ArrayList<>();
    columns.add(
        new SourceColumn(
            IMAGE, Type.media(MediaKind.IMAGE), SourceColumn.Birth.TYPED, files.isEmpty()));
    if (labelled) {
      columns.add(new SourceColumn(LABEL, Type.UTF8, SourceColumn.Birth.TEXT, false));
    }
    return columns;
  }

  @Override
  public long rowCount() {
    return files.size();
  }

  @Override
  public List<String> notes() {
    return List.of();
  }

  @Override
  public RowCursor open(Map<String, Type> types) {
    return new RowCursor() {
      private int next;

      @Override
      public PendingRow next() {
        return next == files.size()
            ? null
            : new Image(files.get(next++), labelled ? rule : LabelRule.NONE);
      }

      @Override
      public void close() {}
    };
  }

  private record Image(FileWalk.Found found, LabelRule rule) implements PendingRow {
    @Override
    public Place place() {
      return Place.whole(found.file());
    }

    @Override
    public long weight() {
      return found.size();
    }

    @Override
    public Optional<String> path() {
      return Optional.of(found.file().name());
    }

    @Override
    public Optional<String> keyText(String column) {
      return column.equals(LABEL)
          ? Optional.ofNullable(rule.labelOf(found.file().name()))
          : Optional.empty();
    }

    @Override
    public Fingerprint fingerprint(PayloadReader payloads) {
      String known = payloads.known(found.file()).orElse("");
      return new Fingerprint(known, known);
    }

    @Override
    public LoadedRow load(PayloadReader payloads) {
      PayloadReader.Payload payload = payloads.image(found.file(), place().location());
      Map<String, Object> cells = new LinkedHashMap<>();
      cells.put(IMAGE, payload.media());
      if (rule != LabelRule.NONE) {
        cells.put(LABEL, rule.labelOf(found.file().name()));
      }
      String hash = payload.media().sha256();
      return new LoadedRow(cells, new Fingerprint(hash, hash), List.of(payload));
    }
  }
}

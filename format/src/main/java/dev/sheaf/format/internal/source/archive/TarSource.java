package dev.sheaf.format.internal.source.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Location;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Origin;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Json;
import dev.sheaf.format.internal.source.MediaBytes;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.PayloadRef;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.StrictUtf8;
import dev.sheaf.format.internal.source.Subtitles;
import dev.sheaf.format.internal.source.array.Npy;
import dev.sheaf.format.internal.source.table.GuessingObserver;
import dev.sheaf.format.internal.source.table.RawCursor;
import dev.sheaf.format.internal.source.table.RawRow;
import dev.sheaf.format.internal.source.table.RowForm;
import dev.sheaf.format.internal.source.table.TableSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * A WebDataset shard: neighbours in a tar whose names are equal up to the first dot of the last
 * part are one sample; what stands behind that dot is the column. The fields of a {@code .json}
 * member become columns too.
 *
 * <p>The members of an uncompressed tar are read from where they lie; those of a compressed one
 * pass through memory once.
 */
public final class TarSource extends TableSource {
  private final TarMembers.Compression compression;

  public TarSource(SourceFile file, byte[] head, SourceOptions options) {
    super(file, options);
    this.compression = TarMembers.Compression.of(head);
  }

  @Override
  public boolean isTable() {
    return compression != TarMembers.Compression.NONE; // else its members are counted
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
    return new FieldsObserver();
  }

  @Override
  public RawCursor rows() throws IOException {
    return new Cursor(new TarMembers(file(), compression), true);
  }

  @Override
  public RawCursor observedRows() throws IOException {
    return new Cursor(new TarMembers(file(), compression), false);
  }

  /** Decides whether the fields of JSON members can be columns. */
  private final class FieldsObserver implements Observer {
    private final GuessingObserver apart = new GuessingObserver(TarSource.this, List.of(), false);
    private final GuessingObserver whole = new GuessingObserver(TarSource.this, List.of(), false);
    private final Set<String> extensions = new LinkedHashSet<>();
    private final Set<String> fields = new LinkedHashSet<>();
    private boolean spread = true;

    @Override
    public void see(Place place, Map<String, Object> cells) {
      whole.see(place, cells);
      extensions.addAll(cells.keySet());
      cells.forEach(
          (extension, value) -> {
            if (isJson(extension) && value instanceof JsonNode node) {
              spread &= node.isObject();
              node.fieldNames()
                  .forEachRemaining(
                      name -> {
                        fields.add(name);
                        spread &= !name.isBlank() && !name.startsWith("_");
                      });
            }
          });
      if (spread) {
        apart.see(place, spread(cells));
      }
    }

    @Override
    public boolean isDone() {
      return false;
    }

    private boolean clashes() {
      return fields.stream().anyMatch(name -> extensions.contains(name) && !isJson(name));
    }

    @Override
    public List<SourceColumn> columns(List<String> notes) {
      if (spread && !clashes()) {
        return apart.columns(notes);
      }
      notes.add(
          "the fields of the .json members stay together in one column: not all of them can be"
              + " columns of their own beside "
              + String.join(", ", extensions));
      spread = false;
      return whole.columns(notes);
    }

    @Override
    public RowForm form() {
      return spread ? TarSource::spread : RowForm.SAME;
    }
  }

  private static boolean isJson(String extension) {
    return MemberUse.of(extension) == MemberUse.JSON;
  }

  private static Map<String, Object> spread(Map<String, Object> cells) {
    Map<String, Object> spread = new LinkedHashMap<>();
    cells.forEach(
        (extension, value) -> {
          if (isJson(extension) && value instanceof JsonNode node && node.isObject()) {
            node.properties()
                .forEach(field -> spread.putIfAbsent(field.getKey(), field.getValue()));
          } else {
            spread.put(extension, value);
          }
        });
    return spread;
  }

  /** Brings neighbours together. */
  private final class Cursor implements RawCursor {
    private final TarMembers members;
    private final boolean payloads;
    private final Queue<RawRow> ready = new ArrayDeque<>();
    private Sample open;
    private boolean ended;

    Cursor(TarMembers members, boolean payloads) {
      this.members = members;
      this.payloads = payloads;
    }

    @Override
    public RawRow next() throws IOException {
      while (ready.isEmpty() && !ended) {
        step();
      }
      return ready.poll();
    }

    private void step() throws IOException {
      TarMembers.Member member = members.next();
      if (member == null) {
        ended = true;
        finish();
        return;
      }
      if (member.problem() != null) {
        ready.add(new RawRow.Malformed(place(member.offset()), member.problem()));
        return;
      }
      if (MemberNames.isHidden(member.name())) {
        return;
      }
      String key = MemberNames.key(member.name());
      if (open != null && !open.key.equals(key)) {
        finish();
      }
      if (open == null) {
        open = new Sample(key, member.offset());
      }
      open.add(member);
    }

    @Override
    public void close() throws IOException {
      members.close();
    }

    private void finish() {
      if (open != null) {
        ready.add(open.row());
        open = null;
      }
    }

    private Place place(long offset) {
      return new Place(file(), Origin.Unit.OFFSET, offset, 0);
    }

    /** The members of one sample so far. */
    private final class Sample {
      private final String key;
      private final long offset;
      private final Map<String, Object> cells = new LinkedHashMap<>();
      private final List<DatasetException> problems = new ArrayList<>();
      private long weight = 256;

      Sample(String key, long offset) {
        this.key = key;
        this.offset = offset;
      }

      void add(TarMembers.Member member) throws IOException {
        String extension = MemberNames.extension(member.name());
        Location where =
            file()
                .location()
                .with("member", Names.brief(member.name()))
                .with("offset", member.offset());
        if (cells.containsKey(extension)) {
          problems.add(ArchiveErrors.repeated(extension, where));
          return;
        }
        try {
          cells.put(extension.isEmpty() ? "file" : extension, value(member, extension, where));
        } catch (DatasetException e) {
          problems.add(e);
        }
        weight += member.size();
      }

      private Object value(TarMembers.Member member, String extension, Location where)
          throws IOException {
        MemberUse use = MemberUse.of(extension);
        MediaKind kind = MemberUse.kindOf(extension);
        boolean stays = use == MemberUse.MEDIA && (!members.isCompressed() || !payloads);
        if (stays) {
          return new PayloadRef(
              file(), member.offset(), member.size(), member.name(), PayloadRef.Use.MEDIA, kind);
        }
        byte[] bytes = members.bytes(member, where);
        return switch (use) {
          case MEDIA -> new MediaBytes(bytes, member.name());
          case TEXT -> JsonNodeFactory.instance.textNode(StrictUtf8.decode(bytes, where));
          case JSON -> Json.read(bytes, where);
          case INTEGER -> integer(StrictUtf8.decode(bytes, where), where);
          case SUBTITLES -> Subtitles.parse(StrictUtf8.decode(bytes, where), where);
          case NPY -> Npy.cell(bytes, where);
        };
      }

      RawRow row() {
        return problems.isEmpty()
            ? new RawRow.Named(place(offset), weight, file().name() + "/" + key, cells)
            : new RawRow.Malformed(place(offset), problems.get(0));
      }
    }
  }

  private static JsonNode integer(String text, Location where) {
    try {
      return JsonNodeFactory.instance.numberNode(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      throw InputErrors.badValue("cls", "expected an integer, got " + Names.brief(text), where);
    }
  }
}

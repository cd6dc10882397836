package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.DType;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.probe.MediaProbe;
import dev.sheaf.format.internal.source.MediaBytes;
import dev.sheaf.format.internal.source.MediaFiles;
import dev.sheaf.format.internal.source.Names;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.TypeGuess;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Refines declared types by a look at the values: text that names images and structs of {@code
 * bytes} and {@code path} with images in them become media, lists of numbers of one length become
 * tensors.
 */
public final class TypedObserver implements TableSource.Observer {
  private final TableSource table;
  private final List<SourceColumn> declared;
  private final Map<String, MediaNames> names = new LinkedHashMap<>();
  private final Map<String, Lists> lists = new LinkedHashMap<>();
  private final Map<String, Embedded> embedded = new LinkedHashMap<>();
  private final Map<String, MediaLists> nameLists = new LinkedHashMap<>();

  public TypedObserver(TableSource table, List<SourceColumn> declared) {
    this.table = table;
    this.declared = declared;
    for (SourceColumn column : declared) {
      if (column.type() instanceof Type.Utf8) {
        names.put(column.name(), table.mediaNames());
      } else if (elements(column.type()) != null) {
        lists.put(column.name(), new Lists(elements(column.type())));
      } else if (isEmbedded(column.type()) || isEmbeddedList(column.type())) {
        embedded.put(column.name(), new Embedded());
      } else if (column.type() instanceof Type.ListOf list && list.element() instanceof Type.Utf8) {
        nameLists.put(column.name(), new MediaLists(table));
      }
    }
  }

  /** Tells whether a type is the struct in which Hugging Face keeps media. */
  public static boolean isEmbedded(Type type) {
    return type instanceof Type.Struct struct
        && struct.fields().size() == 2
        && struct.fields().stream()
            .anyMatch(f -> f.name().equals("bytes") && f.type() instanceof Type.Binary)
        && struct.fields().stream()
            .anyMatch(f -> f.name().equals("path") && f.type() instanceof Type.Utf8);
  }

  /** Tells whether a type is a list of such structs. */
  public static boolean isEmbeddedList(Type type) {
    return type instanceof Type.ListOf list && isEmbedded(list.element());
  }

  /** Returns the numbers in nested lists, or null if it is another type. */
  public static DType elements(Type type) {
    if (!(type instanceof Type.ListOf)) {
      return null;
    }
    Type inner = type;
    while (inner instanceof Type.ListOf list) {
      inner = list.element();
    }
    return inner instanceof Type.Scalar scalar && !scalar.dtype().isPacked()
        ? scalar.dtype()
        : null;
  }

  @Override
  public void see(Place place, Map<String, Object> cells) {
    cells.forEach(
        (column, value) -> {
          if (value instanceof String text && names.containsKey(column)) {
            names.get(column).add(text, place);
          } else if (value instanceof List<?> list && lists.containsKey(column)) {
            lists.get(column).add(list);
          } else if (value instanceof Map<?, ?> struct && embedded.containsKey(column)) {
            embedded.get(column).add(struct);
          } else if (value instanceof List<?> list && embedded.containsKey(column)) {
            embedded.get(column).add(list);
          } else if (value instanceof List<?> list && nameLists.containsKey(column)) {
            nameLists.get(column).add(list, place);
          }
        });
  }

  @Override
  public boolean isDone() {
    return names.values().stream().allMatch(MediaNames::isHopeless)
        && lists.values().stream().allMatch(list -> !list.regular)
        && embedded.isEmpty()
        && nameLists.isEmpty();
  }

  @Override
  public List<SourceColumn> columns(List<String> notes) {
    List<SourceColumn> columns = new ArrayList<>();
    for (SourceColumn column : declared) {
      if (names.containsKey(column.name())) {
        columns.add(table.withMedia(column, names.get(column.name()), notes));
      } else if (lists.containsKey(column.name())) {
        columns.add(lists.get(column.name()).refine(column));
      } else if (embedded.containsKey(column.name())) {
        Embedded found = embedded.get(column.name());
        if (isEmbedded(column.type())) {
          found.refine(column, columns, declared);
        } else {
          found.refineList(column, columns, notes);
        }
      } else if (nameLists.containsKey(column.name())) {
        columns.add(column);
        columns.addAll(nameLists.get(column.name()).columns(column.name(), column.birth(), notes));
      } else {
        columns.add(column);
      }
    }
    return columns;
  }

  /** The lengths of lists. */
  private static final class Lists {
    private final DType dtype;
    private boolean regular = true;
    private long[] shape;

    Lists(DType dtype) {
      this.dtype = dtype;
    }

    void add(List<?> list) {
      if (regular) {
        long[] found = shapeOf(list);
        regular = found != null && (shape == null || Arrays.equals(shape, found));
        shape = found;
      }
    }

    private static long[] shapeOf(List<?> list) {
      long[] inner = null;
      for (Object value : list) {
        long[] found =
            value instanceof List<?> more ? shapeOf(more) : value == null ? null : new long[0];
        if (found == null || inner != null && !Arrays.equals(inner, found)) {
          return null;
        }
        inner = found;
      }
      if (inner == null) {
        return null;
      }
      long[] shape = new long[inner.length + 1];
      shape[0] = list.size();
      System.arraycopy(inner, 0, shape, 1, inner.length);
      return shape;
    }

    SourceColumn refine(SourceColumn column) {
      boolean tensor =
          regular && shape != null && Shape.of(shape).elementCount() >= TypeGuess.TENSOR_ELEMENTS;
      return tensor
          ? new SourceColumn(
              column.name(), Type.tensor(dtype, shape), column.birth(), column.vacant())
          : column;
    }
  }

  /** What lies in structs of bytes and path, alone or in lists. */
  private static final class Embedded {
    private final Set<MediaKind> kinds = EnumSet.noneOf(MediaKind.class);
    private boolean paths;
    private int longest;

    void add(Map<?, ?> struct) {
      String path = struct.get("path") instanceof String text ? text : null;
      paths |= path != null;
      if (struct.get("bytes") instanceof byte[] bytes) {
        kinds.add(MediaFiles.kindOf(bytes, path == null ? "" : path).orElse(MediaKind.FILE));
      } else if (path != null) {
        kinds.add(MediaProbe.byName(path).orElse(MediaKind.FILE));
      }
    }

    void add(List<?> structs) {
      for (Object struct : structs) {
        if (struct instanceof Map<?, ?> map) {
          add(map);
        }
      }
      longest = Math.max(longest, structs.size());
    }

    private Type type() {
      return Type.media(kinds.size() == 1 ? kinds.iterator().next() : MediaKind.FILE);
    }

    /** Tells whether the structs hold media; files of other kinds stay structs. */
    private boolean isMedia() {
      return kinds.stream().anyMatch(kind -> kind != MediaKind.FILE);
    }

    void refine(SourceColumn column, List<SourceColumn> into, List<SourceColumn> declared) {
      if (!isMedia()) {
        into.add(column);
        return;
      }
      into.add(new SourceColumn(column.name(), type(), column.birth(), column.vacant()));
      String pathColumn = column.name() + "_path";
      if (paths && declared.stream().noneMatch(other -> other.name().equals(pathColumn))) {
        into.add(new SourceColumn(pathColumn, Type.UTF8, column.birth(), false));
      }
    }

    void refineList(SourceColumn column, List<SourceColumn> into, List<String> notes) {
      if (!isMedia()) {
        into.add(column);
        return;
      }
      if (longest > MediaLists.MOST) {
        notes.add(
            "column \""
                + Names.brief(column.name())
                + "\" stays a list of structs: "
                + longest
                + " payloads in one row are above "
                + MediaLists.MOST);
        into.add(column);
        return;
      }
      if (paths) {
        into.add(new SourceColumn(column.name(), Type.list(Type.UTF8), column.birth(), false));
      }
      for (int i = 0; i < longest; i++) {
        into.add(
            new SourceColumn(MediaLists.name(column.name(), i), type(), column.birth(), false));
      }
    }
  }

  /**
   * Splits structs of bytes and path into the payload and its path, and lists of them into a column
   * for each position, where the types call for it.
   */
  static void split(Map<String, Object> cells, Map<String, Type> types) {
    for (String column : List.copyOf(cells.keySet())) {
      Object value = cells.get(column);
      if (types.get(column) instanceof Type.Media && value instanceof Map<?, ?> struct) {
        MediaBytes payload = payload(struct);
        cells.put(column, payload);
        if (types.containsKey(column + "_path")) {
          cells.putIfAbsent(column + "_path", payload == null ? null : payload.path());
        }
      } else if (types.get(MediaLists.name(column, 0)) instanceof Type.Media
          && (value == null && !types.containsKey(column) || isStructs(value))) {
        split(cells, types, column, value);
      }
    }
  }

  private static boolean isStructs(Object value) {
    return value instanceof List<?> list
        && list.stream().allMatch(one -> one == null || one instanceof Map);
  }

  private static void split(
      Map<String, Object> cells, Map<String, Type> types, String column, Object value) {
    List<?> structs = value == null ? List.of() : (List<?>) value;
    List<Object> paths = new ArrayList<>();
    for (int i = 0; i < structs.size(); i++) {
      MediaBytes payload = structs.get(i) instanceof Map<?, ?> struct ? payload(struct) : null;
      paths.add(payload == null ? null : payload.path());
      cells.put(MediaLists.name(column, i), payload);
    }
    if (types.containsKey(column)) {
      cells.put(column, paths);
    } else {
      cells.remove(column);
    }
  }

  private static MediaBytes payload(Map<?, ?> struct) {
    byte[] bytes = (byte[]) struct.get("bytes");
    String path = struct.get("path") instanceof String text ? text : null;
    return bytes == null && path == null ? null : new MediaBytes(bytes, path);
  }
}

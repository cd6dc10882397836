package dev.sheaf.format.internal.source;

import dev.sheaf.format.DType;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.probe.MediaProbe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Refines declared types by a look at the values: text that names images and structs of {@code
 * bytes} and {@code path} with images in them become media, lists of numbers of one length become
 * tensors.
 */
final class TypedObserver implements TableSource.Observer {
  private final TableSource table;
  private final List<SourceColumn> declared;
  private final Map<String, MediaNames> names = new LinkedHashMap<>();
  private final Map<String, Lists> lists = new LinkedHashMap<>();
  private final Map<String, Embedded> embedded = new LinkedHashMap<>();

  TypedObserver(TableSource table, List<SourceColumn> declared) {
    this.table = table;
    this.declared = declared;
    for (SourceColumn column : declared) {
      if (column.type() instanceof Type.Utf8) {
        names.put(column.name(), table.mediaNames());
      } else if (elements(column.type()) != null) {
        lists.put(column.name(), new Lists(elements(column.type())));
      } else if (isEmbedded(column.type())) {
        embedded.put(column.name(), new Embedded());
      }
    }
  }

  /** Tells whether a type is the struct in which Hugging Face keeps media. */
  static boolean isEmbedded(Type type) {
    return type instanceof Type.Struct struct
        && struct.fields().size() == 2
        && struct.fields().stream()
            .anyMatch(f -> f.name().equals("bytes") && f.type() instanceof Type.Binary)
        && struct.fields().stream()
            .anyMatch(f -> f.name().equals("path") && f.type() instanceof Type.Utf8);
  }

  /** Returns the numbers in nested lists, or null if it is another type. */
  static DType elements(Type type) {
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
          }
        });
  }

  @Override
  public boolean isDone() {
    return names.values().stream().allMatch(MediaNames::isHopeless)
        && lists.values().stream().allMatch(list -> !list.regular)
        && embedded.isEmpty();
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
        embedded.get(column.name()).refine(column, columns, declared, notes);
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

  /** What lies in structs of bytes and path. */
  private static final class Embedded {
    private boolean images;
    private boolean others;
    private boolean paths;

    void add(Map<?, ?> struct) {
      paths |= struct.get("path") != null;
      if (struct.get("bytes") instanceof byte[] bytes) {
        boolean image =
            MediaProbe.sniff(Arrays.copyOf(bytes, Math.min(32, bytes.length)))
                .filter(kind -> kind == MediaKind.IMAGE)
                .isPresent();
        images |= image;
        others |= !image;
      } else if (struct.get("path") instanceof String path) {
        boolean image = MediaProbe.byName(path).filter(kind -> kind == MediaKind.IMAGE).isPresent();
        images |= image;
        others |= !image;
      }
    }

    void refine(
        SourceColumn column,
        List<SourceColumn> into,
        List<SourceColumn> declared,
        List<String> notes) {
      if (!images) {
        into.add(column);
        if (others) {
          notes.add(
              "column \""
                  + Names.brief(column.name())
                  + "\" stays a struct of bytes and path: its first payloads are not images, and other"
                  + " media cannot be ingested yet");
        }
        return;
      }
      into.add(
          new SourceColumn(
              column.name(), Type.media(MediaKind.IMAGE), column.birth(), column.vacant()));
      String pathColumn = column.name() + "_path";
      if (paths && declared.stream().noneMatch(other -> other.name().equals(pathColumn))) {
        into.add(new SourceColumn(pathColumn, Type.UTF8, column.birth(), false));
      }
    }
  }

  /**
   * Splits structs of bytes and path into the payload and its path, where the types call for it.
   */
  static void split(Map<String, Object> cells, Map<String, Type> types) {
    for (String column : List.copyOf(cells.keySet())) {
      if (types.get(column) instanceof Type.Media
          && cells.get(column) instanceof Map<?, ?> struct) {
        byte[] bytes = (byte[]) struct.get("bytes");
        String path = struct.get("path") instanceof String text ? text : null;
        cells.put(column, bytes == null && path == null ? null : new MediaBytes(bytes, path));
        if (types.containsKey(column + "_path")) {
          cells.putIfAbsent(column + "_path", path);
        }
      }
    }
  }
}

package dev.sheaf.format.internal.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out whether the lists of a column name media files. A payload has a column of its own in
 * the format, so the list {@code images} keeps its names as text and gets a media column for each
 * position: {@code images_0}, {@code images_1} and so on, null where a list is shorter.
 */
public final class MediaLists {
  /** Longer lists keep their names only: every position costs a column. */
  static final int MOST = 64;

  private final TableSource table;
  private final MediaNames names;
  private int longest;
  private boolean other;

  MediaLists(TableSource table) {
    this.table = table;
    this.names = table.mediaNames();
  }

  /** Adds a list. */
  void add(Object list, Place place) {
    if (other || names.isHopeless() && longest > 0) {
      return;
    }
    List<Object> elements = elements(list);
    for (Object element : elements) {
      String name = element instanceof JsonNode node ? node.textValue() : textOf(element);
      if (name == null) {
        other = true;
        return;
      }
      names.add(name, place);
    }
    longest = Math.max(longest, elements.size());
  }

  private static String textOf(Object element) {
    return element instanceof String text ? text : null;
  }

  /** Returns the media columns behind a column of lists; none if it is another kind of list. */
  List<SourceColumn> columns(String column, SourceColumn.Birth birth, List<String> notes) {
    if (other || longest == 0) {
      return List.of();
    }
    table.settle(column, names, longest <= MOST, notes);
    Optional<MediaKind> kind = names.kind();
    if (kind.isPresent() && longest > MOST) {
      notes.add(
          "column \""
              + column
              + "\" keeps the names of its files only: a list of "
              + longest
              + " is above "
              + MOST);
      return List.of();
    }
    List<SourceColumn> found = new ArrayList<>();
    for (int i = 0; kind.isPresent() && i < longest; i++) {
      found.add(new SourceColumn(name(column, i), Type.media(kind.get()), birth, false));
    }
    return List.copyOf(found);
  }

  /** Returns the name of the media column for a position of a list. */
  public static String name(String column, int position) {
    return column + "_" + position;
  }

  /** Puts the elements of lists into the media columns that the types have for them. */
  static Map<String, Object> split(Map<String, Object> cells, Map<String, Type> types) {
    Map<String, Object> more = new LinkedHashMap<>();
    cells.forEach(
        (column, value) -> {
          if (types.get(name(column, 0)) instanceof Type.Media) {
            List<Object> elements = elements(value);
            for (int i = 0; i < elements.size(); i++) {
              more.put(name(column, i), elements.get(i));
            }
          }
        });
    more.forEach(cells::putIfAbsent);
    return cells;
  }

  private static List<Object> elements(Object list) {
    List<Object> elements = new ArrayList<>();
    if (list instanceof JsonNode node && node.isArray()) {
      node.forEach(elements::add);
    } else if (list instanceof List<?> values) {
      elements.addAll(values);
    }
    return elements;
  }
}

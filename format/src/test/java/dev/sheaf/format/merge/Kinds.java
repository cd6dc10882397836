package dev.sheaf.format.merge;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The kinds of columns that {@link MergeHistory} has; a column is called by its kind first. */
final class Kinds {
  /** The names that columns may have. */
  static final List<String> NAMES =
      List.of(
          "text a",
          "text b",
          "number a",
          "number b",
          "set a",
          "set b",
          "level a",
          "level b",
          "file a",
          "file b");

  private static final List<String> FILES = List.of("one", "two", "three");
  private static final Map<String, String> FILE_BY_HASH = new HashMap<>();

  static {
    FILES.forEach(name -> FILE_BY_HASH.put(media(name).sha256(), name));
  }

  private Kinds() {}

  static String of(String name) {
    return name.split(" ")[0];
  }

  static Column column(String name) {
    return switch (of(name)) {
      case "text" -> Column.of(name, Type.UTF8);
      case "number" -> Column.of(name, Type.scalar(DType.INT64));
      case "set" -> Column.of(name, Type.list(Type.UTF8));
      case "level" -> new Column("", name, Type.scalar(DType.INT64), "2", null);
      default -> Column.of(name, Type.media(MediaKind.FILE));
    };
  }

  /** Returns what a sample without a cell shows. */
  static Object missing(String kind) {
    return kind.equals("level") ? 2L : null;
  }

  /** Returns a value or null. */
  static Object random(Randomness random, String kind) {
    if (random.chance(10)) {
      return null;
    }
    return switch (kind) {
      case "text" -> random.oneOf("a", "b", "c", "");
      case "number", "level" -> (Object) (long) random.below(4);
      case "set" -> {
        Set<String> texts = new TreeSet<>();
        for (int i = random.below(4); i > 0; i--) {
          texts.add(random.oneOf("p", "q", "r", "s", "t"));
        }
        List<String> list = new ArrayList<>(texts);
        random.shuffle(list);
        yield list;
      }
      default -> random.pick(FILES);
    };
  }

  /** Returns a value of the model as a dataset takes it. */
  static Object given(String kind, Object value) {
    return kind.equals("file") && value != null ? media((String) value) : value;
  }

  /** Returns a cell as the model has it. */
  static Object shown(Object cell) {
    return cell instanceof Media media ? FILE_BY_HASH.get(media.sha256()) : cell;
  }

  private static Media media(String name) {
    return Media.of(MediaKind.FILE, name.getBytes(StandardCharsets.UTF_8), Map.of());
  }
}

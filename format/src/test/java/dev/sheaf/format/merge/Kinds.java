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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * The kinds of columns that {@link MergeHistory} has, and how two values of a kind are brought
 * together. A column is called by its kind first.
 */
final class Kinds {
  /** The names that columns may have. */
  static final List<String> NAMES = new ArrayList<>();

  private static final List<String> FILES = List.of("one", "two", "three");
  private static final Map<String, String> FILE_BY_HASH = new HashMap<>();

  static {
    for (String kind :
        List.of("text", "number", "set", "level", "file", "json", "boxes", "tags", "made")) {
      NAMES.add(kind + " a");
      NAMES.add(kind + " b");
    }
    FILES.forEach(name -> FILE_BY_HASH.put(media(name).sha256(), name));
  }

  private Kinds() {}

  static String of(String name) {
    return name.split(" ")[0];
  }

  static boolean isDerived(String kind) {
    return kind.equals("made");
  }

  /**
   * Returns a column of a name.
   *
   * @param others the names of the columns that are there
   */
  static Column column(String name, List<String> others) {
    return switch (of(name)) {
      case "text" -> Column.of(name, Type.UTF8);
      case "number" -> Column.of(name, Type.scalar(DType.INT64));
      case "set" -> Column.of(name, Type.list(Type.UTF8));
      case "level" -> new Column("", name, Type.scalar(DType.INT64), "2", null);
      case "json" -> Column.of(name, Type.parse("json"));
      case "boxes" -> Column.of(name, Type.parse("list<struct<id: int64, label: utf8>>"));
      case "tags" -> Column.of(name, Type.parse("list<struct<tag: utf8, confidence: float64>>"));
      case "made" -> {
        List<String> inputs = others.stream().filter(other -> of(other).equals("text")).toList();
        yield new Column("", name, Type.UTF8, "null", new Column.Derivation(inputs, "code"));
      }
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
      case "text", "made" -> random.oneOf("a", "b", "c", "");
      case "number", "level" -> (Object) (long) random.below(4);
      case "set" -> {
        List<String> list = new ArrayList<>(some(random, "p", "q", "r", "s", "t"));
        random.shuffle(list);
        yield list;
      }
      case "json" -> {
        Map<String, Object> members = new TreeMap<>();
        for (String name : some(random, "a", "b", "c")) {
          members.put(
              name, random.chance(30) ? Map.of("x", random.below(2)) : (Object) random.below(2));
        }
        yield text(members);
      }
      case "boxes" -> {
        List<Object> boxes = new ArrayList<>();
        for (String id : some(random, "1", "2", "3")) {
          boxes.add(element("id", Long.valueOf(id), "label", random.oneOf("x", "y")));
        }
        random.shuffle(boxes);
        yield boxes;
      }
      case "tags" -> {
        List<Object> tags = new ArrayList<>();
        for (String tag : some(random, "cat", "dog", "hen")) {
          tags.add(element("tag", tag, "confidence", random.below(4) / 4.0));
        }
        yield tags;
      }
      default -> random.pick(FILES);
    };
  }

  private static Set<String> some(Randomness random, String... choices) {
    Set<String> some = new TreeSet<>();
    for (int i = random.below(4); i > 0; i--) {
      some.add(random.oneOf(choices));
    }
    return some;
  }

  private static Map<String, Object> element(String a, Object first, String b, Object second) {
    Map<String, Object> element = new LinkedHashMap<>();
    element.put(a, first);
    element.put(b, second);
    return element;
  }

  /** Returns a value of the model as a dataset takes it. */
  static Object given(String kind, Object value) {
    return kind.equals("file") && value != null ? media((String) value) : value;
  }

  /** Returns a cell as the model has it. */
  static Object shown(Object cell) {
    return cell instanceof Media media ? FILE_BY_HASH.get(media.sha256()) : cell;
  }

  /** A payload; one of them is too large to lie in a page. */
  private static Media media(String name) {
    String content = name.equals("three") ? name.repeat(1000) : name;
    return Media.of(MediaKind.FILE, content.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  /**
   * Brings two values together that both are new, or returns empty where that cannot be done.
   *
   * @param before what both started from, or null
   */
  static Optional<Object> join(String kind, Object before, Object a, Object c) {
    if (isDerived(kind)) {
      // It is computed again some time, so any of the two will do: the lesser one.
      return Optional.of(
          a == null || (c != null && ((String) c).compareTo((String) a) < 0) ? c : a);
    }
    if (a == null || c == null) {
      return Optional.empty();
    }
    return switch (kind) {
      case "set" -> Optional.of(sets(texts(before), texts(a), texts(c)));
      case "json" ->
          members(
                  before == null ? Map.of() : members((String) before),
                  members((String) a),
                  members((String) c))
              .map(Kinds::text);
      case "boxes" -> elements("id", before, a, c, (left, right) -> Optional.empty(), false);
      case "tags" -> elements("tag", before, a, c, Kinds::surer, true);
      default -> Optional.empty();
    };
  }

  @SuppressWarnings("unchecked")
  private static List<String> texts(Object value) {
    return value == null ? List.of() : (List<String>) value;
  }

  /** What both kept, and then what either added. */
  private static List<String> sets(List<String> from, List<String> left, List<String> right) {
    List<String> joined = new ArrayList<>();
    from.stream().filter(x -> left.contains(x) && right.contains(x)).forEach(joined::add);
    Set<String> added = new TreeSet<>(left);
    added.addAll(right);
    added.removeAll(from);
    joined.addAll(added);
    return joined;
  }

  private static Optional<Object> surer(Object left, Object right) {
    double a = (double) ((Map<?, ?>) left).get("confidence");
    double c = (double) ((Map<?, ?>) right).get("confidence");
    return Optional.of(a >= c ? left : right);
  }

  /**
   * Elements by a key: what both kept, and then what either added.
   *
   * @param either gives what two new elements of one key become
   * @param removalWins whether an element that one removed and the other changed is out
   */
  private static Optional<Object> elements(
      String by,
      Object before,
      Object a,
      Object c,
      BiFunction<Object, Object, Optional<Object>> either,
      boolean removalWins) {
    Map<Object, Object> from = keyed(by, before);
    Map<Object, Object> left = keyed(by, a);
    Map<Object, Object> right = keyed(by, c);
    Map<Object, Object> all = new LinkedHashMap<>(from);
    Map<Object, Object> added = new TreeMap<>(left);
    added.putAll(right);
    added.keySet().removeAll(from.keySet());
    all.putAll(added);
    List<Object> joined = new ArrayList<>();
    for (Object key : all.keySet()) {
      Object x = left.get(key);
      Object y = right.get(key);
      Object then = from.get(key);
      Optional<Object> kept;
      if (Objects.equals(x, y) || Objects.equals(y, then)) {
        kept = Optional.ofNullable(x);
      } else if (Objects.equals(x, then)) {
        kept = Optional.ofNullable(y);
      } else if (x == null || y == null) {
        if (!removalWins) {
          return Optional.empty();
        }
        kept = Optional.empty();
      } else {
        kept = either.apply(x, y);
        if (kept.isEmpty()) {
          return Optional.empty();
        }
      }
      kept.ifPresent(joined::add);
    }
    return Optional.of(joined);
  }

  private static Map<Object, Object> keyed(String by, Object list) {
    Map<Object, Object> keyed = new LinkedHashMap<>();
    if (list != null) {
      ((List<?>) list).forEach(element -> keyed.put(((Map<?, ?>) element).get(by), element));
    }
    return keyed;
  }

  /** Objects of numbers and of objects, in the order in which their members are spelled. */
  private static Map<String, Object> members(String text) {
    Map<String, Object> members = new LinkedHashMap<>();
    String rest = text.substring(1, text.length() - 1);
    while (!rest.isEmpty()) {
      String name = rest.substring(1, 2);
      int end = rest.charAt(4) == '{' ? rest.indexOf('}') + 1 : 5;
      String value = rest.substring(4, end);
      members.put(name, value.startsWith("{") ? members(value) : (Object) Integer.valueOf(value));
      rest = end < rest.length() ? rest.substring(end + 1) : "";
    }
    return members;
  }

  private static String text(Map<String, Object> members) {
    List<String> parts = new ArrayList<>();
    members.forEach((name, value) -> parts.add("\"" + name + "\":" + spelled(value)));
    return "{" + String.join(",", parts) + "}";
  }

  @SuppressWarnings("unchecked")
  private static String spelled(Object value) {
    return value instanceof Map<?, ?> map ? text((Map<String, Object>) map) : value.toString();
  }

  @SuppressWarnings("unchecked")
  private static Optional<Map<String, Object>> members(
      Map<String, Object> from, Map<String, Object> left, Map<String, Object> right) {
    Set<String> names = new LinkedHashSet<>(from.keySet());
    Set<String> added = new TreeSet<>(left.keySet());
    added.addAll(right.keySet());
    names.addAll(added);
    Map<String, Object> joined = new LinkedHashMap<>();
    for (String name : names) {
      Object then = from.get(name);
      Object x = left.get(name);
      Object y = right.get(name);
      if (Objects.equals(x, y) || Objects.equals(y, then)) {
        joined.put(name, x);
      } else if (Objects.equals(x, then)) {
        joined.put(name, y);
      } else if (x instanceof Map && y instanceof Map && (then == null || then instanceof Map)) {
        Optional<Map<String, Object>> both =
            members(
                then == null ? Map.of() : (Map<String, Object>) then,
                (Map<String, Object>) x,
                (Map<String, Object>) y);
        if (both.isEmpty()) {
          return Optional.empty();
        }
        joined.put(name, both.get());
      } else {
        return Optional.empty();
      }
    }
    joined.values().removeIf(Objects::isNull);
    return Optional.of(joined);
  }
}

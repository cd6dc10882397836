package dev.sheaf.format.internal.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.Json;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Brings two new values of a cell together, by type. What it returns does not depend on which side
 * is which.
 */
final class CellMerge {
  private static final String ID = "id";
  private static final String TAG = "tag";
  private static final String MODALITY = "modality";
  private static final String CONFIDENCE = "confidence";

  private CellMerge() {}

  /**
   * Returns the value that holds both changes, or empty if there is none.
   *
   * @param base the value that both started from, or null
   * @param ours one new value, or null
   * @param theirs the other, different from it, or null
   */
  static Optional<Object> merge(Type type, Object base, Object ours, Object theirs) {
    if (ours == null || theirs == null) {
      return Optional.empty();
    }
    if (type instanceof Type.Json) {
      return json((String) base, (String) ours, (String) theirs);
    }
    if (type instanceof Type.ListOf list && list.element() instanceof Type.Utf8) {
      return texts((List<?>) base, (List<?>) ours, (List<?>) theirs);
    }
    if (type instanceof Type.ListOf list && list.element() instanceof Type.Struct struct) {
      return structs(struct, (List<?>) base, (List<?>) ours, (List<?>) theirs);
    }
    return Optional.empty();
  }

  private static Optional<Object> texts(List<?> base, List<?> ours, List<?> theirs) {
    List<?> from = base == null ? List.of() : base;
    if (!isSet(from) || !isSet(ours) || !isSet(theirs)) {
      return Optional.empty();
    }
    List<Object> merged = new ArrayList<>();
    for (Object text : from) {
      if (ours.contains(text) && theirs.contains(text)) {
        merged.add(text);
      }
    }
    Set<String> added = new TreeSet<>();
    for (List<?> side : List.of(ours, theirs)) {
      side.stream().filter(text -> !from.contains(text)).forEach(text -> added.add((String) text));
    }
    merged.addAll(added);
    return Optional.of(merged);
  }

  private static boolean isSet(List<?> texts) {
    return texts.stream().noneMatch(text -> text == null)
        && new HashSet<>(texts).size() == texts.size();
  }

  private static boolean has(Type.Struct struct, String name) {
    return struct.fields().stream().anyMatch(field -> field.name().equals(name));
  }

  private static Optional<Object> structs(
      Type.Struct struct, List<?> base, List<?> ours, List<?> theirs) {
    List<String> names;
    if (has(struct, ID)) {
      names = List.of(ID);
    } else if (has(struct, TAG)) {
      names = has(struct, MODALITY) ? List.of(TAG, MODALITY) : List.of(TAG);
    } else {
      return Optional.empty();
    }
    Map<List<Object>, Object> from = keyed(base == null ? List.of() : base, names);
    Map<List<Object>, Object> left = keyed(ours, names);
    Map<List<Object>, Object> right = keyed(theirs, names);
    if (from == null || left == null || right == null) {
      return Optional.empty();
    }
    boolean isTag = !names.get(0).equals(ID);
    List<Object> merged = new ArrayList<>();
    for (Map.Entry<List<Object>, Object> entry : from.entrySet()) {
      Object a = left.get(entry.getKey());
      Object b = right.get(entry.getKey());
      boolean sameA = same(struct, entry.getValue(), a);
      boolean sameB = same(struct, entry.getValue(), b);
      Object kept;
      if (sameA || sameB) {
        kept = sameA ? b : a;
      } else if (same(struct, a, b)) {
        kept = a;
      } else if (isTag) {
        kept = a == null || b == null ? null : surer(struct, a, b);
      } else {
        return Optional.empty();
      }
      if (kept != null) {
        merged.add(kept);
      }
    }
    Map<String, Object> added = new TreeMap<>();
    Set<List<Object>> fresh = new HashSet<>(left.keySet());
    fresh.addAll(right.keySet());
    fresh.removeAll(from.keySet());
    for (List<Object> key : fresh) {
      Object a = left.get(key);
      Object b = right.get(key);
      if (a != null && b != null && !same(struct, a, b) && !isTag) {
        return Optional.empty();
      }
      Object kept = a == null ? b : b == null || same(struct, a, b) ? a : surer(struct, a, b);
      added.put(sortable(key), kept);
    }
    merged.addAll(added.values());
    return Optional.of(merged);
  }

  /** Numbers in the order of their values, texts in that of their characters. */
  private static String sortable(List<Object> key) {
    StringBuilder text = new StringBuilder();
    for (Object part : key) {
      text.append(
          part instanceof Long number
              ? String.format("%016x", number ^ Long.MIN_VALUE)
              : String.valueOf(part));
      text.append('\u0000');
    }
    return text.toString();
  }

  /** Returns the elements by key, or null if they do not all have one of their own. */
  private static Map<List<Object>, Object> keyed(List<?> elements, List<String> names) {
    Map<List<Object>, Object> byKey = new LinkedHashMap<>();
    for (Object element : elements) {
      if (!(element instanceof Map<?, ?> fields) || fields.get(names.get(0)) == null) {
        return null;
      }
      List<Object> key = new ArrayList<>();
      names.forEach(name -> key.add(plain(fields.get(name))));
      if (byKey.put(key, element) != null) {
        return null;
      }
    }
    return byKey;
  }

  private static Object plain(Object value) {
    if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return Arrays.toString(copy);
    }
    return value;
  }

  private static boolean same(Type.Struct struct, Object a, Object b) {
    return a == null || b == null
        ? a == b
        : Arrays.equals(canonical(struct, a), canonical(struct, b));
  }

  private static byte[] canonical(Type.Struct struct, Object value) {
    return CellHash.canonical(struct, value, "element");
  }

  /** The more confident of two assignments of a tag; of equal ones that with the lesser bytes. */
  private static Object surer(Type.Struct struct, Object a, Object b) {
    int order = Double.compare(confidence(a), confidence(b));
    if (order == 0) {
      order = Arrays.compareUnsigned(canonical(struct, b), canonical(struct, a));
    }
    return order >= 0 ? a : b;
  }

  private static double confidence(Object element) {
    Object confidence = ((Map<?, ?>) element).get(CONFIDENCE);
    return confidence instanceof Number number ? number.doubleValue() : 0;
  }

  private static Optional<Object> json(String base, String ours, String theirs) {
    JsonNode from = base == null ? Json.object() : parse(base);
    JsonNode a = parse(ours);
    JsonNode b = parse(theirs);
    if (from == null || a == null || b == null) {
      return Optional.empty();
    }
    if (a.equals(b)) {
      return Optional.of(ours.compareTo(theirs) <= 0 ? ours : theirs);
    }
    return members(from, a, b).map(JsonNode::toString);
  }

  private static JsonNode parse(String text) {
    try {
      return Json.value(text, "cell");
    } catch (CorruptDataException e) {
      // Text that is no JSON has no members; it is merged whole.
      return null;
    }
  }

  /** Merges one value, member by member where all three are objects; absent members are null. */
  private static Optional<JsonNode> members(JsonNode base, JsonNode a, JsonNode b) {
    if (a.equals(b) || b.equals(base)) {
      return Optional.of(a);
    }
    if (a.equals(base)) {
      return Optional.of(b);
    }
    if (!(base instanceof ObjectNode && a instanceof ObjectNode && b instanceof ObjectNode)) {
      return Optional.empty();
    }
    ObjectNode merged = Json.object();
    for (String name : names(base, a, b)) {
      JsonNode before = base.get(name);
      JsonNode left = a.get(name);
      JsonNode right = b.get(name);
      Optional<JsonNode> value;
      if (left == null || right == null) {
        JsonNode other = left == null ? right : left;
        boolean unchanged = other == null || other.equals(before);
        if (before != null && !unchanged) {
          return Optional.empty(); // One side removed the member, the other changed it.
        }
        value = before == null ? Optional.ofNullable(other) : Optional.empty();
      } else {
        value = members(before == null ? fallback(left, right) : before, left, right);
        if (value.isEmpty()) {
          return Optional.empty();
        }
      }
      value.ifPresent(node -> merged.set(name, node));
    }
    return Optional.of(merged);
  }

  /** Two objects that both sides added are merged as if both had started empty. */
  private static JsonNode fallback(JsonNode left, JsonNode right) {
    return left.isObject() && right.isObject()
        ? Json.object()
        : com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  /** The members of the base in their order, then the others sorted. */
  private static Collection<String> names(JsonNode base, JsonNode a, JsonNode b) {
    List<String> names = new ArrayList<>();
    base.fieldNames().forEachRemaining(names::add);
    Set<String> added = new TreeSet<>();
    a.fieldNames().forEachRemaining(added::add);
    b.fieldNames().forEachRemaining(added::add);
    names.forEach(added::remove);
    names.addAll(added);
    return names;
  }
}

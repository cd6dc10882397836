package dev.sheaf.format.oracle;

import dev.sheaf.format.Origin;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one version holds, as plain Java objects. Immutable.
 *
 * @param columns the data columns in order
 * @param samples the samples in order
 * @param left samples that an order left out: their cells stay where they are
 */
public record Model(List<Col> columns, List<Item> samples, List<Item> left) {
  /** The model of an empty dataset. */
  public static final Model EMPTY = new Model(List.of(), List.of(), List.of());

  /** Copies the lists. */
  public Model {
    columns = List.copyOf(columns);
    samples = List.copyOf(samples);
    left = List.copyOf(left);
  }

  /**
   * A column.
   *
   * @param identity stays the same through renames
   * @param fallback what a sample without a cell shows, or null
   * @param inputs the identities of the columns that it is derived from; empty if it is not
   */
  public record Col(
      int identity,
      String name,
      Type type,
      String defaultJson,
      Object fallback,
      List<Integer> inputs) {
    /** Copies the list. */
    public Col {
      inputs = List.copyOf(inputs);
    }
  }

  /**
   * A sample.
   *
   * @param parent null unless it is part of another
   * @param cells the stored cells by the column's identity, null ones included
   * @param inputs per derived column what its inputs showed when the cell was written
   */
  public record Item(
      SampleId id,
      String key,
      Origin origin,
      SampleId parent,
      String kind,
      String span,
      Map<Integer, Object> cells,
      Map<Integer, List<Object>> inputs) {
    /** Copies the maps. */
    public Item {
      cells = Collections.unmodifiableMap(new LinkedHashMap<>(cells));
      inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    }

    Item with(SampleId newId, String newKey) {
      return new Item(newId, newKey, origin, parent, kind, span, cells, inputs);
    }
  }

  /** Returns the column with an identity, or null. */
  Col column(int identity) {
    return columns.stream().filter(col -> col.identity() == identity).findFirst().orElse(null);
  }

  /** Returns what a sample shows in a column. */
  static Object cell(Item item, Col col) {
    Object stored =
        item.cells().containsKey(col.identity())
            ? item.cells().get(col.identity())
            : col.fallback();
    return CellAssert.widened(col.type(), stored);
  }

  /** Stands for the cell of a column that is gone. */
  static final Object GONE = new Object();

  /** Returns what the inputs of a derived column show. */
  List<Object> inputs(Item item, Col derived) {
    return derived.inputs().stream()
        .map(
            identity -> {
              Col input = column(identity);
              return input == null ? GONE : cell(item, input);
            })
        .collect(
            java.util.stream.Collectors.collectingAndThen(
                java.util.stream.Collectors.toCollection(java.util.ArrayList::new),
                Collections::unmodifiableList));
  }

  /** Tells whether the inputs of a derived cell have changed since it was written. */
  boolean isStale(Item item, Col derived) {
    if (derived.inputs().isEmpty() || cell(item, derived) == null) {
      return false;
    }
    List<Object> then = item.inputs().get(derived.identity());
    List<Object> now = inputs(item, derived);
    for (int i = 0; i < now.size(); i++) {
      Col input = column(derived.inputs().get(i));
      boolean same =
          input == null || then.get(i) == GONE
              ? then.get(i) == now.get(i)
              : sameKind(then.get(i), now.get(i))
                  && CellAssert.isSame(
                      input.type(),
                      CellAssert.widened(input.type(), then.get(i)),
                      readable(now.get(i)));
      if (!same) {
        return true;
      }
    }
    return false;
  }

  /** Widening an integer to floating point counts as a change of what was read, but for zero. */
  private static boolean sameKind(Object then, Object now) {
    return isInteger(then) == isInteger(now) || Long.valueOf(0).equals(then);
  }

  private static boolean isInteger(Object value) {
    return value instanceof Long;
  }

  /** Bytes compare with what a sample returns for them. */
  private static Object readable(Object value) {
    if (value instanceof byte[] bytes) {
      return java.nio.ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
    if (value instanceof List<?> list) {
      List<Object> elements = new ArrayList<>();
      list.forEach(element -> elements.add(readable(element)));
      return elements;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> fields = new LinkedHashMap<>();
      map.forEach((name, field) -> fields.put(name, readable(field)));
      return fields;
    }
    return value;
  }
}

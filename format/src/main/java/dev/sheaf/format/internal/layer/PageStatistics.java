package dev.sheaf.format.internal.layer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.ColumnStatistics;
import dev.sheaf.format.DType;
import dev.sheaf.format.Type;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The statistics of the pages of a layer, read back. Immutable.
 *
 * <p>Spec: {@code docs/format-spec.md#statistics}.
 */
public final class PageStatistics {
  private final Map<String, PerColumn> columns;

  private PageStatistics(Map<String, PerColumn> columns) {
    this.columns = columns;
  }

  /** The lists of one column; those of the bounds are null where there are none. */
  private static final class PerColumn {
    private final long[] nulls;
    private final String[] min;
    private final String[] max;

    PerColumn(long[] nulls, String[] min, String[] max) {
      this.nulls = nulls;
      this.min = min;
      this.max = max;
    }

    long[] nulls() {
      return nulls;
    }

    String[] min() {
      return min;
    }

    String[] max() {
      return max;
    }
  }

  /** Reads a leaf; lists that do not fit the pages of the record are refused. */
  static PageStatistics parse(byte[] bytes, LayerRecord record, String path) {
    ObjectNode node = Json.parse(bytes, path);
    Map<String, PerColumn> columns = new HashMap<>();
    node.fieldNames()
        .forEachRemaining(
            id -> {
              ObjectNode one = Json.object(node, id, path);
              long[] nulls = Json.numbers(one, "nulls", 0, LayerRecord.MAX_ROWS, path);
              String[] min = one.has("min") ? bounds(Json.array(one, "min", path), path) : null;
              String[] max = one.has("max") ? bounds(Json.array(one, "max", path), path) : null;
              int pages = record.pages();
              if (nulls.length != pages
                  || min != null && min.length != pages
                  || max != null && max.length != pages) {
                throw Json.bad(path, "statistics of another number of pages", null);
              }
              columns.put(id, new PerColumn(nulls, min, max));
            });
    return new PageStatistics(columns);
  }

  private static String[] bounds(ArrayNode array, String path) {
    String[] bounds = new String[array.size()];
    for (int i = 0; i < bounds.length; i++) {
      JsonNode bound = array.get(i);
      if (!bound.isNull() && !bound.isTextual()) {
        throw Json.bad(path, "expected texts or null as bounds", null);
      }
      bounds[i] = bound.isNull() ? null : bound.textValue();
    }
    return bounds;
  }

  /** Returns statistics that say nothing. */
  static PageStatistics none() {
    return new PageStatistics(Map.of());
  }

  /**
   * Returns what is known of the cells of a column in a page.
   *
   * @param type the type by which bounds are to be read: the one written, or a wider one
   */
  public ColumnStatistics of(String column, Type type, int page, int rows) {
    PerColumn stats = columns.get(column);
    if (stats == null) {
      return ColumnStatistics.UNKNOWN;
    }
    long nulls = stats.nulls()[page];
    boolean bounded =
        stats.min() != null
            && stats.max() != null
            && stats.min()[page] != null
            && stats.max()[page] != null;
    return new ColumnStatistics(
        nulls > 0,
        nulls < rows,
        bounded ? value(type, stats.min()[page]) : null,
        bounded ? value(type, stats.max()[page]) : null);
  }

  private static Object value(Type type, String text) {
    try {
      if (type instanceof Type.Utf8) {
        return text;
      }
      if (type instanceof Type.Scalar scalar && scalar.dtype().kind() == DType.Kind.FLOAT) {
        return Double.valueOf(text);
      }
      BigInteger number = new BigInteger(text);
      return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    } catch (NumberFormatException e) {
      throw Json.bad("statistics", "\"" + text + "\" is no bound of " + type, e);
    }
  }

  /** Returns what is known of cells that come from either. */
  public static ColumnStatistics union(ColumnStatistics a, ColumnStatistics b) {
    boolean bothBounded =
        (a.min() != null || !a.mayHaveValue()) && (b.min() != null || !b.mayHaveValue());
    return new ColumnStatistics(
        a.mayBeNull() || b.mayBeNull(),
        a.mayHaveValue() || b.mayHaveValue(),
        bothBounded ? outer(a.min(), b.min(), -1) : null,
        bothBounded ? outer(a.max(), b.max(), 1) : null);
  }

  private static Object outer(Object a, Object b, int sign) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return compare(a, b) * sign >= 0 ? a : b;
  }

  private static int compare(Object a, Object b) {
    if (a instanceof String text && b instanceof String other) {
      return Arrays.compareUnsigned(
          text.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
    if (a instanceof Double x && b instanceof Double y) {
      return Double.compare(x, y);
    }
    return new BigInteger(a.toString()).compareTo(new BigInteger(b.toString()));
  }
}

package dev.sheaf.format.internal.layer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.ipc.ArrayBuilder;
import dev.sheaf.format.internal.ipc.Form;
import java.util.ArrayList;
import java.util.List;

/**
 * Per page and column: nulls, and the least and greatest value where the type has an order. NaN
 * counts for neither bound.
 *
 * <p>Spec: {@code docs/format-spec.md#statistics}. Immutable once built.
 */
public final class LayerStats {
  private final List<ColumnStats> columns;

  private LayerStats(List<ColumnStats> columns) {
    this.columns = List.copyOf(columns);
  }

  /** The statistics of one column; bounds are null where a page has no value with an order. */
  private record ColumnStats(List<Integer> nulls, List<String> least, List<String> greatest) {}

  /** Computes the statistics of the pages that begin at {@code starts}. */
  static LayerStats of(List<LayerColumn> columns, List<ArrayBuilder> built, int[] starts) {
    List<ColumnStats> all = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      all.add(column(columns.get(i), built.get(i), starts));
    }
    return new LayerStats(all);
  }

  private static ColumnStats column(LayerColumn column, ArrayBuilder cells, int[] starts) {
    List<Integer> nulls = new ArrayList<>();
    List<String> least = new ArrayList<>();
    List<String> greatest = new ArrayList<>();
    for (int page = 0; page + 1 < starts.length; page++) {
      int count = 0;
      for (int row = starts[page]; row < starts[page + 1]; row++) {
        count += cells.isNull(row) ? 1 : 0;
      }
      nulls.add(count);
      String[] bounds = bounds(column, cells, starts[page], starts[page + 1]);
      least.add(bounds[0]);
      greatest.add(bounds[1]);
    }
    return new ColumnStats(nulls, least, greatest);
  }

  private static String[] bounds(LayerColumn column, ArrayBuilder cells, int from, int to) {
    String[] none = {null, null};
    if (column.form() != Form.PLAIN || !(cells instanceof ArrayBuilder.Fixed fixed)) {
      return cells instanceof ArrayBuilder.Variable text && column.type() instanceof Type.Utf8
          ? TextBounds.of(text, from, to)
          : none;
    }
    if (column.type() instanceof Type.Scalar scalar) {
      return ScalarBounds.of(scalar.dtype(), fixed, from, to);
    }
    if (column.type() instanceof Type.Date || column.type() instanceof Type.Timestamp) {
      return ScalarBounds.signed(fixed, from, to);
    }
    return none;
  }

  /** Returns the leaf's bytes; column ids are those of the record. */
  public byte[] toBytes(LayerRecord record) {
    ObjectNode node = Json.object();
    for (int i = 0; i < columns.size(); i++) {
      LayerColumn column = record.columns().get(i);
      if (!column.aspect().equals(LayerColumn.CELLS)) {
        continue;
      }
      ColumnStats stats = columns.get(i);
      ObjectNode one = node.putObject(column.column());
      ArrayNode nulls = one.putArray("nulls");
      stats.nulls().forEach(nulls::add);
      if (stats.least().stream().anyMatch(bound -> bound != null)) {
        ArrayNode least = one.putArray("min");
        stats.least().forEach(least::add);
        ArrayNode greatest = one.putArray("max");
        stats.greatest().forEach(greatest::add);
      }
    }
    return Json.bytes(node);
  }
}

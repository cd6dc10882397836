package dev.sheaf.cli.command;

import dev.sheaf.cli.output.Json;
import dev.sheaf.format.Column;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code info} and {@code schema} say of a column. */
final class ColumnFacts {
  private ColumnFacts() {}

  /** Tells whether a column is one of Sheaf's own. */
  static boolean isOwn(Column column) {
    return column.name().startsWith("_");
  }

  /** Returns name, type, shape and media as JSON has them. */
  static Map<String, Object> json(Column column) {
    return Json.object(
        "name", column.name(),
        "type", column.type().toString(),
        "shape", shape(column.type()),
        "media", column.type() instanceof Type.Media media ? media.kind().id() : null);
  }

  /** Returns the axes of a tensor, null for an open one; null for what is no tensor. */
  private static List<Long> shape(Type type) {
    if (!(type instanceof Type.Tensor tensor)) {
      return null;
    }
    List<Long> axes = new ArrayList<>();
    for (long dim : tensor.shape().dims()) {
      axes.add(dim == Shape.ANY ? null : Long.valueOf(dim));
    }
    return axes;
  }
}

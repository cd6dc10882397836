package dev.sheaf.format.internal.sink;

import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.List;

/**
 * Columns of payloads in tables that keep them as a struct of {@code bytes} and {@code path}, as
 * Hugging Face does. A text column {@code COLUMN_path} that goes with a payload column becomes the
 * path: that is what reading such a table makes of it.
 */
final class Payloads {
  private static final String PATH = "_path";

  private final String format;
  private final List<Column> columns = new ArrayList<>();
  private final List<String> paths = new ArrayList<>();
  private final List<Column> all;

  /**
   * A payload.
   *
   * @param media what is in {@code bytes}
   * @param path what is in {@code path}, or null
   */
  record Payload(Media media, String path) {}

  Payloads(String format, List<Column> all) {
    this.format = format;
    this.all = all;
    for (Column column : all) {
      if (owner(column).isEmpty()) {
        boolean path =
            column.type() instanceof Type.Media && has(column.name() + PATH, Type.Utf8.class);
        columns.add(column);
        paths.add(path ? column.name() + PATH : null);
      }
    }
  }

  private boolean has(String name, Class<? extends Type> type) {
    return all.stream()
        .anyMatch(column -> column.name().equals(name) && type.isInstance(column.type()));
  }

  /** Returns the columns without those that become paths. */
  List<Column> columns() {
    return columns;
  }

  /** Returns the payload column whose path a column becomes, or the empty string. */
  String owner(Column column) {
    String name = column.name();
    boolean path = column.type() instanceof Type.Utf8 && name.endsWith(PATH);
    String owner = path ? name.substring(0, name.length() - PATH.length()) : "";
    return path && has(owner, Type.Media.class) ? owner : "";
  }

  /** Returns a cell: a {@link Payload} for media. */
  Object value(Sample sample, int position) {
    Column column = columns.get(position);
    Object value = sample.value(column.name());
    if (!(column.type() instanceof Type.Media)) {
      return value;
    }
    String pathColumn = paths.get(position);
    String found = pathColumn == null ? null : (String) sample.value(pathColumn);
    if (value == null && found != null) {
      throw SinkErrors.badValue(
          format, "the payload is null and its path is not", pathColumn, "rename that column");
    }
    return value == null ? null : new Payload((Media) value, found);
  }
}

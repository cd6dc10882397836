package dev.sheaf.curation.internal.run;

import dev.sheaf.format.Column;
import dev.sheaf.format.ColumnValues;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.Suggestion;
import dev.sheaf.format.Type;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Cells in memory, column-wise. */
final class AddedValues {
  private AddedValues() {}

  /**
   * Returns cells, or a field of them.
   *
   * @param cells the cells; null for null
   * @param path the field of a struct, of that a field, and so on
   */
  static ColumnValues of(Column column, Object[] cells, String... path) {
    Type type = column.type();
    Object[] values = cells.clone();
    for (String name : path) {
      List<Type.Field> fields = type instanceof Type.Struct struct ? struct.fields() : List.of();
      type =
          fields.stream()
              .filter(field -> field.name().equals(name))
              .map(Type.Field::type)
              .findFirst()
              .orElseThrow(() -> noField(column, name, fields));
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i] == null ? null : ((Map<?, ?>) values[i]).get(name);
      }
    }
    return arranged(type, values);
  }

  private static NotFoundException noField(Column column, String name, List<Type.Field> fields) {
    return new NotFoundException(
        "SHEAF-NF-007",
        "Column \"" + column.name() + "\" has no field \"" + name + "\"",
        Location.NONE,
        Suggestion.of(name, fields.stream().map(Type.Field::name).toList(), "fields"));
  }

  private static ColumnValues arranged(Type type, Object[] values) {
    boolean[] nulls = new boolean[values.length];
    for (int i = 0; i < nulls.length; i++) {
      nulls[i] = values[i] == null;
    }
    return switch (ColumnValues.kindOf(type)) {
      case LONGS -> ColumnValues.ofLongs(type, longs(values), nulls);
      case DOUBLES -> ColumnValues.ofDoubles(type, doubles(values), nulls);
      case BYTES -> bytes(type, values, nulls);
      case OBJECTS -> ColumnValues.ofObjects(type, values);
    };
  }

  private static long[] longs(Object[] values) {
    long[] longs = new long[values.length];
    for (int i = 0; i < longs.length; i++) {
      if (values[i] instanceof Boolean truth) {
        longs[i] = truth ? 1 : 0;
      } else if (values[i] != null) {
        longs[i] = ((Number) values[i]).longValue(); // steps make no dates and times
      }
    }
    return longs;
  }

  private static double[] doubles(Object[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = values[i] == null ? 0 : ((Number) values[i]).doubleValue();
    }
    return doubles;
  }

  private static ColumnValues bytes(Type type, Object[] values, boolean[] nulls) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int[] offsets = new int[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        all.writeBytes(copy);
      } else if (values[i] != null) {
        all.writeBytes(values[i].toString().getBytes(StandardCharsets.UTF_8));
      }
      offsets[i + 1] = all.size();
    }
    return ColumnValues.ofBytes(type, all.toByteArray(), offsets, nulls);
  }
}

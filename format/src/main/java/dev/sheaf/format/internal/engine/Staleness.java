package dev.sheaf.format.internal.engine;

import dev.sheaf.format.Column;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.CellReader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Compares what a derived cell was computed from with what its inputs are now. */
final class Staleness {
  private Staleness() {}

  static boolean isStale(VersionState state, LocalSample sample, int position) {
    Column column = state.schema().column(position);
    if (sample.cell(position) == null) {
      return false;
    }
    for (CellReader reader : sample.segment().reader().inputs(column.id())) {
      int row = reader.layer().rowOf(sample.slot());
      if (row >= 0) {
        long now =
            digest(
                column.derivation(),
                id -> Optional.ofNullable(columnOf(state, id)),
                input -> sample.cell(state.schema().indexOf(input.name())));
        boolean stale = reader.isNull(row) || reader.int64(row) != now;
        reader.settle();
        return stale;
      }
    }
    return true;
  }

  private static Column columnOf(VersionState state, String id) {
    SchemaLeaves.Ranked ranked = state.columns().get(id);
    return ranked == null ? null : ranked.column();
  }

  /** An input and its cell; a column that is gone has no type. */
  record Input(Type type, Object value) {}

  /**
   * Returns the digest of input cells: per input, whether it is gone, null or there, and its
   * canonical bytes.
   */
  static long digest(List<Input> inputs) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Input input : inputs) {
      if (input.type() == null) {
        bytes.write(2);
      } else if (input.value() == null) {
        bytes.write(0);
      } else {
        byte[] canonical = CellHash.canonical(input.type(), input.value(), "input");
        bytes.write(1);
        bytes.writeBytes(ByteBuffer.allocate(8).putLong(canonical.length).array());
        bytes.writeBytes(canonical);
      }
    }
    return CellHash.digest64(bytes.toByteArray());
  }

  /**
   * Returns the digest of a derived column's inputs.
   *
   * @param find gives a column by id or name
   * @param cell gives the present cell of a column
   */
  static long digest(
      Column.Derivation derivation,
      Function<String, Optional<Column>> find,
      Function<Column, Object> cell) {
    List<Input> inputs = new ArrayList<>();
    for (String input : derivation.inputs()) {
      Optional<Column> column = find.apply(input);
      inputs.add(
          column
              .map(c -> new Input(c.type(), cell.apply(c)))
              .orElseGet(() -> new Input(null, null)));
    }
    return digest(inputs);
  }
}

package dev.sheaf.query.internal.exec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.calcite.linq4j.AbstractEnumerable;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Enumerator;
import org.apache.calcite.rel.type.RelDataType;

/** Gives batches to enumerable operators row by row, and takes rows from them as batches. */
public final class RowSource {
  private final Supplier<Operator> input;
  private final List<RelDataType> types;
  private final boolean single;

  /**
   * Creates a source.
   *
   * @param input opens the relation anew
   * @param single whether a row is given as its only value, not as an array
   */
  public RowSource(Supplier<Operator> input, RelDataType rowType, boolean single) {
    this.input = input;
    this.types = rowType.getFieldList().stream().map(field -> field.getType()).toList();
    this.single = single;
  }

  /** Returns the rows; called by generated code. */
  public Enumerable<Object> rows() {
    return new AbstractEnumerable<>() {
      @Override
      public Enumerator<Object> enumerator() {
        return new Rows(input.get());
      }
    };
  }

  private final class Rows implements Enumerator<Object> {
    private final Operator operator;
    private RowBatch batch;
    private Vec[] vecs;
    private int row;

    Rows(Operator operator) {
      this.operator = operator;
    }

    @Override
    public Object current() {
      if (single) {
        return Boxes.box(vecs[0], row, types.get(0));
      }
      Object[] values = new Object[vecs.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = Boxes.box(vecs[i], row, types.get(i));
      }
      return values;
    }

    @Override
    public boolean moveNext() {
      row++;
      if (batch == null || row >= batch.size()) {
        batch = operator.next();
        row = 0;
        if (batch == null) {
          return false;
        }
        vecs = new Vec[batch.width()];
        for (int i = 0; i < vecs.length; i++) {
          vecs[i] = batch.column(i).vec();
        }
      }
      return true;
    }

    @Override
    public void reset() {
      throw new UnsupportedOperationException("rows are given once");
    }

    @Override
    public void close() {
      operator.close();
    }
  }

  /** Returns the batches of rows that enumerable operators give. */
  public static Operator batches(
      Supplier<Enumerable<?>> rows, RelDataType rowType, boolean single) {
    return new Batches(rows, rowType, single);
  }

  private static final class Batches implements Operator {
    private final Supplier<Enumerable<?>> rows;
    private final List<RelDataType> types;
    private final boolean single;
    private Enumerator<?> enumerator;

    Batches(Supplier<Enumerable<?>> rows, RelDataType rowType, boolean single) {
      this.rows = rows;
      this.types = rowType.getFieldList().stream().map(field -> field.getType()).toList();
      this.single = single;
    }

    @Override
    public RowBatch next() {
      if (enumerator == null) {
        enumerator = rows.get().enumerator();
      }
      List<Object[]> some = new ArrayList<>();
      while (some.size() < RowBatch.ROWS && enumerator.moveNext()) {
        Object row = enumerator.current();
        some.add(
            single
                ? new Object[] {row}
                : row instanceof Object[] values ? values : ((List<?>) row).toArray());
      }
      if (some.isEmpty()) {
        return null;
      }
      Vec[] vecs = new Vec[types.size()];
      for (int i = 0; i < vecs.length; i++) {
        vecs[i] = Boxes.unbox(some, i, types.get(i));
      }
      return RowBatch.of(some.size(), vecs);
    }

    @Override
    public void close() {
      if (enumerator != null) {
        enumerator.close();
      }
    }
  }
}

package dev.sheaf.query;

import dev.sheaf.format.Type;
import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.Operators;
import dev.sheaf.query.internal.exec.RowBatch;
import dev.sheaf.query.internal.types.SheafTypeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.calcite.rel.type.RelDataType;

/**
 * The result of a query, a batch at a time; computed while it is read. For one thread; to be
 * closed.
 *
 * <pre>{@code
 * try (QueryResult result = session.query("SELECT label, count(*) FROM samples GROUP BY label")) {
 *   while (result.nextBatch()) {
 *     for (int row = 0; row < result.size(); row++) {
 *       Object label = result.value(0, row);
 *     }
 *   }
 * }
 * }</pre>
 */
public final class QueryResult implements AutoCloseable {
  private final List<ResultColumn> columns;
  private final List<RelDataType> types;
  private final Operator operator;
  private RowBatch batch;

  QueryResult(List<ResultColumn> columns, List<RelDataType> types, Operator operator) {
    this.columns = List.copyOf(columns);
    this.types = types;
    this.operator = operator;
  }

  /** Returns one column of text. */
  static QueryResult ofText(String name, List<String> lines) {
    SheafTypeFactory types = new SheafTypeFactory();
    return new QueryResult(
        List.of(new ResultColumn(name, Type.UTF8, "VARCHAR")),
        List.of(types.of(Type.UTF8)),
        Operators.texts(lines));
  }

  /** Returns the columns. */
  public List<ResultColumn> columns() {
    return columns;
  }

  /**
   * Goes to the next batch.
   *
   * @return false at the end
   * @throws dev.sheaf.format.CorruptDataException if bytes are damaged
   * @throws dev.sheaf.format.InvalidInputException if a computation fails, or needs more memory
   *     than the session allows
   */
  public boolean nextBatch() {
    batch = operator.next();
    return batch != null;
  }

  /** Returns the number of rows of the batch. */
  public int size() {
    return batch.size();
  }

  /**
   * Returns a value of the batch, or null, in the Java types of {@link
   * dev.sheaf.format.Sample#value(String)}. DECIMAL comes as text.
   */
  public Object value(int column, int row) {
    Objects.checkIndex(row, batch.size());
    return Operators.value(batch, column, row, types.get(column), columns.get(column).type());
  }

  /** Returns all rows that are left, as lists of values. */
  public List<List<Object>> rows() {
    List<List<Object>> rows = new ArrayList<>();
    while (nextBatch()) {
      for (int row = 0; row < size(); row++) {
        List<Object> values = new ArrayList<>();
        for (int column = 0; column < columns.size(); column++) {
          values.add(value(column, row));
        }
        rows.add(values);
      }
    }
    return rows;
  }

  @Override
  public void close() {
    operator.close();
  }
}

package dev.sheaf.query;

import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Type;
import dev.sheaf.query.internal.exec.ArrowExport;
import dev.sheaf.query.internal.exec.Operator;
import dev.sheaf.query.internal.exec.Operators;
import dev.sheaf.query.internal.exec.ParquetExport;
import dev.sheaf.query.internal.exec.RowBatch;
import dev.sheaf.query.internal.types.SheafTypeFactory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
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

  private final long memoryLimit;
  private BufferAllocator allocator;
  private VectorSchemaRoot root;

  QueryResult(
      List<ResultColumn> columns, List<RelDataType> types, Operator operator, long memoryLimit) {
    this.columns = List.copyOf(columns);
    this.types = types;
    this.operator = operator;
    this.memoryLimit = memoryLimit;
  }

  /** Returns one column of text. */
  static QueryResult ofText(String name, List<String> lines) {
    SheafTypeFactory types = new SheafTypeFactory();
    return new QueryResult(
        List.of(new ResultColumn(name, Type.UTF8, "VARCHAR")),
        List.of(types.of(Type.UTF8)),
        Operators.texts(lines),
        Long.MAX_VALUE);
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

  /**
   * Returns the batch as Arrow vectors, in memory of an allocator of this query's own that is
   * limited as the query is. Valid until the next call of {@link #nextBatch}, {@code arrow} or
   * {@link #close}; not to be closed by the caller. Tensors are {@code arrow.fixed_shape_tensor} or
   * {@code arrow.variable_shape_tensor}, media structs of their facts.
   */
  public VectorSchemaRoot arrow() {
    openRoot();
    for (int i = 0; i < columns.size(); i++) {
      ArrowExport.fill(root.getVector(i), batch, i, columns.get(i).type());
    }
    root.setRowCount(batch.size());
    return root;
  }

  private void openRoot() {
    if (root == null) {
      allocator = new RootAllocator(memoryLimit);
      List<Field> fields = new ArrayList<>();
      columns.forEach(column -> fields.add(ArrowExport.field(column.name(), column.type())));
      root = VectorSchemaRoot.create(new Schema(fields), allocator);
    }
  }

  /**
   * Writes the rows that are left into an Arrow IPC file, in place of one that is there.
   *
   * @return the number of rows
   */
  public long writeArrow(Path file) throws IOException {
    openRoot();
    long rows = 0;
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
      writer.start();
      while (nextBatch()) {
        arrow();
        writer.writeBatch();
        rows += size();
      }
      writer.end();
    }
    return rows;
  }

  /**
   * Writes the rows that are left into a Parquet file, in place of one that is there: tensors as
   * lists of their elements without the shape, media as groups of their facts.
   *
   * @return the number of rows
   * @throws dev.sheaf.format.InvalidInputException if two columns have one name
   */
  public long writeParquet(Path file) throws IOException {
    List<String> names = columns.stream().map(ResultColumn::name).toList();
    if (names.stream().distinct().count() < names.size()) {
      throw new InvalidInputException(
          "SHEAF-QRY-010",
          "Two columns have one name: " + String.join(", ", names),
          Location.NONE,
          "Name them apart with AS");
    }
    long rows = 0;
    try (ParquetExport export =
        new ParquetExport(file, names, columns.stream().map(ResultColumn::type).toList())) {
      while (nextBatch()) {
        for (int row = 0; row < size(); row++) {
          int at = row;
          export.write(column -> value(column, at));
        }
        rows += size();
      }
    }
    return rows;
  }

  @Override
  public void close() {
    if (root != null) {
      root.close();
      allocator.close();
    }
    operator.close();
  }
}

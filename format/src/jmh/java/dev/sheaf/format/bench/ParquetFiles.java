package dev.sheaf.format.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.filter2.columnindex.RowRanges;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/** A Parquet file that is read row by row through the offset index, and what writes one. */
final class ParquetFiles implements AutoCloseable {
  private static final PrimitiveConverter IGNORE = new PrimitiveConverter() {};

  private final MessageType schema;
  private final ParquetFileReader reader;
  private final long[] firstRow;

  /** Opens a file for some of its columns. */
  ParquetFiles(Path path, MessageType schema) throws IOException {
    this.schema = schema;
    reader =
        ParquetFileReader.open(
            new LocalInputFile(path),
            ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new ParquetCodec())
                .build());
    reader.setRequestedSchema(schema);
    List<BlockMetaData> groups = reader.getRowGroups();
    firstRow = new long[groups.size() + 1];
    for (int i = 0; i < groups.size(); i++) {
      firstRow[i + 1] = firstRow[i] + groups.get(i).getRowCount();
    }
  }

  /** Returns one row. */
  Rows row(long index) throws IOException {
    int group = 0;
    while (index >= firstRow[group + 1]) {
      group++;
    }
    RowRanges one = RowRanges.builder().addSelectedRow(index - firstRow[group]).build();
    return new Rows(reader.readFilteredRowGroup(group, one));
  }

  int groups() {
    return firstRow.length - 1;
  }

  long groupRows(int group) {
    return firstRow[group + 1] - firstRow[group];
  }

  /** Returns the rows of a row group. */
  Rows group(int group) throws IOException {
    return new Rows(reader.readRowGroup(group));
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  /** Consecutive rows, of which one is current. */
  final class Rows implements AutoCloseable {
    private final PageReadStore pages;
    final List<ColumnReader> columns = new ArrayList<>();

    private Rows(PageReadStore pages) {
      this.pages = pages;
      ColumnReadStoreImpl store = new ColumnReadStoreImpl(pages, new Ignoring(), schema, "");
      schema.getColumns().forEach(column -> columns.add(store.getColumnReader(column)));
    }

    /** Copies a cell of bytes and returns its length. */
    int copy(int column, byte[] target, int at) {
      ByteBuffer value = columns.get(column).getBinary().toByteBuffer();
      int length = value.remaining();
      value.get(target, at, length);
      return length;
    }

    void next() {
      for (ColumnReader column : columns) {
        column.consume();
      }
    }

    @Override
    public void close() {
      pages.close();
    }
  }

  /** Column readers are asked directly, so nothing is converted. */
  private static final class Ignoring extends GroupConverter {
    @Override
    public Converter getConverter(int field) {
      return IGNORE;
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }

  /** Builds a writer of rows of any class. */
  static final class Builder<T> extends ParquetWriter.Builder<T, Builder<T>> {
    private final MessageType schema;
    private final BiConsumer<T, RecordConsumer> cells;

    /**
     * Begins a file.
     *
     * @param cells hands the cells of a row to the consumer
     */
    Builder(Path path, MessageType schema, BiConsumer<T, RecordConsumer> cells) {
      super(new LocalOutputFile(path));
      this.schema = schema;
      this.cells = cells;
      withConf(new PlainParquetConfiguration());
      withCodecFactory(new ParquetCodec());
    }

    @Override
    protected Builder<T> self() {
      return this;
    }

    @Override
    protected WriteSupport<T> getWriteSupport(Configuration conf) {
      return new Writing<>(schema, cells);
    }

    @Override
    protected WriteSupport<T> getWriteSupport(ParquetConfiguration conf) {
      return new Writing<>(schema, cells);
    }
  }

  /** Hands rows to the writer. */
  private static final class Writing<T> extends WriteSupport<T> {
    private final MessageType schema;
    private final BiConsumer<T, RecordConsumer> cells;
    private RecordConsumer out;

    Writing(MessageType schema, BiConsumer<T, RecordConsumer> cells) {
      this.schema = schema;
      this.cells = cells;
    }

    @Override
    public WriteContext init(Configuration conf) {
      return new WriteContext(schema, Map.of());
    }

    @Override
    public WriteContext init(ParquetConfiguration conf) {
      return new WriteContext(schema, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
      out = consumer;
    }

    @Override
    public void write(T row) {
      out.startMessage();
      cells.accept(row, out);
      out.endMessage();
    }
  }
}

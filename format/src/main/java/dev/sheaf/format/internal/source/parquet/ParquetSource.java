package dev.sheaf.format.internal.source.parquet;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Place;
import dev.sheaf.format.internal.source.SourceColumn;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.SourceOptions;
import dev.sheaf.format.internal.source.table.RawCursor;
import dev.sheaf.format.internal.source.table.RawRow;
import dev.sheaf.format.internal.source.table.TableSource;
import dev.sheaf.format.internal.source.table.TypedObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;

/** Apache Parquet, read row group by row group without filters. */
public final class ParquetSource extends TableSource {
  private MessageType schema;
  private DeclaredTensors tensors;
  private long rowCount = -1;

  public ParquetSource(SourceFile file, SourceOptions options) {
    super(file, options);
  }

  private ParquetFileReader open() throws IOException {
    try {
      ParquetFileReader reader =
          ParquetFileReader.open(
              new LocalInputFile(file().path()),
              ParquetReadOptions.builder(new PlainParquetConfiguration())
                  .withCodecFactory(new ParquetCodecs(file()))
                  .useStatsFilter(false)
                  .build());
      try {
        checkBounds(reader);
        return reader;
      } catch (IOException | RuntimeException e) {
        reader.close();
        throw e;
      }
    } catch (IOException | DatasetException e) {
      throw e;
    } catch (RuntimeException e) {
      throw InputErrors.badFile("Parquet", e, file().location());
    }
  }

  /** Checks the lengths in the footer against the file before anything is allocated by them. */
  private void checkBounds(ParquetFileReader reader) throws IOException {
    long size = Files.size(file().path());
    for (BlockMetaData group : reader.getRowGroups()) {
      for (ColumnChunkMetaData chunk : group.getColumns()) {
        long start = chunk.getStartingPos();
        if (start < 0 || chunk.getTotalSize() < 0 || start > size - chunk.getTotalSize()) {
          throw new IllegalStateException(
              chunk.getTotalSize() + " bytes at " + start + " are expected, the file has " + size);
        }
      }
    }
  }

  @Override
  public Observer observer() {
    try (ParquetFileReader reader = open()) {
      schema = reader.getFileMetaData().getSchema();
      tensors = DeclaredTensors.of(reader.getFileMetaData().getKeyValueMetaData());
      rowCount = reader.getRecordCount();
    } catch (IOException e) {
      throw InputErrors.unreadable(e, file().location());
    }
    checkNames(
        schema.getFields().stream().map(org.apache.parquet.schema.Type::getName).toList(),
        file().location());
    List<SourceColumn> columns = new ArrayList<>();
    for (org.apache.parquet.schema.Type field : schema.getFields()) {
      Type type = tensors.of(field);
      columns.add(new SourceColumn(field.getName(), type, SourceColumn.Birth.TYPED, false));
    }
    TypedObserver observer = new TypedObserver(this, columns);
    for (SourceColumn column : columns) {
      if (TypedObserver.isEmbedded(column.type()) || TypedObserver.isEmbeddedList(column.type())) {
        firstPayload(column.name(), observer);
      }
    }
    return observer;
  }

  /**
   * Shows the observer the first payload of a column, so that the rest need not be read for the
   * types.
   */
  private void firstPayload(String column, TypedObserver observer) {
    try (Cursor cursor = new Cursor(new MessageType(schema.getName(), schema.getType(column)))) {
      for (RawRow row = cursor.next(); row != null; row = cursor.next()) {
        Object cell = row.cells().get(column);
        List<?> structs = cell instanceof List<?> list ? list : java.util.Arrays.asList(cell);
        boolean found =
            structs.stream()
                .anyMatch(one -> one instanceof Map<?, ?> struct && struct.get("bytes") != null);
        if (found) {
          observer.see(row.place(), row.cells());
          return;
        }
      }
    } catch (IOException e) {
      throw InputErrors.unreadable(e, file().location());
    }
  }

  @Override
  public long declaredRows() {
    return rowCount;
  }

  @Override
  public RawCursor rows() throws IOException {
    return new Cursor(schema);
  }

  /** Reads text, lists and the paths of payloads only. */
  @Override
  public RawCursor observedRows() throws IOException {
    List<org.apache.parquet.schema.Type> fields = new ArrayList<>();
    for (org.apache.parquet.schema.Type field : schema.getFields()) {
      Type type = ParquetTypes.of(field);
      boolean names = type instanceof Type.ListOf list && list.element() instanceof Type.Utf8;
      if (type instanceof Type.Utf8 || names || TypedObserver.elements(type) != null) {
        fields.add(field);
      } else if (TypedObserver.isEmbeddedList(type)) {
        fields.add(pathsOnly(field.asGroupType()));
      } else if (TypedObserver.isEmbedded(type)) {
        GroupType group = field.asGroupType();
        fields.add(group.withNewFields(group.getType("path")));
      }
    }
    if (fields.isEmpty()) {
      return new RawCursor() {
        @Override
        public RawRow next() {
          return null;
        }

        @Override
        public void close() {}
      };
    }
    return new Cursor(new MessageType(schema.getName(), fields));
  }

  /** Returns a group of bytes and path, or a list of such, without the bytes. */
  private static GroupType pathsOnly(GroupType group) {
    if (group.containsField("path")) {
      return group.withNewFields(group.getType("path"));
    }
    return group.withNewFields(pathsOnly(group.getType(0).asGroupType()));
  }

  private final class Cursor implements RawCursor {
    private final MessageType projection;
    private final ParquetFileReader reader;
    private RecordReader<Map<String, Object>> records;
    private long left;
    private long weight;
    private long row;

    Cursor(MessageType projection) throws IOException {
      this.projection = projection;
      this.reader = open();
      reader.setRequestedSchema(projection);
    }

    @Override
    public RawRow next() throws IOException {
      try {
        while (left == 0) {
          PageReadStore pages = reader.readNextRowGroup();
          if (pages == null) {
            return null;
          }
          left = pages.getRowCount();
          weight = 2 * reader.getRowGroups().get(0).getTotalByteSize() / Math.max(1, left);
          records =
              new ColumnIOFactory()
                  .getColumnIO(projection)
                  .getRecordReader(pages, new ParquetValues(projection));
        }
        left--;
        Map<String, Object> cells = records.read();
        return new RawRow.Ready(
            new Place(file(), Origin.Unit.ROW, row++, 0), Math.max(64, weight), cells);
      } catch (IOException | DatasetException e) {
        throw e;
      } catch (RuntimeException e) {
        throw InputErrors.badFile("Parquet", e, file().location().with("row", row));
      }
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}

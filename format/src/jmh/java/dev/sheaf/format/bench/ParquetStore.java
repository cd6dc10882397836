package dev.sheaf.format.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * Parquet with pages of 32 KB, uncompressed, embeddings as fixed-length bytes, one row a read
 * through the offset index: parquet-java 1.18.1 gives wrong rows when several that are not
 * neighbours are read at once.
 */
final class ParquetStore implements Store {
  private static final int PAGE_BYTES = 32 << 10;
  private static final PrimitiveConverter IGNORE = new PrimitiveConverter() {};

  private final MessageType schema;
  private final MessageType textSchema;
  private final Path path;
  private final ParquetFileReader reader;
  private final ParquetFileReader textReader;
  private final long[] firstRow;
  private final boolean wide;

  private ParquetStore(Path path, BenchData.Shape shape) throws IOException {
    this.path = path;
    wide = shape == BenchData.Shape.WIDE;
    schema = schema(wide);
    textSchema =
        new MessageType(
            "sample",
            wide
                ? List.of(schema.getType("caption"), schema.getType("embedding"))
                : List.of(schema.getType("caption")));
    reader = reader(schema);
    textReader = reader(textSchema);
    List<BlockMetaData> groups = reader.getRowGroups();
    firstRow = new long[groups.size() + 1];
    for (int i = 0; i < groups.size(); i++) {
      firstRow[i + 1] = firstRow[i] + groups.get(i).getRowCount();
    }
  }

  private ParquetFileReader reader(MessageType projection) throws IOException {
    ParquetFileReader opened =
        ParquetFileReader.open(
            new LocalInputFile(path),
            ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new ParquetCodec())
                .build());
    opened.setRequestedSchema(projection);
    return opened;
  }

  private static MessageType schema(boolean wide) {
    Types.MessageTypeBuilder schema = Types.buildMessage();
    schema.required(PrimitiveTypeName.INT64).named("id");
    schema.required(PrimitiveTypeName.INT32).named("w");
    schema.required(PrimitiveTypeName.INT32).named("h");
    schema.required(PrimitiveTypeName.FLOAT).named("score");
    schema.required(PrimitiveTypeName.INT64).named("ts");
    schema.required(PrimitiveTypeName.INT32).named("lang");
    schema.required(PrimitiveTypeName.FLOAT).named("aes");
    LogicalTypeAnnotation text = LogicalTypeAnnotation.stringType();
    schema.required(PrimitiveTypeName.BINARY).as(text).named("caption");
    if (wide) {
      schema
          .required(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY)
          .length(BenchData.EMBEDDING_BYTES)
          .named("embedding");
      schema.required(PrimitiveTypeName.BINARY).named("image");
    }
    return schema.named("sample");
  }

  static ParquetStore open(Path folder, BenchData.Shape shape) throws IOException {
    Path path = folder.resolve("samples.parquet");
    if (!Files.exists(path)) {
      Path part = folder.resolve("part.parquet");
      Files.deleteIfExists(part);
      write(part, shape);
      Files.move(part, path);
    }
    return new ParquetStore(path, shape);
  }

  private static void write(Path path, BenchData.Shape shape) throws IOException {
    Target sample = new Target();
    try (ParquetWriter<Target> writer =
        new Builder(path, schema(shape == BenchData.Shape.WIDE))
            .withConf(new PlainParquetConfiguration())
            .withCodecFactory(new ParquetCodec())
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .withDictionaryEncoding(false)
            .withPageSize(PAGE_BYTES)
            .withMinRowCountForPageSizeCheck(1)
            .build()) {
      for (long i = 0; i < shape.samples(); i++) {
        BenchData.fill(shape, i, sample);
        writer.write(sample);
      }
    }
  }

  /** Builds the writer of a file. */
  private static final class Builder extends ParquetWriter.Builder<Target, Builder> {
    private final MessageType schema;

    Builder(Path path, MessageType schema) {
      super(new LocalOutputFile(path));
      this.schema = schema;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<Target> getWriteSupport(org.apache.hadoop.conf.Configuration conf) {
      return new Writing(schema);
    }

    @Override
    protected WriteSupport<Target> getWriteSupport(ParquetConfiguration conf) {
      return new Writing(schema);
    }
  }

  /** Hands samples to the writer. */
  private static final class Writing extends WriteSupport<Target> {
    private final MessageType schema;
    private RecordConsumer out;

    Writing(MessageType schema) {
      this.schema = schema;
    }

    @Override
    public WriteContext init(org.apache.hadoop.conf.Configuration conf) {
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

    private void cell(int field, Runnable add) {
      String name = schema.getFieldName(field);
      out.startField(name, field);
      add.run();
      out.endField(name, field);
    }

    @Override
    public void write(Target sample) {
      out.startMessage();
      cell(0, () -> out.addLong(sample.id));
      cell(1, () -> out.addInteger(sample.w));
      cell(2, () -> out.addInteger(sample.h));
      cell(3, () -> out.addFloat(sample.score));
      cell(4, () -> out.addLong(sample.ts));
      cell(5, () -> out.addInteger(sample.lang));
      cell(6, () -> out.addFloat(sample.aes));
      cell(7, () -> out.addBinary(Binary.fromConstantByteArray(sample.caption())));
      if (schema.getFieldCount() > 8) {
        cell(8, () -> out.addBinary(Binary.fromConstantByteArray(sample.embedding())));
        cell(9, () -> out.addBinary(Binary.fromConstantByteArray(sample.image())));
      }
      out.endMessage();
    }
  }

  /** The columns of some rows. */
  private static final class Rows implements AutoCloseable {
    private final PageReadStore pages;
    private final List<ColumnReader> columns = new ArrayList<>();

    Rows(PageReadStore pages, MessageType schema) {
      this.pages = pages;
      GroupConverter converter =
          new GroupConverter() {
            @Override
            public Converter getConverter(int field) {
              return IGNORE;
            }

            @Override
            public void start() {}

            @Override
            public void end() {}
          };
      ColumnReadStoreImpl store = new ColumnReadStoreImpl(pages, converter, schema, "");
      schema.getColumns().forEach(column -> columns.add(store.getColumnReader(column)));
    }

    private int copy(int column, byte[] target, int at) {
      ByteBuffer value = columns.get(column).getBinary().toByteBuffer();
      int length = value.remaining();
      value.get(target, at, length);
      return length;
    }

    void copyText(int caption, boolean wide, Target target) {
      target.captionAt = 0;
      target.captionLength = copy(caption, target.bytes, 0);
      if (wide) {
        target.embeddingAt = target.captionLength;
        target.embeddingLength = copy(caption + 1, target.bytes, target.embeddingAt);
      }
    }

    void copyAll(boolean wide, Target target) {
      target.id = columns.get(0).getLong();
      target.w = columns.get(1).getInteger();
      target.h = columns.get(2).getInteger();
      target.score = columns.get(3).getFloat();
      target.ts = columns.get(4).getLong();
      target.lang = columns.get(5).getInteger();
      target.aes = columns.get(6).getFloat();
      copyText(7, wide, target);
      if (wide) {
        target.imageAt = target.embeddingAt + target.embeddingLength;
        target.imageLength = copy(9, target.bytes, target.imageAt);
      }
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

  private Rows row(ParquetFileReader from, MessageType projection, long index) throws IOException {
    int group = 0;
    while (index >= firstRow[group + 1]) {
      group++;
    }
    long row = index - firstRow[group];
    RowRanges one = RowRanges.builder().addSelectedRow(row).build();
    return new Rows(from.readFilteredRowGroup(group, one), projection);
  }

  @Override
  public void readAll(long index, Target target) throws IOException {
    try (Rows row = row(reader, schema, index)) {
      row.copyAll(wide, target);
    }
  }

  @Override
  public void readText(long index, Target target) throws IOException {
    try (Rows row = row(textReader, textSchema, index)) {
      row.copyText(0, wide, target);
    }
  }

  @Override
  public long take(long[] indices, Target target) throws IOException {
    long bytes = 0;
    for (long index : indices) {
      readAll(index, target);
      bytes += target.length();
    }
    return bytes;
  }

  @Override
  public long scan(Target target) throws IOException {
    long bytes = 0;
    for (int group = 0; group < firstRow.length - 1; group++) {
      try (Rows rows = new Rows(reader.readRowGroup(group), schema)) {
        for (long row = firstRow[group]; row < firstRow[group + 1]; row++) {
          rows.copyAll(wide, target);
          rows.next();
          bytes += target.length();
        }
      }
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    reader.close();
    textReader.close();
  }
}

package dev.sheaf.format.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * Parquet with pages of 32 KB and at most 256 rows, uncompressed, embeddings as fixed-length bytes,
 * one row a read through the offset index: parquet-java 1.18.1 gives wrong rows when several that
 * are not neighbours are read at once.
 */
final class ParquetStore implements Store {
  private static final int PAGE_BYTES = 32 << 10;

  /** Readers skip to a row value by value, so that pages of thousands of small values are slow. */
  private static final int PAGE_ROWS = 256;

  private static final int CAPTION = 7;

  private final ParquetFiles all;
  private final ParquetFiles text;
  private final ParquetFiles image;
  private final boolean wide;

  private ParquetStore(Path path, BenchData.Shape shape) throws IOException {
    wide = shape == BenchData.Shape.WIDE;
    MessageType schema = schema(wide);
    all = new ParquetFiles(path, schema);
    text =
        new ParquetFiles(
            path,
            new MessageType(
                "sample", schema.getFields().subList(CAPTION, wide ? CAPTION + 2 : CAPTION + 1)));
    image =
        wide ? new ParquetFiles(path, new MessageType("sample", schema.getType("image"))) : null;
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
    LogicalTypeAnnotation utf8 = LogicalTypeAnnotation.stringType();
    schema.required(PrimitiveTypeName.BINARY).as(utf8).named("caption");
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
    MessageType schema = schema(shape == BenchData.Shape.WIDE);
    Target sample = new Target();
    try (ParquetWriter<Target> writer =
        new ParquetFiles.Builder<Target>(path, schema, (row, out) -> cells(row, schema, out))
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .withDictionaryEncoding(false)
            .withPageSize(PAGE_BYTES)
            .withPageRowCountLimit(PAGE_ROWS)
            .withMinRowCountForPageSizeCheck(1)
            .build()) {
      for (long i = 0; i < shape.samples(); i++) {
        BenchData.fill(shape, i, sample);
        writer.write(sample);
      }
    }
  }

  private static void cells(Target sample, MessageType schema, RecordConsumer consumer) {
    List<Consumer<RecordConsumer>> cells =
        List.of(
            out -> out.addLong(sample.id),
            out -> out.addInteger(sample.w),
            out -> out.addInteger(sample.h),
            out -> out.addFloat(sample.score),
            out -> out.addLong(sample.ts),
            out -> out.addInteger(sample.lang),
            out -> out.addFloat(sample.aes),
            out -> out.addBinary(Binary.fromConstantByteArray(sample.caption())),
            out -> out.addBinary(Binary.fromConstantByteArray(sample.embedding())),
            out -> out.addBinary(Binary.fromConstantByteArray(sample.image())));
    for (int field = 0; field < schema.getFieldCount(); field++) {
      consumer.startField(schema.getFieldName(field), field);
      cells.get(field).accept(consumer);
      consumer.endField(schema.getFieldName(field), field);
    }
  }

  private void copyText(ParquetFiles.Rows row, int caption, Target target) {
    target.captionAt = 0;
    target.captionLength = row.copy(caption, target.bytes, 0);
    if (wide) {
      target.embeddingAt = Target.EMBEDDING_AT;
      target.embeddingLength = row.copy(caption + 1, target.bytes, target.embeddingAt);
    }
  }

  private void copyAll(ParquetFiles.Rows row, Target target) {
    target.id = row.columns.get(0).getLong();
    target.w = row.columns.get(1).getInteger();
    target.h = row.columns.get(2).getInteger();
    target.score = row.columns.get(3).getFloat();
    target.ts = row.columns.get(4).getLong();
    target.lang = row.columns.get(5).getInteger();
    target.aes = row.columns.get(6).getFloat();
    copyText(row, CAPTION, target);
    if (wide) {
      target.imageAt = Target.IMAGE_AT;
      target.imageLength = row.copy(CAPTION + 2, target.bytes, target.imageAt);
    }
  }

  @Override
  public void readAll(long index, Target target) throws IOException {
    try (ParquetFiles.Rows row = all.row(index)) {
      copyAll(row, target);
    }
  }

  @Override
  public void readText(long index, Target target) throws IOException {
    try (ParquetFiles.Rows row = text.row(index)) {
      copyText(row, 0, target);
    }
  }

  @Override
  public void readImage(long index, Target target) throws IOException {
    try (ParquetFiles.Rows row = image.row(index)) {
      target.imageAt = 0;
      target.imageLength = row.copy(0, target.bytes, 0);
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
    for (int group = 0; group < all.groups(); group++) {
      try (ParquetFiles.Rows rows = all.group(group)) {
        for (long row = all.groupRows(group); row > 0; row--) {
          copyAll(rows, target);
          rows.next();
          bytes += target.length();
        }
      }
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    all.close();
    text.close();
    if (wide) {
      image.close();
    }
  }
}

package dev.sheaf.format.bench;

import dev.sheaf.format.Column;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** Compressed texts that are read by row. */
interface TextStore extends AutoCloseable {
  /** Copies the last column of a row; returns its length. */
  int read(long row, byte[] target) throws IOException;

  @Override
  void close() throws IOException;

  /** What is measured. */
  enum Kind {
    /** Sheaf as it is. */
    SHEAF,
    /** Parquet with zstd at its default level and pages of its default size. */
    PARQUET,
    /** Parquet with zstd and pages of 32 KB. */
    PARQUET_SMALL,
    /** Lance as it is. */
    LANCE,
    /** Lance with zstd asked for. */
    LANCE_ZSTD;

    /** Returns where this kind keeps a corpus. */
    Path path(TextData.Corpus corpus) {
      String name = "text-" + corpus + "-" + this + (this == SHEAF ? ".sheaf" : "");
      return Format.home().resolve(name.toLowerCase(Locale.ROOT));
    }

    /** Returns the bytes on disk. */
    long bytes(TextData.Corpus corpus) throws IOException {
      return bytesBelow(path(corpus));
    }

    /** Opens the store, which is written first if it is not there. */
    TextStore open(TextData data) throws IOException {
      Path path = path(data.corpus());
      if (!Files.exists(path)) {
        Files.createDirectories(Format.home());
        switch (this) {
          case SHEAF -> Sheaf.write(path, data);
          case PARQUET -> Parquet.write(path, data, false);
          case PARQUET_SMALL -> Parquet.write(path, data, true);
          case LANCE -> Lance.write(path, data, Map.of());
          case LANCE_ZSTD -> Lance.write(path, data, Map.of("lance-encoding:compression", "zstd"));
        }
      }
      return switch (this) {
        case SHEAF -> new Sheaf(path, data.corpus());
        case PARQUET, PARQUET_SMALL -> new Parquet(path, data.corpus());
        case LANCE, LANCE_ZSTD -> new Lance(path, data.corpus());
      };
    }
  }

  /** Returns the bytes of all files below a path. */
  static long bytesBelow(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      return files
          .filter(Files::isRegularFile)
          .mapToLong(
              file -> {
                try {
                  return Files.size(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .sum();
    }
  }

  private static String last(TextData.Corpus corpus) {
    return corpus.columns().get(corpus.columns().size() - 1);
  }

  /** Sheaf. */
  final class Sheaf implements TextStore {
    private final Dataset dataset;
    private final Version version;
    private final String column;

    private Sheaf(Path path, TextData.Corpus corpus) {
      dataset = Dataset.open(path);
      version = dataset.head();
      column = last(corpus);
    }

    private static void write(Path path, TextData data) {
      try (Dataset dataset = Dataset.create(path);
          Transaction change = dataset.begin()) {
        List<String> columns = data.corpus().columns();
        columns.forEach(name -> change.addColumn(Column.of(name, Type.UTF8)));
        for (long i = 0; i < data.rows(); i++) {
          Row row = Row.of().key("t" + i);
          String[] cells = data.row(i);
          for (int c = 0; c < cells.length; c++) {
            row.set(columns.get(c), cells[c]);
          }
          change.append(row);
        }
        change.commit("Add texts");
      }
    }

    @Override
    public int read(long row, byte[] target) {
      ByteBuffer bytes = version.sample(row).bytes(column);
      int length = bytes.remaining();
      bytes.get(target, 0, length);
      return length;
    }

    @Override
    public void close() {
      dataset.close();
    }
  }

  /** Parquet. */
  final class Parquet implements TextStore {
    private static final int SMALL_PAGE_BYTES = 32 << 10;

    private final ParquetFiles file;

    private Parquet(Path path, TextData.Corpus corpus) throws IOException {
      file = new ParquetFiles(path, schema(List.of(last(corpus))));
    }

    private static MessageType schema(List<String> columns) {
      Types.MessageTypeBuilder schema = Types.buildMessage();
      LogicalTypeAnnotation utf8 = LogicalTypeAnnotation.stringType();
      columns.forEach(name -> schema.required(PrimitiveTypeName.BINARY).as(utf8).named(name));
      return schema.named("row");
    }

    private static void write(Path path, TextData data, boolean small) throws IOException {
      List<String> columns = data.corpus().columns();
      ParquetFiles.Builder<String[]> builder =
          new ParquetFiles.Builder<String[]>(
                  path, schema(columns), (row, out) -> cells(columns, row, out))
              .withCompressionCodec(CompressionCodecName.ZSTD);
      if (small) {
        builder.withPageSize(SMALL_PAGE_BYTES).withMinRowCountForPageSizeCheck(1);
      }
      try (ParquetWriter<String[]> writer = builder.build()) {
        for (long i = 0; i < data.rows(); i++) {
          writer.write(data.row(i));
        }
      }
    }

    private static void cells(List<String> columns, String[] row, RecordConsumer out) {
      for (int c = 0; c < row.length; c++) {
        out.startField(columns.get(c), c);
        out.addBinary(Binary.fromString(row[c]));
        out.endField(columns.get(c), c);
      }
    }

    @Override
    public int read(long row, byte[] target) throws IOException {
      try (ParquetFiles.Rows rows = file.row(row)) {
        return rows.copy(0, target, 0);
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** Lance. */
  final class Lance implements TextStore {
    private static final int WRITE_BATCH = 1_000;

    private final BufferAllocator allocator = new RootAllocator();
    private final org.lance.Dataset dataset;
    private final List<String> column;

    private Lance(Path path, TextData.Corpus corpus) {
      dataset = org.lance.Dataset.open(path.toString(), allocator);
      column = List.of(last(corpus));
    }

    private static void write(Path path, TextData data, Map<String, String> metadata)
        throws IOException {
      List<String> columns = data.corpus().columns();
      FieldType type = new FieldType(false, ArrowType.Utf8.INSTANCE, null, metadata);
      List<Field> fields = columns.stream().map(name -> new Field(name, type, null)).toList();
      LanceFiles.write(path, new Schema(fields), (root, first) -> fill(data, root, first));
    }

    private static int fill(TextData data, VectorSchemaRoot root, long first) {
      int rows = (int) Math.min(WRITE_BATCH, data.rows() - first);
      for (int row = 0; row < rows; row++) {
        String[] cells = data.row(first + row);
        for (int c = 0; c < cells.length; c++) {
          byte[] utf8 = cells[c].getBytes(StandardCharsets.UTF_8);
          ((VarCharVector) root.getVector(c)).setSafe(row, utf8);
        }
      }
      return rows;
    }

    @Override
    public int read(long row, byte[] target) throws IOException {
      try (ArrowReader reader = dataset.take(List.of(row), column)) {
        reader.loadNextBatch();
        VarCharVector texts = (VarCharVector) reader.getVectorSchemaRoot().getVector(0);
        int start = texts.getStartOffset(0);
        int length = texts.getEndOffset(0) - start;
        texts.getDataBuffer().getBytes(start, target, 0, length);
        return length;
      }
    }

    @Override
    public void close() {
      dataset.close();
      allocator.close();
    }
  }
}

package dev.sheaf.format.internal.sink;

import com.github.luben.zstd.Zstd;
import dev.sheaf.format.Column;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/**
 * Apache Parquet with Hugging Face's struct of {@code bytes} and {@code path} for payloads and its
 * features in the metadata. Pages are compressed with zstd, those of payloads are not.
 */
public final class ParquetSink extends ShardedSink {
  private static final String NAME = "Parquet";
  private static final long SHARD_BYTES = 512L << 20;

  /** So small that a reader of one row reads little for nothing. */
  private static final long ROW_GROUP_BYTES = 32L << 20;

  private static final int PAGE_BYTES = 1 << 20;
  private static final int ZSTD_LEVEL = 3;

  private final Payloads payloads;
  private final List<Column> columns;
  private final List<Carried> carried = new ArrayList<>();
  private final MessageType schema;
  private final boolean anyPayload;
  private Path path;
  private ParquetWriter<Sample> writer;

  /** Creates a plan. */
  public ParquetSink(Version version, SinkOptions options) {
    super(version, options.orBytes(SHARD_BYTES));
    this.payloads = new Payloads(NAME, version.schema().columns());
    this.columns = payloads.columns();
    for (Column column : version.schema()) {
      String refusal = ParquetColumn.refusal(column.type());
      if (!refusal.isEmpty()) {
        throw SinkErrors.noPlace(NAME, column, refusal, "export to jsonl");
      }
      String owner = payloads.owner(column);
      String as =
          !owner.isEmpty()
              ? owner + ".path"
              : column.type() instanceof Type.Media
                  ? "struct of bytes and path"
                  : ParquetColumn.field(column).toString().strip().replaceAll("\\s+", " ");
      carried.add(
          new Carried(
              column.name(), column.type().toString(), as, ParquetColumn.note(column.type())));
    }
    this.schema = new MessageType("sheaf", columns.stream().map(ParquetColumn::field).toList());
    this.anyPayload = columns.stream().anyMatch(column -> column.type() instanceof Type.Media);
  }

  @Override
  public List<Carried> columns() {
    return List.copyOf(carried);
  }

  @Override
  void open(int number) throws IOException {
    path = folder().newFile(SinkFolder.shard("data", true, number, "parquet"));
    Builder builder = new Builder(new LocalOutputFile(path));
    builder
        .withConf(new PlainParquetConfiguration())
        .withCodecFactory(new ZstdPages())
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withRowGroupSize(ROW_GROUP_BYTES)
        .withPageSize(PAGE_BYTES)
        .withPageWriteChecksumEnabled(true);
    if (anyPayload) {
      // A hundred payloads, the default, may be gigabytes.
      builder.withMinRowCountForPageSizeCheck(1).withMaxRowCountForPageSizeCheck(16);
    }
    for (Column column : columns) {
      if (column.type() instanceof Type.Media) {
        String bytes = column.name() + ".bytes";
        builder
            .withCompressionCodec(bytes, CompressionCodecName.UNCOMPRESSED)
            .withDictionaryEncoding(bytes, false)
            .withStatisticsEnabled(bytes, false);
      }
    }
    writer = builder.build();
  }

  @Override
  long written() {
    return writer.getDataSize();
  }

  @Override
  void append(Sample sample) throws IOException {
    writer.write(sample);
  }

  @Override
  void end() throws IOException {
    writer.close();
    folder().count(Files.size(path));
    folder().sync(path);
  }

  @Override
  void abort() throws IOException {
    if (writer != null) {
      writer.close();
    }
  }

  private final class Builder extends ParquetWriter.Builder<Sample, Builder> {
    Builder(OutputFile file) {
      super(file);
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract still, though nothing calls it here
    protected WriteSupport<Sample> getWriteSupport(Configuration conf) {
      return new Rows();
    }

    @Override
    protected WriteSupport<Sample> getWriteSupport(ParquetConfiguration conf) {
      return new Rows();
    }
  }

  private final class Rows extends WriteSupport<Sample> {
    private RecordConsumer out;

    @Override
    @SuppressWarnings("deprecation") // abstract still, though nothing calls it here
    public WriteContext init(Configuration conf) {
      return context();
    }

    @Override
    public WriteContext init(ParquetConfiguration conf) {
      return context();
    }

    private WriteContext context() {
      return new WriteContext(schema, Map.copyOf(HuggingFace.metadata(columns)));
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
      out = consumer;
    }

    @Override
    public void write(Sample sample) {
      // Values first: one that cannot be carried must not leave half a row.
      Object[] values = new Object[columns.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = payloads.value(sample, i);
      }
      out.startMessage();
      for (int i = 0; i < values.length; i++) {
        Column column = columns.get(i);
        ParquetColumn.optional(out, column.name(), i, column.type(), values[i], column.name());
      }
      out.endMessage();
    }
  }

  /** Parquet's page compression, without Hadoop. */
  private static final class ZstdPages implements CompressionCodecFactory {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
      return new BytesInputCompressor() {
        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
          return codec == CompressionCodecName.UNCOMPRESSED
              ? bytes
              : BytesInput.from(Zstd.compress(bytes.toInputStream().readAllBytes(), ZSTD_LEVEL));
        }

        @Override
        public CompressionCodecName getCodecName() {
          return codec;
        }

        @Override
        public void release() {}
      };
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
      throw new UnsupportedOperationException("writing only");
    }

    @Override
    public void release() {}
  }
}

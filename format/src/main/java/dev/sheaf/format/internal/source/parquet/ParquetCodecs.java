package dev.sheaf.format.internal.source.parquet;

import com.github.luben.zstd.Zstd;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.SourceFile;
import dev.sheaf.format.internal.source.arrow.Lz4;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** Parquet's page compressions, without Hadoop. */
final class ParquetCodecs implements CompressionCodecFactory {
  /** No honest page grows more than this. */
  private static final long MOST_GROWTH = 1 << 15;

  private final SourceFile file;

  public ParquetCodecs(SourceFile file) {
    this.file = file;
  }

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    throw new UnsupportedOperationException("reading only");
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED -> new Decompressor((bytes, size) -> bytes);
      case SNAPPY -> new Decompressor((bytes, size) -> Snappy.uncompress(bytes));
      case GZIP -> new Decompressor(ParquetCodecs::gunzip);
      case ZSTD -> new Decompressor(Zstd::decompress);
      case LZ4_RAW -> new Decompressor(Lz4::block);
      case LZO, BROTLI, LZ4 ->
          throw InputErrors.unsupported(
              "Parquet pages compressed with " + codec + " cannot be read", file.location());
    };
  }

  private static byte[] gunzip(byte[] bytes, int size) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readNBytes(size);
    }
  }

  @Override
  public void release() {}

  private interface Step {
    byte[] decompress(byte[] bytes, int size) throws IOException;
  }

  private record Decompressor(Step step) implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      if (size < 0 || size > (bytes.size() + 8) * MOST_GROWTH) {
        throw new IOException("a page of " + bytes.size() + " bytes claims to hold " + size);
      }
      byte[] plain = step.decompress(bytes.toInputStream().readAllBytes(), size);
      if (plain.length != size) {
        throw new IOException("page size " + size + " is expected, got " + plain.length);
      }
      return BytesInput.from(plain);
    }

    @Override
    public void decompress(ByteBuffer input, int compressed, ByteBuffer output, int size)
        throws IOException {
      byte[] bytes = new byte[compressed];
      input.get(bytes);
      output.put(decompress(BytesInput.from(bytes), size).toInputStream().readAllBytes());
    }

    @Override
    public void release() {}
  }
}

package dev.sheaf.format.bench;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Parquet's page compression by zstd at its default level, and none, without Hadoop. */
final class ParquetCodec implements CompressionCodecFactory {
  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return new BytesInputCompressor() {
      @Override
      public BytesInput compress(BytesInput bytes) throws IOException {
        return codec == CompressionCodecName.ZSTD
            ? BytesInput.from(Zstd.compress(bytes.toByteArray(), Zstd.defaultCompressionLevel()))
            : bytes;
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
    return new BytesInputDecompressor() {
      @Override
      public BytesInput decompress(BytesInput bytes, int size) throws IOException {
        return codec == CompressionCodecName.ZSTD
            ? BytesInput.from(Zstd.decompress(bytes.toByteArray(), size))
            : bytes;
      }

      @Override
      public void decompress(ByteBuffer input, int compressed, ByteBuffer output, int size) {
        throw new UnsupportedOperationException("direct buffers are not asked for");
      }

      @Override
      public void release() {}
    };
  }

  @Override
  public void release() {}
}

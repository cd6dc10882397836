package dev.sheaf.format.internal.source.arrow;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.NoCompressionCodec;

/** Arrow's buffer compressions, for reading. */
final class ArrowCodecs implements CompressionCodec.Factory {
  public static final ArrowCodecs FACTORY = new ArrowCodecs();

  /** No honest buffer grows more than this; what a damaged length asks for beyond is refused. */
  private static final long MOST_GROWTH = 1 << 15;

  private static final int LENGTH_BYTES = 8;

  private ArrowCodecs() {}

  @Override
  public CompressionCodec createCodec(CompressionUtil.CodecType type) {
    return type == CompressionUtil.CodecType.NO_COMPRESSION
        ? NoCompressionCodec.INSTANCE
        : new Decompressor(type);
  }

  @Override
  public CompressionCodec createCodec(CompressionUtil.CodecType type, int level) {
    return createCodec(type);
  }

  private static final class Decompressor extends AbstractCompressionCodec {
    private final CompressionUtil.CodecType type;

    Decompressor(CompressionUtil.CodecType type) {
      this.type = type;
    }

    @Override
    public CompressionUtil.CodecType getCodecType() {
      return type;
    }

    @Override
    protected ArrowBuf doCompress(BufferAllocator allocator, ArrowBuf plain) {
      throw new UnsupportedOperationException("reading only");
    }

    @Override
    protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf buffer) {
      long length = buffer.getLong(0);
      long packed = buffer.writerIndex() - LENGTH_BYTES;
      if (length < 0 || length > Integer.MAX_VALUE - 8 || length > (packed + 8) * MOST_GROWTH) {
        throw new IllegalArgumentException(
            "a buffer of " + packed + " bytes claims to hold " + length);
      }
      byte[] bytes = new byte[(int) packed];
      buffer.getBytes(LENGTH_BYTES, bytes);
      byte[] plain = plain(bytes, (int) length);
      if (plain.length != length) {
        throw new IllegalArgumentException(
            "a buffer of " + length + " bytes is expected, got " + plain.length);
      }
      ArrowBuf result = allocator.buffer(length);
      result.setBytes(0, plain);
      result.writerIndex(length);
      return result;
    }

    private byte[] plain(byte[] bytes, int length) {
      try {
        return type == CompressionUtil.CodecType.LZ4_FRAME
            ? Lz4.frame(bytes, length)
            : Zstd.decompress(bytes, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

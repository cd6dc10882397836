package dev.sheaf.format.internal.ipc;

import com.github.luben.zstd.Zstd;
import com.google.flatbuffers.FlatBufferBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes a plain Arrow IPC file: magic, schema, record batches, footer. The bytes depend on the
 * content alone.
 *
 * <p>Spec: {@code docs/format-spec.md#chunks}. Not safe for use by several threads.
 */
public final class IpcWriter {
  static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final int ALIGNMENT = 8;
  private static final int ZSTD_LEVEL = 6;

  private final Consumer<ByteBuffer> out;
  private final Schema schema;
  private final List<Placed> blocks = new ArrayList<>();
  private long position;

  /**
   * Where a record batch lies.
   *
   * @param offset the first byte of its message in the file
   * @param metadataLength the bytes before its body
   * @param bodyLength the bytes of its body
   */
  public record Placed(long offset, int metadataLength, long bodyLength) {
    /** Returns the bytes of message and body together. */
    public long length() {
      return metadataLength + bodyLength;
    }

    /** Returns the first byte of the body in the file. */
    public long bodyOffset() {
      return offset + metadataLength;
    }
  }

  /**
   * Begins a file.
   *
   * @param out takes the bytes front to back
   */
  public IpcWriter(Schema schema, Consumer<ByteBuffer> out) {
    this.out = out;
    this.schema = schema;
    write(ByteBuffer.wrap(MAGIC));
    pad(ALIGNMENT);
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int offset = schema.getSchema(builder);
    message(builder, MessageHeader.Schema, offset, 0, ALIGNMENT);
  }

  /** Returns how many bytes were written. */
  public long position() {
    return position;
  }

  /**
   * Writes a record batch and returns its place and bytes.
   *
   * @param compress whether to compress its buffers with ZSTD where that makes them smaller
   */
  public Written writeBatch(int rows, BatchParts parts, boolean compress) {
    List<ByteBuffer> buffers = compress ? compressed(parts.buffers) : parts.buffers;
    List<ByteBuffer> pieces = new ArrayList<>();
    long[] lengths = buffers.stream().mapToLong(ByteBuffer::remaining).toArray();
    Consumer<ByteBuffer> collect = piece -> pieces.add(piece.duplicate());
    Placed placed = header(rows, parts.nodes, lengths, compress, ALIGNMENT, collect);
    for (ByteBuffer buffer : buffers) {
      collect.accept(buffer);
      collect.accept(ByteBuffer.allocate(padding(buffer.remaining(), ALIGNMENT)));
    }
    for (ByteBuffer piece : pieces) {
      write(piece.duplicate());
    }
    return new Written(placed, pieces);
  }

  /** A record batch that was written: its place, and its bytes in pieces. */
  public record Written(Placed placed, List<ByteBuffer> pieces) {
    /** Returns the CRC-32C of message and body. */
    public int crc32c() {
      CRC32C crc = new CRC32C();
      for (ByteBuffer piece : pieces) {
        crc.update(piece.duplicate());
      }
      return (int) crc.getValue();
    }
  }

  /**
   * Writes the head of a record batch whose buffers the caller writes next through {@link #write},
   * each padded to 8 bytes with {@link #pad}.
   *
   * @param bodyAlignment what the body's place in the file is a multiple of
   */
  public Placed beginBatch(int rows, BatchParts nodes, long[] bufferLengths, int bodyAlignment) {
    return header(rows, nodes.nodes, bufferLengths, false, bodyAlignment, this::write);
  }

  /**
   * Begins a record batch whose bytes are known, from its continuation mark to the end of its body;
   * the caller writes them next.
   */
  public Placed beginCopy(int metadataLength, long bodyLength) {
    Placed placed = new Placed(position, metadataLength, bodyLength);
    blocks.add(placed);
    return placed;
  }

  private Placed header(
      int rows,
      List<int[]> nodes,
      long[] lengths,
      boolean compressed,
      int bodyAlignment,
      Consumer<ByteBuffer> sink) {
    FlatBufferBuilder builder = new FlatBufferBuilder();
    long bodyLength = 0;
    long[] offsets = new long[lengths.length];
    for (int i = 0; i < lengths.length; i++) {
      offsets[i] = bodyLength;
      bodyLength += lengths[i] + padding(lengths[i], ALIGNMENT);
    }
    RecordBatch.startNodesVector(builder, nodes.size());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      FieldNode.createFieldNode(builder, nodes.get(i)[0], nodes.get(i)[1]);
    }
    int nodesOffset = builder.endVector();
    RecordBatch.startBuffersVector(builder, lengths.length);
    for (int i = lengths.length - 1; i >= 0; i--) {
      Buffer.createBuffer(builder, offsets[i], lengths[i]);
    }
    int buffersOffset = builder.endVector();
    int compression =
        compressed
            ? BodyCompression.createBodyCompression(
                builder, CompressionType.ZSTD, BodyCompressionMethod.BUFFER)
            : 0;
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rows);
    RecordBatch.addNodes(builder, nodesOffset);
    RecordBatch.addBuffers(builder, buffersOffset);
    if (compressed) {
      RecordBatch.addCompression(builder, compression);
    }
    int batch = RecordBatch.endRecordBatch(builder);
    ByteBuffer bytes =
        encapsulate(builder, MessageHeader.RecordBatch, batch, bodyLength, bodyAlignment);
    Placed placed = new Placed(position, bytes.remaining(), bodyLength);
    blocks.add(placed);
    sink.accept(bytes);
    return placed;
  }

  private void message(FlatBufferBuilder builder, byte type, int header, long body, int alignment) {
    write(encapsulate(builder, type, header, body, alignment));
  }

  private ByteBuffer encapsulate(
      FlatBufferBuilder builder, byte type, int header, long bodyLength, int alignment) {
    Message.startMessage(builder);
    Message.addHeaderType(builder, type);
    Message.addHeader(builder, header);
    Message.addVersion(builder, MetadataVersion.V5);
    Message.addBodyLength(builder, bodyLength);
    builder.finish(Message.endMessage(builder));
    ByteBuffer metadata = builder.dataBuffer();
    int length = 8 + metadata.remaining();
    int padded = length + padding(position + length, alignment);
    ByteBuffer bytes = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(-1).putInt(padded - 8).put(metadata.duplicate());
    return bytes.clear();
  }

  /** Ends the file: end-of-stream mark and footer. */
  public void end() {
    ByteBuffer mark = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    mark.putInt(-1).putInt(0).flip();
    write(mark);
    FlatBufferBuilder builder = new FlatBufferBuilder();
    int schemaOffset = schema.getSchema(builder);
    Footer.startRecordBatchesVector(builder, blocks.size());
    for (int i = blocks.size() - 1; i >= 0; i--) {
      Placed block = blocks.get(i);
      Block.createBlock(builder, block.offset(), block.metadataLength(), block.bodyLength());
    }
    int batches = builder.endVector();
    Footer.startDictionariesVector(builder, 0);
    int dictionaries = builder.endVector();
    Footer.startFooter(builder);
    Footer.addSchema(builder, schemaOffset);
    Footer.addRecordBatches(builder, batches);
    Footer.addDictionaries(builder, dictionaries);
    Footer.addVersion(builder, MetadataVersion.V5);
    builder.finish(Footer.endFooter(builder));
    ByteBuffer footer = builder.dataBuffer();
    int length = footer.remaining();
    write(footer.duplicate());
    write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(length).flip());
    write(ByteBuffer.wrap(MAGIC));
  }

  /** Writes bytes of a body. */
  public void write(ByteBuffer bytes) {
    position += bytes.remaining();
    out.accept(bytes);
  }

  /** Writes zeros up to the next multiple of {@code alignment}. */
  public void pad(int alignment) {
    int missing = padding(position, alignment);
    if (missing > 0) {
      write(ByteBuffer.allocate(missing));
    }
  }

  private static int padding(long length, int alignment) {
    return (int) ((alignment - length % alignment) % alignment);
  }

  private static List<ByteBuffer> compressed(List<ByteBuffer> buffers) {
    List<ByteBuffer> result = new ArrayList<>(buffers.size());
    for (ByteBuffer buffer : buffers) {
      result.add(buffer.hasRemaining() ? compressed(buffer) : buffer);
    }
    return result;
  }

  private static ByteBuffer compressed(ByteBuffer buffer) {
    byte[] raw = new byte[buffer.remaining()];
    buffer.duplicate().get(raw);
    ZstdLibrary.load();
    byte[] small = Zstd.compress(raw, ZSTD_LEVEL);
    boolean worth = small.length < raw.length;
    byte[] kept = worth ? small : raw;
    ByteBuffer result = ByteBuffer.allocate(8 + kept.length).order(ByteOrder.LITTLE_ENDIAN);
    return result.putLong(worth ? raw.length : -1).put(kept).flip();
  }
}

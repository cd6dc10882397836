package dev.sheaf.format.internal.source.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;

/**
 * Checks the lengths in an Arrow file against the bytes there are, before Arrow's readers allocate
 * by them.
 */
final class ArrowBounds {
  private static final int TAIL = 10;
  private static final int CONTINUATION = -1;

  private final SeekableByteChannel channel;
  private final long size;

  private ArrowBounds(SeekableByteChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  /** Checks a file with a footer; leaves the channel at its start. */
  public static void checkFile(SeekableByteChannel channel) throws IOException {
    ArrowBounds bounds = new ArrowBounds(channel);
    ByteBuffer tail = bounds.read(bounds.size - TAIL, TAIL);
    int length = tail.getInt(0);
    Footer footer = Footer.getRootAsFooter(bounds.read(bounds.size - TAIL - length, length));
    for (int i = 0; i < footer.recordBatchesLength(); i++) {
      bounds.check(footer.recordBatches(i));
    }
    for (int i = 0; i < footer.dictionariesLength(); i++) {
      bounds.check(footer.dictionaries(i));
    }
    channel.position(0);
  }

  private void check(Block block) throws IOException {
    require(block.offset(), block.metaDataLength());
    require(block.offset() + block.metaDataLength(), block.bodyLength());
    message(block.offset());
  }

  /** Checks a stream of messages; leaves the channel at its start. */
  public static void checkStream(SeekableByteChannel channel) throws IOException {
    ArrowBounds bounds = new ArrowBounds(channel);
    long at = 0;
    while (at + 4 <= bounds.size) {
      long next = bounds.message(at);
      if (next == at) {
        break; // the end marker
      }
      at = next;
    }
    channel.position(0);
  }

  /**
   * Checks the message at an offset and returns where it ends, or the offset itself if none is
   * there.
   */
  private long message(long offset) throws IOException {
    long at = offset;
    int length = read(at, 4).getInt(0);
    at += 4;
    if (length == CONTINUATION) {
      length = read(at, 4).getInt(0);
      at += 4;
    }
    if (length == 0) {
      return offset;
    }
    Message message = Message.getRootAsMessage(read(at, length));
    require(at + length, message.bodyLength());
    return at + length + message.bodyLength();
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    require(offset, length);
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    channel.position(offset);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new IOException("the file ends at byte " + size);
      }
    }
    return bytes.flip();
  }

  private void require(long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw new IOException(length + " bytes at " + offset + " are expected, the file has " + size);
    }
  }
}

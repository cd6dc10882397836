package dev.sheaf.format.internal.source.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes of a file in order, which knows where it is and skips without reading. */
final class SeekableInput extends InputStream {
  private final FileChannel channel;
  private final long size;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).limit(0);

  /** The offset in the file of the end of the buffer. */
  private long filled;

  SeekableInput(Path path) throws IOException {
    this.channel = FileChannel.open(path, StandardOpenOption.READ);
    this.size = channel.size();
  }

  /** Returns the offset of the next byte. */
  long position() {
    return filled - buffer.remaining();
  }

  long size() {
    return size;
  }

  /** Goes to an offset within the file or at its end. */
  void seek(long position) {
    long start = filled - buffer.limit();
    if (position >= start && position <= filled) {
      buffer.position((int) (position - start));
    } else {
      buffer.position(0).limit(0);
      filled = position;
    }
  }

  private boolean fill() throws IOException {
    if (buffer.hasRemaining()) {
      return true;
    }
    buffer.clear();
    int read = channel.read(buffer, filled);
    buffer.flip();
    filled += Math.max(0, read);
    return read > 0;
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(target, offset, count);
    return count;
  }

  @Override
  public long skip(long count) {
    long from = position();
    long to = Math.max(from, Math.min(size, from + Math.max(0, count)));
    seek(to);
    return to - from;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, Math.max(0, size - position()));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

package dev.sheaf.format.internal.source.array;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Bytes that can be read from anywhere. */
interface RandomBytes {
  /** Returns how many there are. */
  long length();

  /**
   * Fills a buffer with the bytes from an offset on, which the caller has checked against the
   * length.
   */
  void read(long offset, ByteBuffer target) throws IOException;

  /** Returns a part of an open file. */
  static RandomBytes of(FileChannel channel, long base, long length) {
    return new RandomBytes() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public void read(long offset, ByteBuffer target) throws IOException {
        long at = base + offset;
        while (target.hasRemaining()) {
          int read = channel.read(target, at);
          if (read < 0) {
            throw new EOFException("the file was cut short while it was read");
          }
          at += read;
        }
      }
    };
  }

  /** Returns bytes in memory. */
  static RandomBytes of(byte[] bytes) {
    return new RandomBytes() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public void read(long offset, ByteBuffer target) {
        target.put(bytes, (int) offset, target.remaining());
      }
    };
  }

  /** Returns these bytes from an offset on. */
  default RandomBytes from(long start) {
    RandomBytes whole = this;
    return new RandomBytes() {
      @Override
      public long length() {
        return whole.length() - start;
      }

      @Override
      public void read(long offset, ByteBuffer target) throws IOException {
        whole.read(start + offset, target);
      }
    };
  }
}

package dev.sheaf.format.internal.source.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Decompresses LZ4 blocks and frames; every length is checked, so that no input can do harm. */
public final class Lz4 {
  private static final int MAGIC = 0x184d2204;
  private static final int MIN_MATCH = 4;

  private Lz4() {}

  /** Returns the {@code size} bytes in a raw block. */
  public static byte[] block(byte[] in, int size) throws IOException {
    byte[] out = new byte[size];
    int end = block(in, 0, in.length, out, 0);
    return end == size ? out : java.util.Arrays.copyOf(out, end);
  }

  /** Returns the {@code size} bytes in a frame. */
  public static byte[] frame(byte[] in, int size) throws IOException {
    ByteBuffer data = ByteBuffer.wrap(in).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (data.getInt() != MAGIC) {
        throw new IOException("no LZ4 frame");
      }
      int flags = data.get();
      data.get();
      boolean blockChecksums = (flags & 0x10) != 0;
      int header = ((flags & 0x08) != 0 ? 8 : 0) + ((flags & 0x01) != 0 ? 4 : 0) + 1;
      data.position(data.position() + header);
      byte[] out = new byte[size];
      int at = 0;
      for (int length = data.getInt(); length != 0; length = data.getInt()) {
        int bytes = length & 0x7fffffff;
        if (bytes > data.remaining()) {
          throw new IOException("an LZ4 block is cut short");
        }
        if (length < 0) {
          System.arraycopy(in, data.position(), out, at, bytes);
          at += bytes;
        } else {
          at = block(in, data.position(), data.position() + bytes, out, at);
        }
        data.position(data.position() + bytes + (blockChecksums ? 4 : 0));
      }
      return at == size ? out : java.util.Arrays.copyOf(out, at);
    } catch (java.nio.BufferUnderflowException
        | IllegalArgumentException
        | IndexOutOfBoundsException e) {
      throw new IOException("a malformed LZ4 frame", e);
    }
  }

  private static int block(byte[] in, int from, int to, byte[] out, int start) throws IOException {
    int at = from;
    int end = start;
    try {
      while (at < to) {
        int token = in[at++] & 0xff;
        int literals = token >>> 4;
        if (literals == 15) {
          int more;
          do {
            more = in[at++] & 0xff;
            literals += more;
          } while (more == 255);
        }
        System.arraycopy(in, at, out, end, literals);
        at += literals;
        end += literals;
        if (at >= to) {
          break;
        }
        int distance = in[at] & 0xff | (in[at + 1] & 0xff) << 8;
        at += 2;
        int match = token & 15;
        if (match == 15) {
          int more;
          do {
            more = in[at++] & 0xff;
            match += more;
          } while (more == 255);
        }
        match += MIN_MATCH;
        if (distance == 0 || distance > end || match > out.length - end) {
          throw new IOException("a malformed LZ4 block");
        }
        for (int i = 0; i < match; i++, end++) {
          out[end] = out[end - distance]; // may overlap what it writes
        }
      }
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("a malformed LZ4 block", e);
    }
    return end;
  }
}

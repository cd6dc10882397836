package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.internal.source.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Bytes of a text file with their offsets; a byte order mark at its start is passed over. */
final class LineReader implements AutoCloseable {
  private static final int BUFFER = 1 << 18;

  private final InputStream in;
  private byte[] buffer = new byte[BUFFER];
  private int start;
  private int end;
  private long base;
  private long lineOffset;

  public LineReader(InputStream in) throws IOException {
    this.in = in;
    fill();
    if (end >= 3
        && buffer[0] == (byte) 0xef
        && buffer[1] == (byte) 0xbb
        && buffer[2] == (byte) 0xbf) {
      start = 3;
    }
  }

  /** Returns the offset in the file of the last line returned. */
  public long lineOffset() {
    return lineOffset;
  }

  /** Returns the offset in the file of the next byte. */
  public long offset() {
    return base + start;
  }

  /** Returns the next line without its LF or CRLF, or null at the end. */
  public byte[] line() throws IOException {
    lineOffset = offset();
    int from = start;
    while (true) {
      for (int i = from; i < end; i++) {
        if (buffer[i] == '\n') {
          byte[] line = slice(i);
          start = i + 1;
          return line;
        }
      }
      from = end - start;
      if (!more()) {
        byte[] line = start == end ? null : slice(end);
        start = end;
        return line;
      }
      from += start;
    }
  }

  /** Returns the next byte, or -1 at the end. */
  public int read() throws IOException {
    return start < end || more() ? buffer[start++] & 0xff : -1;
  }

  /** Returns the next byte without taking it, or -1 at the end. */
  public int peek() throws IOException {
    return start < end || more() ? buffer[start] & 0xff : -1;
  }

  /**
   * Returns the rest of the present line as Latin-1, as far as it is in the buffer, without taking
   * it.
   */
  public String peekLine() {
    int to = start;
    while (to < end && buffer[to] != '\n' && buffer[to] != '\r') {
      to++;
    }
    return new String(buffer, start, to - start, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private byte[] slice(int to) {
    int last = to > start && buffer[to - 1] == '\r' ? to - 1 : to;
    return Arrays.copyOfRange(buffer, start, last);
  }

  /** Keeps what is not yet taken and reads on; the buffer grows up to the limit of one value. */
  private boolean more() throws IOException {
    if (start > 0) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      base += start;
      end -= start;
      start = 0;
    } else if (end == buffer.length) {
      if (end > Limits.VALUE_BYTES) {
        throw new IOException("a line is longer than " + Limits.VALUE_BYTES + " bytes");
      }
      buffer = Arrays.copyOf(buffer, (int) Math.min(Limits.VALUE_BYTES + BUFFER, end * 2L));
    }
    return fill();
  }

  private boolean fill() throws IOException {
    int read = in.readNBytes(buffer, end, buffer.length - end);
    end += read;
    return read > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

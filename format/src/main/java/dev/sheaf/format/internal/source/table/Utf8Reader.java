package dev.sheaf.format.internal.source.table;

import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Characters of a UTF-8 file; fails at the first byte that is none. A byte order mark is passed
 * over.
 */
final class Utf8Reader extends Reader {
  private final InputStream in;
  private final SourceFile file;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).limit(0);
  private long base;
  private boolean ended;
  private boolean started;

  public Utf8Reader(InputStream in, SourceFile file) {
    this.in = in;
    this.file = file;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (!started) {
      started = true;
      fill();
      if (bytes.limit() >= 3
          && bytes.get(0) == (byte) 0xef
          && bytes.get(1) == (byte) 0xbb
          && bytes.get(2) == (byte) 0xbf) {
        bytes.position(3);
      }
    }
    CharBuffer out = CharBuffer.wrap(target, offset, length);
    while (true) {
      CoderResult result = decoder.decode(bytes, out, ended);
      if (result.isError()) {
        throw InputErrors.badUtf8(file.location(), base + bytes.position());
      }
      if (out.position() > 0) {
        return out.position();
      }
      if (ended && !bytes.hasRemaining()) {
        return -1;
      }
      fill();
    }
  }

  private void fill() throws IOException {
    base += bytes.position();
    bytes.compact();
    int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
    ended = read < 0;
    bytes.position(bytes.position() + Math.max(0, read)).flip();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

package dev.sheaf.format.internal.source;

import dev.sheaf.format.Location;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Decodes UTF-8 and finds the first byte that is none; nothing is ever replaced. */
public final class StrictUtf8 {
  private StrictUtf8() {}

  /** Returns the text, or empty if the bytes are not UTF-8. */
  public static Optional<String> decodeIfValid(byte[] bytes) {
    return firstBad(bytes, 0, bytes.length) < 0
        ? Optional.of(new String(bytes, StandardCharsets.UTF_8))
        : Optional.empty();
  }

  /**
   * Returns text without its byte order mark.
   *
   * @throws dev.sheaf.format.InvalidInputException if the bytes are not UTF-8
   */
  public static String decode(byte[] bytes, Location where) {
    int bad = firstBad(bytes, 0, bytes.length);
    if (bad >= 0) {
      throw InputErrors.badUtf8(where, bad);
    }
    return decode(bytes);
  }

  /** Returns text without its byte order mark, of bytes that are known to be UTF-8. */
  public static String decode(byte[] bytes) {
    boolean mark =
        bytes.length >= 3
            && bytes[0] == (byte) 0xef
            && bytes[1] == (byte) 0xbb
            && bytes[2] == (byte) 0xbf;
    int from = mark ? 3 : 0;
    return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
  }

  /** Returns the position of the first byte that does not belong to valid UTF-8, or -1. */
  public static int firstBad(byte[] bytes, int offset, int length) {
    // The library's own decoder is fast; only text with a replacement character needs a second
    // look.
    if (new String(bytes, offset, length, StandardCharsets.UTF_8).indexOf('\ufffd') < 0) {
      return -1;
    }
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    CharBuffer out = CharBuffer.allocate(4096);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isError()) {
        return in.position();
      }
      if (result.isUnderflow()) {
        return -1;
      }
      out.clear();
    }
  }

  /** Tells whether text holds half of a surrogate pair, which UTF-8 cannot express. */
  public static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return true;
      }
    }
    return false;
  }
}

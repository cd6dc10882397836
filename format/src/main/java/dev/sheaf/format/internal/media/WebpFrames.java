package dev.sheaf.format.internal.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Takes the first picture out of an animated WebP (RFC 9649), which FFmpeg's decoder refuses. A
 * first picture that does not fill its canvas is refused later, by its size.
 */
final class WebpFrames {
  private static final int CHUNK_HEADER = 8;
  private static final int FRAME_HEADER = 16;

  private WebpFrames() {}

  /** Returns a WebP of the first picture; the payload itself if it is no animation. */
  static byte[] first(byte[] payload) {
    ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    long at = 12;
    while (at + CHUNK_HEADER <= payload.length) {
      String name = new String(payload, (int) at, 4, java.nio.charset.StandardCharsets.ISO_8859_1);
      long length = in.getInt((int) at + 4) & 0xffffffffL;
      if (length > payload.length - at - CHUNK_HEADER) {
        return payload;
      }
      if (name.equals("ANMF") && length > FRAME_HEADER) {
        int from = (int) at + CHUNK_HEADER;
        return file(payload, from, (int) length);
      }
      at += CHUNK_HEADER + length + (length & 1);
    }
    return payload;
  }

  private static byte[] file(byte[] payload, int from, int length) {
    byte[] header = new byte[30];
    ByteBuffer out = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    out.put(ascii("RIFF")).putInt(22 + length - FRAME_HEADER).put(ascii("WEBPVP8X")).putInt(10);
    out.put((byte) 0x10).put(new byte[3]); // alpha may follow
    out.put(payload, from + 6, 6); // width and height, each less one, as the frame has them
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(header);
    file.writeBytes(Arrays.copyOfRange(payload, from + FRAME_HEADER, from + length));
    return file.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }
}

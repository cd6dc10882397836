package dev.sheaf.format.testdata;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes a picture as lossless WebP with two values per channel: the smallest stream that RFC 9649
 * allows, prefix codes of one bit and neither transforms nor a cache.
 */
final class TinyWebp {
  private static final int LOW = 48;
  private static final int HIGH = 208;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int pending;
  private int used;

  private TinyWebp() {}

  static byte[] encode(BufferedImage picture) {
    byte[] stream = new TinyWebp().stream(picture);
    int padded = stream.length + (stream.length & 1);
    ByteBuffer file = ByteBuffer.allocate(20 + padded).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + padded);
    file.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII)).putInt(stream.length).put(stream);
    return file.array();
  }

  private byte[] stream(BufferedImage picture) {
    out.write(0x2f);
    bits(picture.getWidth() - 1, 14);
    bits(picture.getHeight() - 1, 14);
    bits(0, 1); // no alpha
    bits(0, 3); // version
    bits(0, 1); // no transform
    bits(0, 1); // no colour cache
    bits(0, 1); // one group of prefix codes
    for (int channel = 0; channel < 3; channel++) {
      two(); // green, red, blue
    }
    one(255); // alpha
    one(0); // distance, not used
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int rgb = picture.getRGB(x, y);
        bits(rgb >>> 15 & 1, 1);
        bits(rgb >>> 23 & 1, 1);
        bits(rgb >>> 7 & 1, 1);
      }
    }
    bits(0, 7); // fill the last byte
    return out.toByteArray();
  }

  /** Writes a simple prefix code of two symbols. */
  private void two() {
    bits(1, 1);
    bits(1, 1);
    bits(1, 1);
    bits(LOW, 8);
    bits(HIGH, 8);
  }

  /** Writes a simple prefix code of one symbol, which takes no bits. */
  private void one(int symbol) {
    bits(1, 1);
    bits(0, 1);
    bits(1, 1);
    bits(symbol, 8);
  }

  private void bits(int value, int count) {
    for (int i = 0; i < count; i++) {
      pending |= (value >>> i & 1) << used;
      if (++used == 8) {
        out.write(pending);
        pending = 0;
        used = 0;
      }
    }
  }
}

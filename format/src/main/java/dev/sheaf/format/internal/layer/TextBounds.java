package dev.sheaf.format.internal.layer;

import dev.sheaf.format.internal.ipc.ArrayBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Bounds of the texts of a page in the order of their UTF-8 bytes: the first {@link #PREFIX}
 * characters of the least, and of the greatest with U+10FFFF behind them where something was cut
 * off.
 */
final class TextBounds {
  private static final int PREFIX = 32;
  private static final String GREATEST = new String(Character.toChars(Character.MAX_CODE_POINT));

  private TextBounds() {}

  static String[] of(ArrayBuilder.Variable cells, int from, int to) {
    ByteBuffer least = null;
    ByteBuffer greatest = null;
    for (int row = from; row < to; row++) {
      if (cells.isNull(row)) {
        continue;
      }
      ByteBuffer value = cells.value(row);
      least = least == null || compare(value, least) < 0 ? value : least;
      greatest = greatest == null || compare(value, greatest) > 0 ? value : greatest;
    }
    if (least == null) {
      return new String[] {null, null};
    }
    String low = text(least);
    String high = text(greatest);
    return new String[] {cut(low), cut(high).equals(high) ? high : cut(high) + GREATEST};
  }

  private static String cut(String text) {
    if (text.codePointCount(0, text.length()) <= PREFIX) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, PREFIX));
  }

  private static String text(ByteBuffer utf8) {
    return StandardCharsets.UTF_8.decode(utf8.duplicate()).toString();
  }

  private static int compare(ByteBuffer a, ByteBuffer b) {
    int mismatch = a.mismatch(b);
    if (mismatch < 0) {
      return 0;
    }
    if (mismatch >= Math.min(a.remaining(), b.remaining())) {
      return Integer.compare(a.remaining(), b.remaining());
    }
    return Integer.compare(a.get(mismatch) & 0xff, b.get(mismatch) & 0xff);
  }
}

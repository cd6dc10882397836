package dev.sheaf.format.internal.source;

import java.util.Arrays;

/**
 * Bytes that their file declares to be text and that are not UTF-8; whoever needs the value reports
 * its row.
 */
public final class BadText {
  private final byte[] bytes;

  public BadText(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns text, or a stand-in that says where it is broken. */
  public static Object of(byte[] bytes) {
    return StrictUtf8.firstBad(bytes, 0, bytes.length) < 0
        ? new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
        : new BadText(bytes);
  }

  public byte[] bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return "invalid UTF-8 at byte "
        + StrictUtf8.firstBad(bytes, 0, bytes.length)
        + " of "
        + Arrays.toString(Arrays.copyOf(bytes, Math.min(8, bytes.length)));
  }
}

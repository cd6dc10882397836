package dev.sheaf.format.internal.media;

import java.util.Arrays;

/**
 * The stored form of a frame table while it is made. A {@code ByteArrayOutputStream} takes a lock
 * for each byte, and six times as long. Not thread-safe.
 */
final class StoredBytes {
  private static final int MOST_VARINT_BYTES = 10;

  private byte[] bytes;
  private int count;

  /** Begins with room for about so many bytes. */
  StoredBytes(long expected) {
    bytes = new byte[(int) Math.min(expected, Integer.MAX_VALUE / 2)];
  }

  void add(byte[] more) {
    reserve(more.length);
    System.arraycopy(more, 0, bytes, count, more.length);
    count += more.length;
  }

  /** Adds a number by seven bits, the lowest first, as {@code docs/format-spec.md} has it. */
  void addVarint(long value) {
    reserve(MOST_VARINT_BYTES);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[count++] = (byte) (rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    bytes[count++] = (byte) rest;
  }

  private void reserve(int more) {
    if (more > bytes.length - count) {
      int twice = (int) Math.min(2L * count, Integer.MAX_VALUE - 8);
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(count, more), twice));
    }
  }

  /** Returns a copy. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes, count);
  }
}

package dev.sheaf.format.internal.ipc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that grow at the end, little-endian. */
final class Growable {
  private byte[] bytes = new byte[256];
  private ByteBuffer view = wrap(bytes);
  private int length;

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private int grow(int more) {
    int at = length;
    int needed = Math.addExact(length, more);
    if (needed > bytes.length) {
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * bytes.length)));
      view = wrap(bytes);
    }
    length = needed;
    return at;
  }

  int length() {
    return length;
  }

  void put8(int value) {
    int at = grow(1);
    bytes[at] = (byte) value;
  }

  void put16(int value) {
    int at = grow(2);
    view.putShort(at, (short) value);
  }

  void put32(int value) {
    int at = grow(4);
    view.putInt(at, value);
  }

  void put64(long value) {
    int at = grow(8);
    view.putLong(at, value);
  }

  void put(ByteBuffer source) {
    int count = source.remaining();
    int at = grow(count);
    source.duplicate().get(bytes, at, count);
  }

  void zeros(int count) {
    int at = grow(count);
    Arrays.fill(bytes, at, at + count, (byte) 0);
  }

  int get32(int index) {
    return view.getInt(index * 4);
  }

  short get16(int index) {
    return view.getShort(index * 2);
  }

  long get64(int index) {
    return view.getLong(index * 8);
  }

  byte get8(int index) {
    return bytes[index];
  }

  /** Returns a view of {@code [from, to)} of the present bytes. */
  ByteBuffer slice(int from, int to) {
    return wrap(bytes).slice(from, to - from).order(ByteOrder.LITTLE_ENDIAN);
  }
}

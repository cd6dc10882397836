package dev.sheaf.format.internal.media;

import static dev.sheaf.format.internal.media.UnusualFileException.unless;

import java.util.Arrays;

/** Reads the bits of a NAL unit of H.264 (ITU-T H.264 7.2, 7.4.1 and 9.1). Not thread-safe. */
final class BitReader {
  private static final int MOST_ZEROS = 31;

  private final byte[] data;
  private long at;

  private BitReader(byte[] data) {
    this.data = data;
  }

  /** Begins at the first bit of a unit; leaves out the bytes that keep start codes away. */
  static BitReader ofUnit(byte[] unit) {
    byte[] data = new byte[unit.length];
    int length = 0;
    int zeros = 0;
    for (byte next : unit) {
      if (zeros >= 2 && next == 3) {
        zeros = 0;
      } else {
        unless(zeros < 2 || (next & 0xff) > 3, "a start code in a unit");
        data[length++] = next;
        zeros = next == 0 ? zeros + 1 : 0;
      }
    }
    return new BitReader(Arrays.copyOf(data, length));
  }

  /** Returns how many bits are left. */
  long left() {
    return 8L * data.length - at;
  }

  void skip(int count) {
    unless(count <= left(), "a cut unit");
    at += count;
  }

  boolean flag() {
    return take(1) == 1;
  }

  /** Reads an unsigned number of up to 31 bits. */
  int take(int count) {
    unless(count <= left(), "a cut unit");
    int value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 1 | data[(int) (at >> 3)] >> (int) (7 - (at & 7)) & 1;
      at++;
    }
    return value;
  }

  /** Reads an unsigned Exp-Golomb number. */
  long unsigned() {
    int zeros = 0;
    while (!flag()) {
      zeros++;
      unless(zeros <= MOST_ZEROS, "a long number");
    }
    return (1L << zeros) - 1 + take(zeros);
  }

  /** Reads a signed Exp-Golomb number. */
  long signed() {
    long value = unsigned();
    return (value & 1) == 1 ? (value + 1) / 2 : -value / 2;
  }
}

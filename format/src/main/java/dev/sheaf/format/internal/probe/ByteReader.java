package dev.sheaf.format.internal.probe;

/** Bounds-checked reads from a byte array; every offset is hostile until checked here. */
final class ByteReader {
  private final byte[] data;
  private final int start;
  private final int end;

  ByteReader(byte[] data) {
    this(data, 0, data.length);
  }

  ByteReader(byte[] data, int start, int end) {
    this.data = data;
    this.start = start;
    this.end = end;
  }

  int length() {
    return end - start;
  }

  /** Returns a part as a reader of its own. */
  ByteReader part(long offset, long length) {
    check(offset, length);
    return new ByteReader(data, (int) (start + offset), (int) (start + offset + length));
  }

  int u8(long offset) {
    check(offset, 1);
    return data[(int) (start + offset)] & 0xff;
  }

  int u16(long offset, boolean little) {
    int first = u8(offset);
    int second = u8(offset + 1);
    return little ? second << 8 | first : first << 8 | second;
  }

  long u32(long offset, boolean little) {
    long first = u16(offset, little);
    long second = u16(offset + 2, little);
    return little ? second << 16 | first : first << 16 | second;
  }

  int s32(long offset, boolean little) {
    return (int) u32(offset, little);
  }

  int u24Little(long offset) {
    return u16(offset, true) | u8(offset + 2) << 16;
  }

  /** Tells whether the ASCII text stands at {@code offset}; false when it lies outside. */
  boolean has(long offset, String ascii) {
    if (offset < 0 || offset + ascii.length() > length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if ((data[(int) (start + offset + i)] & 0xff) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Adds a range to a CRC. */
  void update(java.util.zip.Checksum crc, long offset, long length) {
    check(offset, length);
    crc.update(data, (int) (start + offset), (int) length);
  }

  private void check(long offset, long length) {
    if (offset < 0 || length < 0 || offset > length() - length) {
      throw new BrokenMediaException(
          "it ends at byte " + length() + ", before byte " + (offset + length));
    }
  }
}

package dev.sheaf.format.internal.probe;

/** Walks the blocks of a GIF up to its trailer. */
final class GifProbe {
  private GifProbe() {}

  static void read(ByteReader data, Facts facts) {
    facts.size(data.u16(6, true), data.u16(8, true));
    long at = 13L + palette(data.u8(10));
    boolean pixels = false;
    boolean transparent = false;
    while (true) {
      int block = data.u8(at);
      if (block == 0x3b) {
        break;
      } else if (block == 0x21) {
        boolean control = data.u8(at + 1) == 0xf9;
        transparent |= control && (data.u8(at + 3) & 1) == 1;
        at = subBlocks(data, at + 2);
      } else if (block == 0x2c) {
        pixels = true;
        at = subBlocks(data, at + 11 + palette(data.u8(at + 9)));
      } else {
        throw new BrokenMediaException(String.format("unknown block 0x%02x at byte %d", block, at));
      }
    }
    if (!pixels) {
      throw new BrokenMediaException("no picture before its trailer");
    }
    facts.channels(transparent ? 4 : 3);
  }

  private static int palette(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static long subBlocks(ByteReader data, long start) {
    long at = start;
    int length = data.u8(at);
    while (length != 0) {
      at += 1 + length;
      length = data.u8(at);
    }
    return at + 1;
  }
}

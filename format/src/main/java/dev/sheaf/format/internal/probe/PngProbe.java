package dev.sheaf.format.internal.probe;

import java.util.zip.CRC32;

/** Walks the chunks of a PNG (ISO/IEC 15948) and checks each CRC. */
final class PngProbe {
  private PngProbe() {}

  static void read(ByteReader data, Facts facts) {
    long at = 8;
    boolean pixels = false;
    boolean transparent = false;
    int colour = -1;
    while (true) {
      long length = data.u32(at, false);
      check(data, at, length);
      if (at == 8 && !data.has(at + 4, "IHDR")) {
        throw new BrokenMediaException("no IHDR chunk at its start");
      }
      if (data.has(at + 4, "IHDR")) {
        facts.size(data.u32(at + 8, false), data.u32(at + 12, false));
        colour = data.u8(at + 17);
      } else if (data.has(at + 4, "tRNS")) {
        transparent = true;
      } else if (data.has(at + 4, "IDAT")) {
        pixels = true;
      } else if (data.has(at + 4, "eXIf")) {
        TiffProbe.orientation(data.part(at + 8, length), facts);
      } else if (data.has(at + 4, "IEND")) {
        break;
      }
      at += 12 + length;
    }
    if (!pixels) {
      throw new BrokenMediaException("no IDAT chunk");
    }
    facts.channels(channels(colour, transparent));
  }

  private static void check(ByteReader data, long at, long length) {
    CRC32 crc = new CRC32();
    data.update(crc, at + 4, 4 + length);
    long stored = data.u32(at + 8 + length, false);
    if (crc.getValue() != stored) {
      throw new BrokenMediaException(
          String.format(
              "chunk at byte %d: stored CRC 0x%08x, computed 0x%08x", at, stored, crc.getValue()));
    }
  }

  /** Returns the channels of the decoded picture; a palette decodes to colours. */
  private static int channels(int colour, boolean transparent) {
    int more = transparent ? 1 : 0;
    return switch (colour) {
      case 0 -> 1 + more;
      case 2, 3 -> 3 + more;
      case 4 -> 2;
      case 6 -> 4;
      default -> throw new BrokenMediaException("colour type " + colour);
    };
  }
}

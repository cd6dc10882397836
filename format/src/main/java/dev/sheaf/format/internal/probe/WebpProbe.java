package dev.sheaf.format.internal.probe;

/** Reads the RIFF chunks of a WebP (RFC 9649). */
final class WebpProbe {
  private WebpProbe() {}

  static void read(ByteReader data, Facts facts) {
    long riff = data.u32(4, true);
    if (riff + 8 > data.length()) {
      throw new BrokenMediaException(
          "its RIFF header says " + (riff + 8) + " bytes, it has " + data.length());
    }
    boolean sized = false;
    boolean pixels = false;
    for (long at = 12; at + 8 <= riff + 8 && at + 8 <= data.length(); ) {
      long length = data.u32(at + 4, true);
      ByteReader chunk = data.part(at + 8, length);
      if (data.has(at, "VP8X")) {
        facts.size(chunk.u24Little(4) + 1L, chunk.u24Little(7) + 1L);
        facts.channels((chunk.u8(0) & 0x10) == 0 ? 3 : 4);
        sized = true;
      } else if (data.has(at, "VP8 ")) {
        pixels = true;
        lossy(chunk, facts, sized);
      } else if (data.has(at, "VP8L")) {
        pixels = true;
        lossless(chunk, facts, sized);
      } else if (data.has(at, "ANMF")) {
        pixels = true;
      } else if (data.has(at, "EXIF")) {
        TiffProbe.orientation(chunk.has(0, "Exif\0\0") ? chunk.part(6, length - 6) : chunk, facts);
      }
      at += 8 + length + (length & 1);
    }
    if (!pixels) {
      throw new BrokenMediaException("no picture chunk");
    }
  }

  private static void lossy(ByteReader chunk, Facts facts, boolean sized) {
    if (!chunk.has(3, "\u009d\u0001\u002a")) {
      throw new BrokenMediaException("no VP8 key frame");
    }
    if (!sized) {
      facts.size(chunk.u16(6, true) & 0x3fff, chunk.u16(8, true) & 0x3fff);
      facts.channels(3);
    }
  }

  private static void lossless(ByteReader chunk, Facts facts, boolean sized) {
    if (chunk.u8(0) != 0x2f) {
      throw new BrokenMediaException("no VP8L signature");
    }
    if (!sized) {
      long bits = chunk.u32(1, true);
      facts.size((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
      facts.channels((bits >> 28 & 1) == 1 ? 4 : 3);
    }
  }
}

package dev.sheaf.format.internal.probe;

/** Reads the marker segments of a JPEG (ITU-T T.81) up to the first scan, and looks for its end. */
final class JpegProbe {
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP1 = 0xe1;

  private JpegProbe() {}

  static void read(ByteReader data, Facts facts) {
    boolean sized = false;
    long at = 2;
    while (true) {
      if (data.u8(at) != 0xff) {
        throw new BrokenMediaException("no marker at byte " + at);
      }
      int marker = data.u8(at + 1);
      at++;
      if (marker == 0xff) {
        continue; // a fill byte
      }
      at++;
      if (marker == 0x01 || marker >= 0xd0 && marker <= 0xd8) {
        continue; // no segment follows
      }
      if (marker == EOI) {
        throw new BrokenMediaException("it ends before its first scan");
      }
      int length = data.u16(at, false);
      if (length < 2) {
        throw new BrokenMediaException("segment length " + length + " at byte " + at);
      }
      if (isFrame(marker)) {
        facts.size(data.u16(at + 5, false), data.u16(at + 3, false));
        facts.channels(data.u8(at + 7));
        sized = true;
      } else if (marker == APP1 && data.has(at + 2, "Exif\0\0")) {
        TiffProbe.orientation(data.part(at + 8, Math.max(0, length - 8)), facts);
      } else if (marker == SOS) {
        if (!sized) {
          throw new BrokenMediaException("no frame header before its first scan");
        }
        end(data, at + length);
        return;
      }
      at += length;
    }
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /**
   * Checks that an end marker follows the scan: usually the last two bytes, else anywhere behind
   * it.
   */
  private static void end(ByteReader data, long scan) {
    int length = data.length();
    if (length - 2 >= scan && data.has(length - 2, "\u00ff\u00d9")) {
      return;
    }
    for (long at = length - 2L; at >= scan; at--) {
      if (data.u8(at) == 0xff && data.u8(at + 1) == EOI) {
        return;
      }
    }
    throw new BrokenMediaException("no end marker: it is cut short at byte " + length);
  }
}

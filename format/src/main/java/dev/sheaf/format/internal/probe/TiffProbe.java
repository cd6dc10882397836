package dev.sheaf.format.internal.probe;

/**
 * Reads the first directory of a TIFF 6.0 file, and the orientation out of EXIF blocks, which have
 * the same form.
 */
final class TiffProbe {
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int PHOTOMETRIC = 262;
  private static final int STRIP_OFFSETS = 273;
  private static final int ORIENTATION = 274;
  private static final int SAMPLES = 277;
  private static final int STRIP_COUNTS = 279;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_COUNTS = 325;

  private final ByteReader data;
  private final boolean little;
  private final long directory;
  private final int entries;

  private TiffProbe(ByteReader data) {
    this.data = data;
    this.little = data.has(0, "II");
    this.directory = data.u32(4, little);
    this.entries = data.u16(directory, little);
  }

  static void read(ByteReader data, Facts facts) {
    TiffProbe tiff = new TiffProbe(data);
    facts.size(tiff.first(WIDTH, 0), tiff.first(HEIGHT, 0));
    boolean palette = tiff.first(PHOTOMETRIC, -1) == 3;
    facts.channels(palette ? 3 : (int) tiff.first(SAMPLES, 1));
    facts.orientation(tiff.first(ORIENTATION, 0));
    if (tiff.entry(TILE_OFFSETS) >= 0) {
      tiff.checkParts(TILE_OFFSETS, TILE_COUNTS);
    } else {
      tiff.checkParts(STRIP_OFFSETS, STRIP_COUNTS);
    }
  }

  /**
   * Takes the orientation from an EXIF block; a damaged block gives none, for it does not hurt the
   * picture.
   */
  static void orientation(ByteReader exif, Facts facts) {
    try {
      facts.orientation(new TiffProbe(exif).first(ORIENTATION, 0));
    } catch (BrokenMediaException e) {
      // no orientation is known
    }
  }

  private void checkParts(int offsetsTag, int countsTag) {
    long offsets = entry(offsetsTag);
    long counts = entry(countsTag);
    if (offsets < 0 || counts < 0) {
      throw new BrokenMediaException("no strips or tiles in its first directory");
    }
    long number = data.u32(offsets + 4, little);
    if (number != data.u32(counts + 4, little)) {
      throw new BrokenMediaException("as many offsets as lengths of its strips are expected");
    }
    for (long i = 0; i < number; i++) {
      long end = value(offsets, i) + value(counts, i);
      if (end > data.length()) {
        throw new BrokenMediaException(
            "pixels up to byte " + end + " are expected, it has " + data.length());
      }
    }
  }

  /** Returns the place of an entry, or -1. */
  private long entry(int tag) {
    for (int i = 0; i < entries; i++) {
      long at = directory + 2 + 12L * i;
      if (data.u16(at, little) == tag) {
        return at;
      }
    }
    return -1;
  }

  private long first(int tag, long otherwise) {
    long at = entry(tag);
    return at < 0 ? otherwise : value(at, 0);
  }

  private long value(long entry, long index) {
    int type = data.u16(entry + 2, little);
    int width = type == 3 ? 2 : type == 4 ? 4 : 1;
    long count = data.u32(entry + 4, little);
    long base = count * width <= 4 ? entry + 8 : data.u32(entry + 8, little);
    long at = base + index * width;
    return switch (type) {
      case 1 -> data.u8(at);
      case 3 -> data.u16(at, little);
      case 4 -> data.u32(at, little);
      default -> throw new BrokenMediaException("field type " + type + " in its directory");
    };
  }
}

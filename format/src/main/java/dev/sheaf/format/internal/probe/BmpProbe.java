package dev.sheaf.format.internal.probe;

/** Reads the headers of a BMP and checks that its pixels are all there. */
final class BmpProbe {
  private BmpProbe() {}

  static void read(ByteReader data, Facts facts) {
    long pixels = data.u32(10, true);
    long header = data.u32(14, true);
    boolean core = header == 12;
    long width = core ? data.u16(18, true) : data.s32(18, true);
    long height = core ? data.u16(20, true) : Math.abs((long) data.s32(22, true));
    int bits = data.u16(core ? 24 : 28, true);
    long compression = core ? 0 : data.u32(30, true);
    facts.size(width, height);
    facts.channels(bits == 32 ? 4 : 3);
    long needed =
        compression == 0 || compression == 3
            ? (width * bits + 31) / 32 * 4 * height
            : data.u32(34, true);
    if (pixels + needed > data.length()) {
      throw new BrokenMediaException(
          "its header asks for " + (pixels + needed) + " bytes, it has " + data.length());
    }
  }
}

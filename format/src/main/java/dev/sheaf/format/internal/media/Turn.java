package dev.sheaf.format.internal.media;

/** Turns and mirrors pictures as EXIF orientations say (Exif 2.32, tag 0x0112). */
final class Turn {
  private Turn() {}

  /** Tells whether an orientation swaps width and height. */
  static boolean swaps(int orientation) {
    return orientation >= 5;
  }

  /**
   * Writes a picture as it is to be shown.
   *
   * @param pixelBytes the bytes of a pixel
   */
  static void turn(
      byte[] in, int width, int height, int pixelBytes, int orientation, byte[] out, int offset) {
    int shownWidth = swaps(orientation) ? height : width;
    int shownHeight = swaps(orientation) ? width : height;
    int at = offset;
    for (int y = 0; y < shownHeight; y++) {
      for (int x = 0; x < shownWidth; x++) {
        int column =
            switch (orientation) {
              case 2, 3 -> width - 1 - x;
              case 5, 6 -> y;
              case 7, 8 -> width - 1 - y;
              default -> x;
            };
        int row =
            switch (orientation) {
              case 3, 4 -> height - 1 - y;
              case 5, 8 -> x;
              case 6, 7 -> height - 1 - x;
              default -> y;
            };
        int from = (row * width + column) * pixelBytes;
        for (int i = 0; i < pixelBytes; i++) {
          out[at++] = in[from + i];
        }
      }
    }
  }
}

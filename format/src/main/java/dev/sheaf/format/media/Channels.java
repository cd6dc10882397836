package dev.sheaf.format.media;

/** Which channels a decoded image has. */
public enum Channels {
  /** Red, green, blue: grey is repeated, alpha left out (not blended). */
  RGB,
  /**
   * As stored: grey 1, grey and alpha 2, RGB 3, RGB and alpha 4; palettes and CMYK count as RGB.
   */
  STORED
}

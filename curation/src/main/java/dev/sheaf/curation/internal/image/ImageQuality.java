package dev.sheaf.curation.internal.image;

import java.util.List;

/**
 * Technical quality of a picture, measured on luminance after the longer side was brought down to
 * {@value #SIDE} pixels, so that numbers of large and small pictures compare. Immutable.
 *
 * @param sharpness variance of the Laplacian (4 neighbours) over values from 0 to 255; a photo in
 *     focus has hundreds, a blurred one less than ten. Source: Pech-Pacheco et al., "Diatom
 *     autofocusing in brightfield microscopy", ICPR 2000
 * @param brightness mean luminance, from 0 (black) to 1 (white)
 * @param contrast standard deviation of the luminance, from 0 to 0.5
 * @param clipped fraction of pixels that are nearly black (below 5) or nearly white (above 250)
 * @param detail entropy of the luminance in 64 steps, in bits, from 0 (one tone) to 6
 */
public record ImageQuality(
    double sharpness, double brightness, double contrast, double clipped, double detail) {
  /** The longer side after scaling, in pixels. */
  public static final int SIDE = 512;

  private static final int STEPS = 64;

  /** The names of the measures, in the order of {@link #values()}. */
  public static final List<String> NAMES =
      List.of("sharpness", "brightness", "contrast", "clipped", "detail");

  /** Returns the measures in the order of {@link #NAMES}. */
  public double[] values() {
    return new double[] {sharpness, brightness, contrast, clipped, detail};
  }

  /** Measures a picture. */
  public static ImageQuality of(Picture picture) {
    Plane plane = picture.within(SIDE).luminance();
    int pixels = plane.width() * plane.height();
    double sum = 0;
    double squares = 0;
    int ends = 0;
    int[] histogram = new int[STEPS];
    for (int y = 0; y < plane.height(); y++) {
      for (int x = 0; x < plane.width(); x++) {
        double value = plane.at(x, y);
        sum += value;
        squares += value * value;
        ends += value < 5 || value > 250 ? 1 : 0;
        histogram[(int) (value * STEPS / 256)]++;
      }
    }
    double mean = sum / pixels;
    double deviation = Math.sqrt(Math.max(0, squares / pixels - mean * mean));
    return new ImageQuality(
        sharpness(plane),
        mean / 255,
        deviation / 255,
        (double) ends / pixels,
        entropy(histogram, pixels));
  }

  private static double sharpness(Plane plane) {
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int y = 1; y < plane.height() - 1; y++) {
      for (int x = 1; x < plane.width() - 1; x++) {
        double value =
            plane.at(x - 1, y)
                + plane.at(x + 1, y)
                + plane.at(x, y - 1)
                + plane.at(x, y + 1)
                - 4.0 * plane.at(x, y);
        sum += value;
        squares += value * value;
        count++;
      }
    }
    return count == 0 ? 0 : Math.max(0, squares / count - sum / count * (sum / count));
  }

  private static double entropy(int[] histogram, int pixels) {
    double bits = 0;
    for (int count : histogram) {
      if (count > 0) {
        double share = (double) count / pixels;
        bits -= share * StrictMath.log(share) / StrictMath.log(2);
      }
    }
    return bits;
  }
}

package dev.sheaf.format.media;

/**
 * How frames of a video are decoded. Immutable.
 *
 * @param height the height of the result in pixels, or 0 as it is
 * @param width the width of the result in pixels, or 0 as it is
 * @param threads the threads of the decoder, at least 1; above 1, frames also become RGB on the
 *     common pool while the next are decoded; the pixels do not depend on it
 * @param mostPixels videos whose frames have more pixels are refused
 */
public record ClipOptions(int height, int width, int threads, long mostPixels) {
  private static final int MOST_SIDE = 1 << 16;
  private static final int MOST_THREADS = 64;

  /** Frames as they are, decoded on one thread. */
  public static final ClipOptions PLAIN = new ClipOptions(0, 0, 1, ImageDecoder.MOST_PIXELS);

  /** Checks the numbers. */
  public ClipOptions {
    boolean sized = height > 0 && width > 0 && height <= MOST_SIDE && width <= MOST_SIDE;
    if (!sized && (height != 0 || width != 0)) {
      throw new IllegalArgumentException("size=" + height + " x " + width);
    }
    if (threads < 1 || threads > MOST_THREADS || mostPixels < 1) {
      throw new IllegalArgumentException("threads=" + threads + " mostPixels=" + mostPixels);
    }
  }

  /** Returns options with which frames are resized; the filter is that of {@link ImageDecoder}. */
  public ClipOptions size(int pixelsHigh, int pixelsWide) {
    return new ClipOptions(pixelsHigh, pixelsWide, threads, mostPixels);
  }

  /** Returns options with so many threads. */
  public ClipOptions threads(int count) {
    return new ClipOptions(height, width, count, mostPixels);
  }
}

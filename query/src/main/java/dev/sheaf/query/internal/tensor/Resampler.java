package dev.sheaf.query.internal.tensor;

import java.util.Arrays;

/**
 * Resizing of 8-bit images in exact integer arithmetic, rounded once and half up.
 *
 * <p>Area: on a common grid of {@code width * newWidth} units a source pixel is {@code newWidth}
 * units wide and a target pixel {@code width}; the overlap is the weight. Bilinear: the source
 * position {@code (x + 1/2) * width / newWidth - 1/2} is a fraction over {@code 2 * newWidth},
 * whose remainder is the weight; positions are clamped to the centres of the edge pixels.
 */
public final class Resampler {
  /** Gives the lines of the source image, each asked for at most once, in ascending order. */
  @FunctionalInterface
  public interface Lines {
    /** Writes line {@code y}, {@code width * channels} samples from 0 to 255, into {@code into}. */
    void read(int y, int[] into);
  }

  private Resampler() {}

  /**
   * Writes {@code newHeight * newWidth * channels} samples to {@code target} from {@code at} on.
   */
  public static void area(
      Lines lines,
      int height,
      int width,
      int channels,
      int[] target,
      int at,
      int newHeight,
      int newWidth) {
    int[] source = new int[width * channels];
    long[] across = new long[newWidth * channels];
    long[] sum = new long[newWidth * channels];
    long whole = (long) width * height;
    int y = 0;
    for (int line = 0; line < height; line++) {
      lines.read(line, source);
      shrink(source, width, channels, across, newWidth);
      long start = (long) line * newHeight;
      long end = start + newHeight;
      // Lines of the target that this source line overlaps.
      while (start < end) {
        long bottom = (long) (y + 1) * height;
        long weight = Math.min(end, bottom) - start;
        for (int i = 0; i < sum.length; i++) {
          sum[i] += weight * across[i];
        }
        start += weight;
        if (start == bottom) {
          int to = at + y * sum.length;
          for (int i = 0; i < sum.length; i++) {
            target[to + i] = (int) ((sum[i] + whole / 2) / whole);
          }
          Arrays.fill(sum, 0);
          y++;
        }
      }
    }
  }

  private static void shrink(int[] source, int width, int channels, long[] across, int newWidth) {
    Arrays.fill(across, 0);
    int x = 0;
    for (int pixel = 0; pixel < width; pixel++) {
      long start = (long) pixel * newWidth;
      long end = start + newWidth;
      while (start < end) {
        long right = (long) (x + 1) * width;
        long weight = Math.min(end, right) - start;
        for (int c = 0; c < channels; c++) {
          across[x * channels + c] += weight * source[pixel * channels + c];
        }
        start += weight;
        if (start == right) {
          x++;
        }
      }
    }
  }

  /**
   * Writes {@code newHeight * newWidth * channels} samples to {@code target} from {@code at} on.
   */
  public static void bilinear(
      Lines lines,
      int height,
      int width,
      int channels,
      int[] target,
      int at,
      int newHeight,
      int newWidth) {
    int[] source = new int[width * channels];
    long[] upper = new long[newWidth * channels];
    long[] lower = new long[newWidth * channels];
    long unit = 4L * newHeight * newWidth;
    int have = -1;
    for (int y = 0; y < newHeight; y++) {
      long position = position(y, height, newHeight);
      int top = (int) (position / (2L * newHeight));
      long weight = position % (2L * newHeight);
      int bottom = Math.min(top + 1, height - 1);
      while (have < bottom) {
        have++;
        long[] spare = upper;
        upper = lower;
        lower = spare;
        if (have >= bottom - 1) {
          lines.read(have, source);
          blend(source, width, channels, lower, newWidth);
        }
      }
      long[] first = top == bottom ? lower : upper;
      int to = at + y * newWidth * channels;
      for (int i = 0; i < newWidth * channels; i++) {
        long sum = (2L * newHeight - weight) * first[i] + weight * lower[i];
        target[to + i] = (int) ((sum + unit / 2) / unit);
      }
    }
  }

  private static void blend(int[] source, int width, int channels, long[] across, int newWidth) {
    for (int x = 0; x < newWidth; x++) {
      long position = position(x, width, newWidth);
      int left = (int) (position / (2L * newWidth));
      long weight = position % (2L * newWidth);
      int right = Math.min(left + 1, width - 1);
      for (int c = 0; c < channels; c++) {
        across[x * channels + c] =
            (2L * newWidth - weight) * source[left * channels + c]
                + weight * source[right * channels + c];
      }
    }
  }

  /** The source position times {@code 2 * newLength}. */
  private static long position(int at, int length, int newLength) {
    long position = (2L * at + 1) * length - newLength;
    return Math.max(0, Math.min(position, 2L * newLength * (length - 1)));
  }
}

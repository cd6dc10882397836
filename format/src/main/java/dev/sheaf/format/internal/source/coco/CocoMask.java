package dev.sheaf.format.internal.source.coco;

import java.util.Arrays;
import java.util.List;

/**
 * Masks as run lengths, bit for bit as pycocotools makes them: runs of 0 and 1 in turn over the
 * pixels of an image by columns, beginning with 0.
 *
 * <p>Source: {@code common/maskApi.c} of cocoapi, by the names given at each method. Casts to int
 * truncate there as here. All methods are pure.
 */
final class CocoMask {
  /** Polygons are drawn on a grid this many times finer than the pixels. */
  private static final double SCALE = 5;

  /** Steps along a boundary that are taken at most: a bound for absurd coordinates. */
  private static final int MOST_STEPS = 1 << 24;

  /** Pixels of an image at most: run lengths are added up in 32 bits. */
  static final long MOST_PIXELS = Integer.MAX_VALUE;

  private CocoMask() {}

  /** Says why a mask cannot be made or read. */
  static final class BadMaskException extends Exception {
    private static final long serialVersionUID = 1L;

    BadMaskException(String reason) {
      super(reason);
    }
  }

  /**
   * Returns the union of polygons, as {@code annToRLE} does; a last number without a partner is
   * passed over.
   *
   * @param polygons x and y in turn, in pixels, of each; at least one
   * @throws BadMaskException if coordinates are such as no image has
   */
  static int[] ofPolygons(List<double[]> polygons, int height, int width) throws BadMaskException {
    int[] union = null;
    for (double[] polygon : polygons) {
      int[] one = ofPolygon(polygon, height, width);
      union = union == null ? one : union(union, one);
    }
    return union;
  }

  /** {@code rleFrPoly}. */
  private static int[] ofPolygon(double[] xy, int height, int width) throws BadMaskException {
    int corners = xy.length / 2;
    int[] x = new int[corners + 1];
    int[] y = new int[corners + 1];
    for (int j = 0; j < corners; j++) {
      x[j] = fine(xy[2 * j]);
      y[j] = fine(xy[2 * j + 1]);
    }
    x[corners] = x[0];
    y[corners] = y[0];
    long steps = 0;
    for (int j = 0; j < corners; j++) {
      steps += Math.max(Math.abs((long) x[j] - x[j + 1]), Math.abs((long) y[j] - y[j + 1])) + 1;
      if (steps > MOST_STEPS) {
        throw new BadMaskException("a polygon with coordinates far outside of any image");
      }
    }
    Boundary boundary = new Boundary(height, width);
    for (int j = 0; j < corners; j++) {
      boundary.edge(x[j], y[j], x[j + 1], y[j + 1]);
    }
    return boundary.runs();
  }

  private static int fine(double coordinate) throws BadMaskException {
    double fine = SCALE * coordinate + .5;
    if (!(Math.abs(fine) < MOST_STEPS)) {
      throw new BadMaskException("a polygon with coordinates far outside of any image");
    }
    return (int) fine;
  }

  /** Where the boundary of a polygon changes between columns of pixels. */
  private static final class Boundary {
    private final int height;
    private final int width;
    private int[] crossings = new int[64];
    private int count;
    private boolean begun;
    private int lastU;
    private int lastV;

    Boundary(int height, int width) {
      this.height = height;
      this.width = width;
    }

    /** Goes along an edge on the fine grid, a step a point along its longer side. */
    void edge(int fromX, int fromY, int toX, int toY) {
      int dx = Math.abs(toX - fromX);
      int dy = Math.abs(fromY - toY);
      boolean flat = dx >= dy;
      boolean flip = flat ? fromX > toX : fromY > toY;
      int xs = flip ? toX : fromX;
      int ys = flip ? toY : fromY;
      double rise = flip ? fromY - toY : toY - fromY;
      double run = flip ? fromX - toX : toX - fromX;
      // Both ends in one point: 0 / 0 as in C, and the value it leads to meets no other column.
      double slope = flat ? rise / dx : run / dy;
      int last = Math.max(dx, dy);
      for (int d = 0; d <= last; d++) {
        int t = flip ? last - d : d;
        if (flat) {
          point(t + xs, (int) (ys + slope * t + .5));
        } else {
          point((int) (xs + slope * t + .5), t + ys);
        }
      }
    }

    private void point(int u, int v) {
      if (begun && u != lastU) {
        cross(u, v);
      }
      begun = true;
      lastU = u;
      lastV = v;
    }

    /** Adds a crossing if it lies in the middle of a column of pixels within the image. */
    private void cross(int u, int v) {
      double column = ((u < lastU ? u : u - 1) + .5) / SCALE - .5;
      if (Math.floor(column) != column || column < 0 || column > width - 1) {
        return;
      }
      double row = (Math.min(v, lastV) + .5) / SCALE - .5;
      row = Math.ceil(Math.max(0, Math.min(height, row)));
      if (count == crossings.length) {
        crossings = Arrays.copyOf(crossings, 2 * count);
      }
      crossings[count++] = ((int) column) * height + (int) row;
    }

    int[] runs() {
      int[] ends = Arrays.copyOf(crossings, count + 1);
      ends[count] = height * width;
      Arrays.sort(ends);
      int[] lengths = new int[ends.length];
      int before = 0;
      for (int j = 0; j < ends.length; j++) {
        lengths[j] = ends[j] - before;
        before = ends[j];
      }
      int runs = 1; // the first is that of zeros, and may be empty
      for (int j = 1; j < lengths.length; j++) {
        if (lengths[j] > 0) {
          lengths[runs++] = lengths[j];
        } else if (++j < lengths.length) {
          lengths[runs - 1] += lengths[j];
        }
      }
      return Arrays.copyOf(lengths, runs);
    }
  }

  /** {@code rleMerge} with a union. */
  static int[] union(int[] left, int[] right) {
    int[] runs = new int[left.length + right.length];
    int count = 0;
    int restLeft = left[0];
    int restRight = right[0];
    int nextLeft = 1;
    int nextRight = 1;
    boolean inLeft = false;
    boolean inRight = false;
    boolean in = false;
    int run = 0;
    boolean more = true;
    while (more) {
      int step = Math.min(restLeft, restRight);
      run += step;
      restLeft -= step;
      restRight -= step;
      if (restLeft == 0 && nextLeft < left.length) {
        restLeft = left[nextLeft++];
        inLeft = !inLeft;
      }
      if (restRight == 0 && nextRight < right.length) {
        restRight = right[nextRight++];
        inRight = !inRight;
      }
      more = restLeft > 0 || restRight > 0;
      boolean was = in;
      in = inLeft || inRight;
      if (in != was || !more) {
        runs[count++] = run;
        run = 0;
      }
    }
    return Arrays.copyOf(runs, count);
  }

  /**
   * Writes run lengths as text: each from the fourth on as its difference to the one two before, in
   * groups of five bits from the lowest, a sixth bit to say that more follow, and 48 added to make
   * a character. {@code rleToString}.
   */
  static String text(int[] runs) {
    StringBuilder text = new StringBuilder(2 * runs.length);
    for (int i = 0; i < runs.length; i++) {
      long rest = i > 2 ? (long) runs[i] - runs[i - 2] : runs[i];
      boolean more = true;
      while (more) {
        long group = rest & 0x1f;
        rest >>= 5;
        more = (group & 0x10) != 0 ? rest != -1 : rest != 0;
        text.append((char) ((more ? group | 0x20 : group) + 48));
      }
    }
    return text.toString();
  }

  /**
   * Reads the text of run lengths. {@code rleFrString}.
   *
   * @throws BadMaskException if it is none, or a run is below 0 or above {@link #MOST_PIXELS}
   */
  static int[] runs(String text) throws BadMaskException {
    int[] runs = new int[text.length()];
    int count = 0;
    for (int at = 0; at < text.length(); ) {
      long value = 0;
      int shift = 0;
      boolean more = true;
      while (more) {
        int group = at < text.length() ? text.charAt(at++) - 48 : -1;
        if (group < 0 || group > 0x3f || shift > 35) {
          throw new BadMaskException("its text of counts ends within a count or has a wrong sign");
        }
        value |= (long) (group & 0x1f) << shift;
        shift += 5;
        more = (group & 0x20) != 0;
        if (!more && (group & 0x10) != 0) {
          value |= -1L << shift;
        }
      }
      runs[count] = checked(count > 2 ? value + runs[count - 2] : value);
      count++;
    }
    return Arrays.copyOf(runs, count);
  }

  /** Returns a run length that comes from outside. */
  static int checked(long run) throws BadMaskException {
    if (run < 0 || run > MOST_PIXELS) {
      throw new BadMaskException("a count of " + run);
    }
    return (int) run;
  }

  /** Requires runs to cover an image exactly, as whoever unfolds them relies on. */
  static void requireCover(int[] runs, int height, int width) throws BadMaskException {
    long total = 0;
    for (int run : runs) {
      total += run;
    }
    if (total != (long) height * width) {
      throw new BadMaskException(
          "its counts add up to "
              + total
              + ", and "
              + height
              + " x "
              + width
              + " pixels are "
              + (long) height * width);
    }
  }
}

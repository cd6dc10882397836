package dev.sheaf.curation.internal.image;

/** One channel of a picture, row by row. The values are not copied; nobody changes them. */
public final class Plane {
  private final int width;
  private final int height;
  private final float[] values;

  Plane(int width, int height, float[] values) {
    this.width = width;
    this.height = height;
    this.values = values;
  }

  /** Returns the number of columns. */
  public int width() {
    return width;
  }

  /** Returns the number of rows. */
  public int height() {
    return height;
  }

  /** Returns one value. */
  public float at(int x, int y) {
    return values[y * width + x];
  }

  /**
   * Returns this plane after a mean over {@code sizeX} neighbours along x and then {@code sizeY}
   * along y. At the edges the mean is over those that are there. An even size reaches one further
   * to the right and below.
   */
  Plane box(int sizeX, int sizeY) {
    float[] along = new float[values.length];
    for (int y = 0; y < height; y++) {
      line(values, along, y * width, 1, width, sizeX);
    }
    float[] both = new float[values.length];
    for (int x = 0; x < width; x++) {
      line(along, both, x, width, height, sizeY);
    }
    return new Plane(width, height, both);
  }

  private static void line(float[] from, float[] to, int start, int step, int length, int size) {
    int before = (size - 1) / 2;
    int after = size / 2;
    double sum = 0;
    for (int i = 0; i < Math.min(after, length); i++) {
      sum += from[start + i * step];
    }
    for (int i = 0; i < length; i++) {
      if (i + after < length) {
        sum += from[start + (i + after) * step];
      }
      if (i - before > 0) {
        sum -= from[start + (i - before - 1) * step];
      }
      int count = Math.min(length - 1, i + after) - Math.max(0, i - before) + 1;
      to[start + i * step] = (float) (sum / count);
    }
  }
}

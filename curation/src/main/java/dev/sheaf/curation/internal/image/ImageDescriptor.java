package dev.sheaf.curation.internal.image;

/**
 * What a picture looks like in {@value #LENGTH} numbers, without any model: colours (joint
 * histogram of 4 x 4 x 4, mean of 4 x 4 tiles), edges (gradient directions of 4 x 4 tiles, as in
 * Dalal, Triggs, "Histograms of Oriented Gradients", 2005) and the low frequencies of its
 * luminance.
 */
public final class ImageDescriptor {
  /** The number of entries. */
  public static final int LENGTH = 64 + 48 + 128 + 35;

  private static final int SIDE = 64;
  private static final int TILES = 4;
  private static final int TILE = SIDE / TILES;
  private static final int DIRECTIONS = 8;
  private static final int FREQUENCIES = 6;

  private ImageDescriptor() {}

  /** Describes a picture, brought to {@value #SIDE} x {@value #SIDE} pixels. */
  public static float[] of(Picture picture) {
    Picture small = picture.resized(SIDE, SIDE);
    float[] descriptor = new float[LENGTH];
    colours(small, descriptor);
    Plane plane = small.luminance();
    edges(plane, descriptor, 112);
    frequencies(plane, descriptor, 240);
    return descriptor;
  }

  private static void colours(Picture picture, float[] to) {
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int red = picture.channel(x, y, 0);
        int green = picture.channel(x, y, 1);
        int blue = picture.channel(x, y, 2);
        to[red / 64 * 16 + green / 64 * 4 + blue / 64] += 1f / (SIDE * SIDE);
        int tile = y / TILE * TILES + x / TILE;
        to[64 + 3 * tile] += red / 255f / (TILE * TILE);
        to[64 + 3 * tile + 1] += green / 255f / (TILE * TILE);
        to[64 + 3 * tile + 2] += blue / 255f / (TILE * TILE);
      }
    }
    for (int i = 0; i < 64; i++) {
      to[i] = (float) Math.sqrt(to[i]); // so that one dominant colour does not drown the rest
    }
  }

  private static void edges(Plane plane, float[] to, int start) {
    for (int y = 1; y < SIDE - 1; y++) {
      for (int x = 1; x < SIDE - 1; x++) {
        double dx = plane.at(x + 1, y) - plane.at(x - 1, y);
        double dy = plane.at(x, y + 1) - plane.at(x, y - 1);
        double angle = StrictMath.atan2(dy, dx) / Math.PI; // from -1 to 1; opposite ones are equal
        int direction = (int) Math.floor((angle + 1) * DIRECTIONS) % DIRECTIONS;
        int tile = y / TILE * TILES + x / TILE;
        to[start + tile * DIRECTIONS + direction] +=
            (float) (Math.sqrt(dx * dx + dy * dy) / (255 * TILE));
      }
    }
  }

  private static void frequencies(Plane plane, float[] to, int start) {
    int at = start;
    for (int v = 0; v < FREQUENCIES; v++) {
      for (int u = 0; u < FREQUENCIES; u++) {
        if (u + v == 0) {
          continue; // the mean, which the colours have
        }
        double sum = 0;
        for (int y = 0; y < SIDE; y++) {
          double vertical = StrictMath.cos(Math.PI * (2 * y + 1) * v / (2 * SIDE));
          for (int x = 0; x < SIDE; x++) {
            sum += plane.at(x, y) * vertical * COSINES[u][x];
          }
        }
        to[at++] = (float) (Math.signum(sum) * Math.sqrt(Math.abs(sum) / (SIDE * SIDE)));
      }
    }
  }

  private static final double[][] COSINES = cosines();

  private static double[][] cosines() {
    double[][] table = new double[FREQUENCIES][SIDE];
    for (int u = 0; u < FREQUENCIES; u++) {
      for (int x = 0; x < SIDE; x++) {
        table[u][x] = StrictMath.cos(Math.PI * (2 * x + 1) * u / (2 * SIDE));
      }
    }
    return table;
  }
}

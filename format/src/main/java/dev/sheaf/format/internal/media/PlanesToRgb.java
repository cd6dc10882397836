package dev.sheaf.format.internal.media;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Makes packed RGB of planes of YCbCr with 8 bits and a sample of chroma for 2 x 2 pixels, as
 * nearly all video is: the bits that swscale makes with {@code bitexact}, {@code accurate_rnd} and
 * full chroma, in less time. For one thread at a time.
 *
 * <p>Chroma lies between two rows, and at the left column or between two. A colour of a pixel is a
 * sum in fixed point of a term of luma and of those of four samples of chroma, which are linear:
 * they are multiplied once a sample and then only weighted and added. All loops but the first and
 * the last of a row go over integers of 32 bits without branches, which C2 turns into vector code.
 *
 * <p>Source: {@code yuv2gbrp_full_X_c} in {@code libswscale/output.c}, {@code
 * ff_yuv2rgb_c_init_tables} in {@code libswscale/yuv2rgb.c} of FFmpeg. Its weights are exact for
 * these places of chroma, so that nothing is rounded before the last shift.
 */
final class PlanesToRgb {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int FRACTION = 22;

  /** Luma in swscale's fixed point. */
  private static final int LUMA_ONE = 512;

  /** One of the 16 parts that the weights of chroma are made of. */
  private static final int CHROMA_PART = 32;

  /**
   * How YCbCr becomes RGB.
   *
   * @param redOfV the first of {@code sws_getCoefficients}
   * @param blueOfU the second
   * @param greenOfU the third
   * @param greenOfV the fourth
   * @param full whether all levels are used rather than 16 to 235 and 240
   * @param between whether chroma lies between two columns rather than at the left one
   */
  record Colours(
      int redOfV, int blueOfU, int greenOfU, int greenOfV, boolean full, boolean between) {}

  private final int width;
  private final int height;
  private final int samples;
  private final boolean between;
  private final int redOfV;
  private final int greenOfU;
  private final int greenOfV;
  private final int blueOfU;
  private final int[] luma = new int[256];
  private final Terms[] rows = new Terms[3];
  private final Terms mixed;
  private final int[] us;
  private final int[] vs;
  private final int[] weighed;
  private final int[] evenLuma;
  private final int[] oddLuma;
  private final int[] evenPixels;
  private final int[] oddPixels;

  /** What chroma adds to each colour. */
  private static final class Terms {
    private final int[] red;
    private final int[] green;
    private final int[] blue;
    private int row = -1;

    Terms(int count) {
      red = new int[count];
      green = new int[count];
      blue = new int[count];
    }
  }

  PlanesToRgb(int width, int height, Colours colours) {
    this.width = width;
    this.height = height;
    this.samples = (width + 1) / 2;
    this.between = colours.between();
    this.redOfV = coefficient(colours.redOfV(), colours.full());
    this.blueOfU = coefficient(colours.blueOfU(), colours.full());
    this.greenOfU = coefficient(-colours.greenOfU(), colours.full());
    this.greenOfV = coefficient(-colours.greenOfV(), colours.full());
    long scale = colours.full() ? 1 << 16 : (255 << 16) / 219;
    int black = colours.full() ? 0 : 16;
    for (int level = 0; level < luma.length; level++) {
      luma[level] = (level - black) * LUMA_ONE * rounded(scale) + (1 << (FRACTION - 1));
    }
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new Terms(samples);
    }
    this.mixed = new Terms(samples);
    this.us = new int[samples];
    this.vs = new int[samples];
    this.weighed = new int[samples];
    this.evenLuma = new int[samples];
    this.oddLuma = new int[samples];
    this.evenPixels = new int[samples];
    this.oddPixels = new int[samples];
  }

  private static int coefficient(int table, boolean full) {
    return CHROMA_PART * rounded(full ? table * 224L / 255 : table);
  }

  /** {@code roundToInt16} of a number with 16 bits of fraction, in 13. */
  private static int rounded(long number) {
    return (int) ((number * (1 << 13) + (1 << 15)) >> 16);
  }

  /** The planes of a frame, row after row, and the bytes from one row to the next. */
  static final class Planes {
    private final byte[] y;
    private final byte[] u;
    private final byte[] v;
    private final int lumaStride;
    private final int chromaStride;

    /** Takes the planes over; nobody may change them meanwhile. */
    Planes(byte[] y, byte[] u, byte[] v, int lumaStride, int chromaStride) {
      this.y = y;
      this.u = u;
      this.v = v;
      this.lumaStride = lumaStride;
      this.chromaStride = chromaStride;
    }
  }

  /** Writes {@code height * width * 3} bytes from {@code offset} on. */
  void convert(Planes planes, byte[] out, int offset) {
    for (Terms terms : rows) {
      terms.row = -1;
    }
    int last = (height + 1) / 2 - 1;
    for (int row = 0; row < height; row++) {
      int near = row / 2;
      int far = Math.min(last, Math.max(0, (row & 1) == 0 ? near - 1 : near + 1));
      Terms one = terms(planes, near);
      Terms other = terms(planes, far);
      mix(one.red, other.red, mixed.red);
      mix(one.green, other.green, mixed.green);
      mix(one.blue, other.blue, mixed.blue);
      lumas(planes.y, row * planes.lumaStride);
      colour(evenLuma, mixed.red, mixed.green, mixed.blue, -1, evenPixels);
      colour(oddLuma, mixed.red, mixed.green, mixed.blue, 1, oddPixels);
      pack(out, offset + row * width * 3);
    }
  }

  private Terms terms(Planes planes, int row) {
    Terms terms = rows[row % rows.length];
    if (terms.row != row) {
      terms.row = row;
      int at = row * planes.chromaStride;
      multiply(planes, at, terms);
    }
    return terms;
  }

  private void multiply(Planes planes, int at, Terms terms) {
    centre(planes.u, at, us);
    centre(planes.v, at, vs);
    product(vs, redOfV, terms.red);
    product(us, blueOfU, terms.blue);
    products(us, greenOfU, vs, greenOfV, terms.green);
  }

  private static void centre(byte[] plane, int at, int[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = (plane[at + i] & 0xff) - 128;
    }
  }

  // C2 makes vector code of a loop that writes one array and reads others only where the index is
  // the same in all, for they might be one array: neighbours are copied to a place of their own.

  private static void product(int[] in, int factor, int[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = in[i] * factor;
    }
  }

  private static void products(int[] one, int a, int[] other, int b, int[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = one[i] * a + other[i] * b;
    }
  }

  private static void mix(int[] near, int[] far, int[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = 3 * near[i] + far[i];
    }
  }

  private static void sum(int[] one, int[] other, int[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = one[i] + other[i];
    }
  }

  private void lumas(byte[] y, int at) {
    int[] even = evenLuma;
    int[] odd = oddLuma;
    for (int i = 0; i < width / 2; i++) {
      even[i] = luma[y[at + 2 * i] & 0xff];
      odd[i] = luma[y[at + 2 * i + 1] & 0xff];
    }
    if ((width & 1) == 1) {
      even[samples - 1] = luma[y[at + width - 1] & 0xff];
    }
  }

  /** Tells whether an image of this size is made as swscale makes it, which narrows its filters. */
  static boolean fits(int width, int height) {
    int columns = (width + 1) / 2;
    int rows = (height + 1) / 2;
    return (columns == 1 || columns > 3) && (rows == 1 || rows > 3);
  }

  /** Makes the pixels of every other column; the neighbour on that side has a part in them. */
  private void colour(int[] luma, int[] red, int[] green, int[] blue, int side, int[] out) {
    int shift = weigh(red, side);
    first(luma, weighed, shift, out);
    weigh(green, side);
    further(luma, weighed, shift, out, 8);
    weigh(blue, side);
    further(luma, weighed, shift, out, 16);
  }

  /** Interpolates between samples and returns the bits by which the sums are to be shifted up. */
  private int weigh(int[] in, int side) {
    if (side < 0 && !between) {
      System.arraycopy(in, 0, weighed, 0, samples);
      return 2;
    }
    int last = samples - 1;
    System.arraycopy(in, side < 0 ? 0 : 1, weighed, side < 0 ? 1 : 0, last);
    int edge = side < 0 ? 0 : last;
    weighed[edge] = in[edge];
    if (between) {
      mix(in, weighed, weighed);
      return 0;
    }
    sum(in, weighed, weighed);
    return 1;
  }

  // One loop for all three would be above what C2 unrolls.

  private static void first(int[] luma, int[] chroma, int up, int[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = clip((luma[i] + (chroma[i] << up)) >> FRACTION);
    }
  }

  private static void further(int[] luma, int[] chroma, int up, int[] out, int to) {
    for (int i = 0; i < out.length; i++) {
      out[i] |= clip((luma[i] + (chroma[i] << up)) >> FRACTION) << to;
    }
  }

  /** Clips to a byte; C2 of Java 17 has no vector code for Math.min of integers. */
  private static int clip(int level) {
    int positive = level & ~(level >> 31);
    return (positive | (255 - positive) >> 31) & 0xff;
  }

  /** Writes four pixels as three integers. */
  private void pack(byte[] out, int at) {
    int[] even = evenPixels;
    int[] odd = oddPixels;
    int to = at;
    int i = 0;
    for (; i < width / 4 * 2; i += 2) {
      int b = odd[i];
      int c = even[i + 1];
      INTS.set(out, to, even[i] | b << 24);
      INTS.set(out, to + 4, b >>> 8 | c << 16);
      INTS.set(out, to + 8, c >>> 16 | odd[i + 1] << 8);
      to += 12;
    }
    for (int x = 2 * i; x < width; x++) {
      int pixel = (x & 1) == 0 ? even[x / 2] : odd[x / 2];
      out[to++] = (byte) pixel;
      out[to++] = (byte) (pixel >> 8);
      out[to++] = (byte) (pixel >> 16);
    }
  }
}

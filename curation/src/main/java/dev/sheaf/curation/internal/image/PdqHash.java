package dev.sheaf.curation.internal.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A perceptual hash of 256 bits with a quality from 0 to 100: pictures that look alike differ in
 * few bits. Scaling, recompression, loss of colour and small logos change few; rotation, mirroring
 * and cropping change many. Immutable.
 *
 * <p>Source: Facebook, "PDQ and TMK+PDQF" (2019): luminance; two passes of a box filter along both
 * axes; 64 x 64 samples; the 16 x 16 lowest frequencies of the cosine transform without the
 * constant ones; a bit is set where a coefficient is above the median. Bit {@code 16 i + j} stands
 * for the vertical frequency {@code i + 1} and the horizontal {@code j + 1}. By the authors' advice
 * two pictures match up to a distance of 31, and hashes of quality 49 or less are not used.
 */
public final class PdqHash {
  /** The length of the hash in bits. */
  public static final int BITS = 256;

  /** The length of {@link #toBytes()}. */
  public static final int BYTES = 33;

  private static final int SIDE = 64;
  private static final int FREQUENCIES = 16;
  private static final int LEAST_SIDE = 5;
  private static final double[][] COSINES = cosines();

  private final long[] words;
  private final int quality;

  private PdqHash(long[] words, int quality) {
    this.words = words;
    this.quality = quality;
  }

  /** Returns the hash of a picture; of quality 0 if a side has fewer than five pixels. */
  public static PdqHash of(Picture picture) {
    return of(picture.luminance());
  }

  static PdqHash of(Plane luminance) {
    if (luminance.width() < LEAST_SIDE || luminance.height() < LEAST_SIDE) {
      return new PdqHash(new long[4], 0);
    }
    double[][] small = sampled(luminance);
    double[][] spectrum = spectrum(small);
    return new PdqHash(bits(spectrum), quality(small));
  }

  /** Returns the hash with these words, the first with bits 0 to 63, lowest first. */
  public static PdqHash of(long[] words, int quality) {
    return new PdqHash(words.clone(), quality);
  }

  /** Returns the hash that {@link #toBytes} wrote. */
  public static PdqHash of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    long[] words = new long[4];
    for (int i = 0; i < words.length; i++) {
      words[i] = in.getLong();
    }
    return new PdqHash(words, in.get());
  }

  /** Returns the four words, big-endian, and the quality. */
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    for (long word : words) {
      out.putLong(word);
    }
    return out.put((byte) quality).array();
  }

  /** Returns 64 of the bits. */
  public long word(int i) {
    return words[i];
  }

  /** Returns how much there is to recognise, from 0 (nothing) to 100. */
  public int quality() {
    return quality;
  }

  /** Returns the number of bits in which two hashes differ. */
  public int distance(PdqHash other) {
    int distance = 0;
    for (int i = 0; i < words.length; i++) {
      distance += Long.bitCount(words[i] ^ other.words[i]);
    }
    return distance;
  }

  private static double[][] sampled(Plane luminance) {
    Plane blurred = luminance;
    if (luminance.width() != SIDE || luminance.height() != SIDE) {
      int sizeX = (luminance.width() + 2 * SIDE - 1) / (2 * SIDE);
      int sizeY = (luminance.height() + 2 * SIDE - 1) / (2 * SIDE);
      blurred = luminance.box(sizeX, sizeY).box(sizeX, sizeY);
    }
    double[][] small = new double[SIDE][SIDE];
    for (int i = 0; i < SIDE; i++) {
      int y = (int) ((i + 0.5) * luminance.height() / SIDE);
      for (int j = 0; j < SIDE; j++) {
        int x = (int) ((j + 0.5) * luminance.width() / SIDE);
        small[i][j] = blurred.at(x, y);
      }
    }
    return small;
  }

  private static int quality(double[][] small) {
    int gradients = 0;
    for (int i = 0; i < SIDE; i++) {
      for (int j = 0; j < SIDE; j++) {
        if (i + 1 < SIDE) {
          gradients += Math.abs((int) ((small[i][j] - small[i + 1][j]) * 100 / 255));
        }
        if (j + 1 < SIDE) {
          gradients += Math.abs((int) ((small[i][j] - small[i][j + 1]) * 100 / 255));
        }
      }
    }
    return Math.min(100, gradients / 90);
  }

  private static double[][] spectrum(double[][] small) {
    double[][] half = new double[FREQUENCIES][SIDE];
    for (int i = 0; i < FREQUENCIES; i++) {
      for (int j = 0; j < SIDE; j++) {
        for (int k = 0; k < SIDE; k++) {
          half[i][j] += COSINES[i][k] * small[k][j];
        }
      }
    }
    double[][] whole = new double[FREQUENCIES][FREQUENCIES];
    for (int i = 0; i < FREQUENCIES; i++) {
      for (int j = 0; j < FREQUENCIES; j++) {
        for (int k = 0; k < SIDE; k++) {
          whole[i][j] += half[i][k] * COSINES[j][k];
        }
      }
    }
    return whole;
  }

  private static long[] bits(double[][] spectrum) {
    double[] sorted = Arrays.stream(spectrum).flatMapToDouble(Arrays::stream).sorted().toArray();
    double median = sorted[BITS / 2 - 1];
    long[] words = new long[BITS / 64];
    for (int bit = 0; bit < BITS; bit++) {
      if (spectrum[bit / FREQUENCIES][bit % FREQUENCIES] > median) {
        words[bit / 64] |= 1L << bit % 64;
      }
    }
    return words;
  }

  /** StrictMath, so that a hash is the same on every machine. */
  private static double[][] cosines() {
    double[][] table = new double[FREQUENCIES][SIDE];
    double scale = StrictMath.sqrt(2.0 / SIDE);
    for (int i = 0; i < FREQUENCIES; i++) {
      for (int j = 0; j < SIDE; j++) {
        table[i][j] = scale * StrictMath.cos(Math.PI / 2 / SIDE * (i + 1) * (2 * j + 1));
      }
    }
    return table;
  }

  /** Returns the bits as 64 hex digits, bit 255 first, as the authors' tools print them. */
  @Override
  public String toString() {
    return String.format("%016x%016x%016x%016x", words[3], words[2], words[1], words[0]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PdqHash hash
        && quality == hash.quality
        && Arrays.equals(words, hash.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }
}

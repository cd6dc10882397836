package dev.sheaf.format.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * The samples of the benchmarks, each made from its number alone. Seeds are hashed: generators
 * seeded with neighbouring numbers overlap, and what they fill compresses.
 */
public final class BenchData {
  /** The elements of an embedding. */
  public static final int DIMENSIONS = 512;

  /** The bytes of an embedding. */
  public static final int EMBEDDING_BYTES = DIMENSIONS * 4;

  private static final int LEAST_IMAGE_BYTES = 22_528;
  private static final int IMAGE_SPREAD = 4_097;
  private static final String[] WORDS = words();

  private BenchData() {}

  /** Which columns a sample has. */
  public enum Shape {
    /** Key columns, caption of about 120 bytes, embedding and image: about 27 KB. */
    WIDE(20_000),
    /** Scalars and a caption of about 20 bytes. */
    NARROW(10_000_000);

    private final int samples;

    Shape(int samples) {
      this.samples =
          Integer.getInteger("bench." + name().toLowerCase(java.util.Locale.ROOT), samples);
    }

    /** Returns the number of samples. */
    public int samples() {
      return samples;
    }
  }

  /** Spreads the bits of a number over all 64. */
  static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** Makes the words that captions are made of. */
  private static String[] words() {
    SplittableRandom random = new SplittableRandom(mix(77));
    String[] words = new String[4_096];
    for (int i = 0; i < words.length; i++) {
      StringBuilder word = new StringBuilder();
      int length = 2 + random.nextInt(9);
      for (int j = 0; j < length; j++) {
        word.append((char) ('a' + random.nextInt(26)));
      }
      words[i] = word.toString();
    }
    return words;
  }

  /** Fills {@code target} with sample {@code i}. */
  public static void fill(Shape shape, long i, Target target) {
    SplittableRandom random = new SplittableRandom(mix(mix(i) ^ shape.ordinal()));
    target.clear();
    target.id = i;
    target.w = 256 + random.nextInt(4_096);
    target.h = 256 + random.nextInt(4_096);
    target.score = (float) random.nextDouble();
    target.ts = 1_600_000_000_000L + random.nextLong(200_000_000_000L);
    target.lang = random.nextInt(40);
    target.aes = (float) (random.nextDouble() * 10);
    int length = shape == Shape.WIDE ? 100 + random.nextInt(41) : 16 + random.nextInt(9);
    target.caption(caption(random, length));
    if (shape == Shape.WIDE) {
      ByteBuffer floats = ByteBuffer.allocate(EMBEDDING_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int d = 0; d < DIMENSIONS; d++) {
        floats.putFloat((float) random.nextDouble(-1, 1));
      }
      target.embedding(floats.array());
      byte[] image = new byte[LEAST_IMAGE_BYTES + random.nextInt(IMAGE_SPREAD)];
      random.nextBytes(image);
      target.image(image);
    }
  }

  private static byte[] caption(SplittableRandom random, int length) {
    StringBuilder text = new StringBuilder(length + 12);
    while (text.length() < length) {
      text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    text.setLength(length);
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}

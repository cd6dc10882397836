package dev.sheaf.format.bench;

import java.io.IOException;
import java.util.SplittableRandom;

/** A store of samples that can be read by index. Used by one thread. */
public interface Store extends AutoCloseable {
  /** Copies all cells of a sample. */
  void readAll(long index, Target target) throws IOException;

  /** Copies the caption and the embedding of a sample, or the caption alone of a narrow one. */
  void readText(long index, Target target) throws IOException;

  /** Copies the image of a wide sample. */
  void readImage(long index, Target target) throws IOException;

  /** Copies many samples, one after the other into the same target; returns their bytes. */
  long take(long[] indices, Target target) throws IOException;

  /** Copies all samples in order, one after the other into the same target; returns their bytes. */
  long scan(Target target) throws IOException;

  /**
   * Gets hold of the cells of a sample without a copy and returns something of each, or throws
   * {@link UnsupportedOperationException}.
   *
   * @param all whether all cells, or caption and embedding
   */
  default long view(long index, boolean all) throws IOException {
    throw new UnsupportedOperationException("always copies");
  }

  @Override
  void close() throws IOException;

  /** Checks 60 samples byte for byte every way, a take and a scan. */
  static void verify(Store store, BenchData.Shape shape, boolean scan) throws IOException {
    SplittableRandom random = new SplittableRandom(BenchData.mix(60));
    Target expected = new Target();
    Target target = new Target();
    for (int i = 0; i < 60; i++) {
      long index = random.nextLong(shape.samples());
      BenchData.fill(shape, index, expected);
      target.clear();
      target.id = index;
      store.readText(index, target);
      target.requireSameText(expected);
      target.clear();
      store.readAll(index, target);
      target.requireSame(expected);
      if (shape == BenchData.Shape.WIDE) {
        target.clear();
        store.readImage(index, target);
        target.requireSameImage(expected);
      }
    }
    long[] indices = random.longs(256, 0, shape.samples()).toArray();
    long bytes = 0;
    for (long index : indices) {
      BenchData.fill(shape, index, expected);
      bytes += expected.length();
    }
    require("take", bytes, store.take(indices, target));
    if (scan) {
      bytes = 0;
      for (long index = 0; index < shape.samples(); index++) {
        BenchData.fill(shape, index, expected);
        bytes += expected.length();
      }
      require("scan", bytes, store.scan(target));
    }
  }

  private static void require(String what, long expected, long actual) {
    if (expected != actual) {
      throw new IllegalStateException(
          what + " gave another number of bytes: expected=" + expected + " actual=" + actual);
    }
  }
}

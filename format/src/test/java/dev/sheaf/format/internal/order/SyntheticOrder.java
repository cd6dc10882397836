package dev.sheaf.format.internal.order;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Makes the {@code order/} blobs of large versions in well under a second, for tests that need a
 * version tree of a billion samples without the samples.
 */
public final class SyntheticOrder {
  /** The slots of a full segment. */
  public static final int SEGMENT_ROWS = OrderDescriptor.MAX_SLOTS;

  private SyntheticOrder() {}

  /** Returns the segment that holds ordinals {@code 65536 number} onward of the one run. */
  public static SegmentKey segment(long run, long number) {
    return new SegmentKey(run, number * SEGMENT_ROWS);
  }

  /** Returns the order of {@code samples} samples in one run of full segments, by path. */
  public static Map<String, byte[]> blobs(long run, long samples) {
    OrderEdit edit = OrderEdit.empty();
    for (long first = 0; first < samples; first += SEGMENT_ROWS) {
      edit.append(new SegmentKey(run, first), (int) Math.min(SEGMENT_ROWS, samples - first));
    }
    return new TreeMap<>(edit.build().puts());
  }

  /** Returns the same samples in a shuffled order. */
  public static Map<String, byte[]> shuffled(long run, int samples, long seed) {
    int[] ordinals = new int[samples];
    Random random = new Random(seed);
    for (int i = 0; i < samples; i++) {
      int j = random.nextInt(i + 1);
      ordinals[i] = ordinals[j];
      ordinals[j] = i;
    }
    OrderEdit edit = OrderEdit.empty();
    edit.replace(
        LongStream.range(0, samples)
            .mapToObj(
                i -> {
                  int ordinal = ordinals[(int) i];
                  return new Position(segment(run, ordinal / SEGMENT_ROWS), ordinal % SEGMENT_ROWS);
                })
            .iterator());
    return new TreeMap<>(edit.build().puts());
  }
}

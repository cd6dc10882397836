package dev.sheaf.format.internal.diff;

import dev.sheaf.format.internal.order.OrderDiff;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.roaringbitmap.RoaringBitmap;

/**
 * Finds the samples that moved: those outside a longest common subsequence of two orders, which for
 * permutations is a longest ascending one (Fredman, "On computing the length of longest increasing
 * subsequences", 1975; n log n).
 */
public final class OrderMoves {
  private final Map<SegmentKey, Integer> numbers = new HashMap<>();
  private final List<SegmentKey> segments = new ArrayList<>();
  private final Function<SegmentKey, RoaringBitmap> inBoth;

  private OrderMoves(Function<SegmentKey, RoaringBitmap> inBoth) {
    this.inBoth = inBoth;
  }

  /**
   * Returns the moved slots by segment.
   *
   * @param inBoth the slots of a segment that are live in both versions
   */
  public static Map<SegmentKey, RoaringBitmap> of(
      OrderDiff diff, Function<SegmentKey, RoaringBitmap> inBoth) {
    if (diff.before().isEmpty() || diff.after().isEmpty()) {
      return Map.of();
    }
    OrderMoves moves = new OrderMoves(inBoth);
    long[] before = moves.places(diff.before());
    long[] after = moves.places(diff.after());
    return Arrays.equals(before, after) ? Map.of() : moves.moved(before, after);
  }

  private long[] places(List<OrderDiff.Run> runs) {
    long[] places = new long[1024];
    int size = 0;
    Map<SegmentKey, RoaringBitmap> known = new HashMap<>();
    for (OrderDiff.Run run : runs) {
      RoaringBitmap live = known.computeIfAbsent(run.segment(), inBoth);
      long segment = number(run.segment()) << 16;
      for (int slot = run.firstSlot(); slot < run.firstSlot() + run.slotCount(); slot++) {
        if (live.contains(slot)) {
          if (size == places.length) {
            places = Arrays.copyOf(places, size * 2);
          }
          places[size++] = segment | slot;
        }
      }
    }
    return Arrays.copyOf(places, size);
  }

  private long number(SegmentKey key) {
    return numbers.computeIfAbsent(
        key,
        fresh -> {
          segments.add(fresh);
          return segments.size() - 1;
        });
  }

  private Map<SegmentKey, RoaringBitmap> moved(long[] before, long[] after) {
    long[] sorted = before.clone();
    Arrays.sort(sorted);
    int[] positionBefore = new int[sorted.length];
    for (int i = 0; i < before.length; i++) {
      positionBefore[Arrays.binarySearch(sorted, before[i])] = i;
    }
    int[] sequence = new int[after.length];
    for (int i = 0; i < after.length; i++) {
      sequence[i] = positionBefore[Arrays.binarySearch(sorted, after[i])];
    }
    boolean[] stays = longestAscending(sequence);
    Map<SegmentKey, RoaringBitmap> moved = new TreeMap<>();
    for (int i = 0; i < after.length; i++) {
      if (!stays[i]) {
        moved
            .computeIfAbsent(segments.get((int) (after[i] >>> 16)), key -> new RoaringBitmap())
            .add((int) (after[i] & 0xffff));
      }
    }
    return moved;
  }

  private static boolean[] longestAscending(int[] sequence) {
    int[] endOfLength = new int[sequence.length];
    int[] previous = new int[sequence.length];
    int length = 0;
    for (int i = 0; i < sequence.length; i++) {
      int low = 0;
      int high = length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (sequence[endOfLength[middle]] < sequence[i]) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      previous[i] = low == 0 ? -1 : endOfLength[low - 1];
      endOfLength[low] = i;
      length = Math.max(length, low + 1);
    }
    boolean[] chosen = new boolean[sequence.length];
    for (int at = length == 0 ? -1 : endOfLength[length - 1]; at >= 0; at = previous[at]) {
      chosen[at] = true;
    }
    return chosen;
  }
}

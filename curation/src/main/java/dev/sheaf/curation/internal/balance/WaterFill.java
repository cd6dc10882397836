package dev.sheaf.curation.internal.balance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Shares a total between categories as evenly as their bounds allow: every category gets the same
 * level, unless its lower bound is above or its upper bound below (max-min fairness, "water
 * filling"; Bertsekas, Gallager, "Data Networks", 6.5.2). Whole numbers only.
 */
public final class WaterFill {
  private WaterFill() {}

  /**
   * Returns a share for each category; the shares add up to the total, or to all upper bounds if
   * those are less.
   *
   * @param total what is shared; at least the sum of the lower bounds
   * @param lower the least share of each
   * @param upper the greatest share of each; at least the lower bound
   * @param tie where one unit is left for some of several equal categories, those with the least
   *     tie value get it; distinct values make the result unique
   * @throws IllegalArgumentException if the lower bounds add up to more than the total
   */
  public static long[] share(long total, long[] lower, long[] upper, long[] tie) {
    long least = Arrays.stream(lower).sum();
    if (least > total) {
      throw new IllegalArgumentException("lower bounds " + least + " > total " + total);
    }
    long level = level(total, lower, upper);
    long[] shares = at(level, lower, upper);
    long left = Math.min(total, Arrays.stream(upper).sum()) - Arrays.stream(shares).sum();
    long[] next = at(level + 1, lower, upper);
    int[] growing =
        IntStream.range(0, lower.length)
            .filter(i -> next[i] > shares[i])
            .boxed()
            .sorted(Comparator.comparingLong((Integer i) -> tie[i]).thenComparing(i -> i))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i = 0; i < left; i++) {
      shares[growing[i]]++;
    }
    return shares;
  }

  /** Returns the highest level whose shares do not exceed the total. */
  private static long level(long total, long[] lower, long[] upper) {
    long low = 0;
    long high = Arrays.stream(upper).max().orElse(0);
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (Arrays.stream(at(middle, lower, upper)).sum() <= total) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private static long[] at(long level, long[] lower, long[] upper) {
    long[] shares = new long[lower.length];
    Arrays.setAll(shares, i -> Math.min(upper[i], Math.max(lower[i], level)));
    return shares;
  }
}

package dev.sheaf.format.hostile;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What came of damaged files. Safe for use by several threads. */
final class Tally {
  /** What the reads of one case may allocate; no golden file has 128 KiB. */
  static final long LIMIT_BYTES = 4 << 20;

  final LongAdder files = new LongAdder();
  final LongAdder flips = new LongAdder();
  final LongAdder cuts = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder right = new LongAdder();
  final LongAccumulator mostBytes = new LongAccumulator(Math::max, 0);

  /** Prints the counts. */
  void print(String what) {
    System.out.printf(
        "%s: %d files, %d flips, %d cuts: %d reads refused, %d right, none else;"
            + " a case took at most %d KiB%n",
        what,
        files.sum(),
        flips.sum(),
        cuts.sum(),
        refused.sum(),
        right.sum(),
        mostBytes.get() >> 10);
  }
}

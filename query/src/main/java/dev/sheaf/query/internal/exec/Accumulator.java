package dev.sheaf.query.internal.exec;

import java.util.Arrays;

/** One aggregate of all groups, in arrays by group. For one thread. */
abstract class Accumulator {
  /** The aggregates. */
  enum Function {
    COUNT,
    SUM,
    SUM0,
    MIN,
    MAX,
    AVG,
    VAR_POP,
    VAR_SAMP,
    STDDEV_POP,
    STDDEV_SAMP
  }

  /** How many groups there is room for. */
  private int room = 16;

  /**
   * Adds rows.
   *
   * @param vec the argument, or null for COUNT(*)
   * @param groups the group of each row
   * @param wanted which rows count, or null for all
   */
  final void add(Vec vec, int[] groups, int groupCount, boolean[] wanted) {
    reserve(groupCount);
    if (wanted != null || vec != null && vec.nulls() != null) {
      int[] rows = new int[groups.length];
      int count = 0;
      for (int i = 0; i < groups.length; i++) {
        rows[count] = i;
        boolean counts = (wanted == null || wanted[i]) && (vec == null || !vec.isNull(i));
        count += counts ? 1 : 0;
      }
      addSome(vec, groups, Arrays.copyOf(rows, count));
    } else {
      addAll(vec, groups);
    }
  }

  /** Adds some rows, which are not null. */
  private void addSome(Vec vec, int[] groups, int[] rows) {
    int[] some = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      some[i] = groups[rows[i]];
    }
    // A count looks at no value.
    addAll(vec == null || this instanceof Count ? null : vec.take(rows), some);
  }

  /**
   * Adds the rows of another, which come after those of this one.
   *
   * @param into the group here of each group there
   */
  final void merge(Accumulator later, int[] into, int groupCount) {
    reserve(groupCount);
    later.reserve(into.length);
    mergeAll(later, into);
  }

  private void reserve(int groupCount) {
    if (groupCount > room) {
      room = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(groupCount, 2L * room));
      grow(room);
    }
  }

  /** Adds rows, none of which is null. */
  abstract void addAll(Vec vec, int[] groups);

  abstract void mergeAll(Accumulator later, int[] into);

  /** Makes room for groups. */
  abstract void grow(int length);

  /** Returns the results of the groups {@code [from, to)}. */
  abstract Vec build(int from, int to);

  static Accumulator of(Function function, Kind argument) {
    return switch (function) {
      case COUNT -> new Count();
      case SUM, SUM0 ->
          argument == Kind.LONG ? new LongSum(function == Function.SUM0) : new DoubleSum(function);
      case AVG -> new DoubleSum(function);
      case MIN, MAX ->
          switch (argument) {
            case LONG -> new LongExtreme(function == Function.MIN);
            case DOUBLE -> new DoubleExtreme(function == Function.MIN);
            default -> new ExtremeOfAny(argument, function == Function.MIN);
          };
      case VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP -> new Spread(function);
    };
  }

  private static final class Count extends Accumulator {
    private long[] counts = new long[16];

    @Override
    void grow(int length) {
      counts = Arrays.copyOf(counts, length);
    }

    @Override
    void addAll(Vec vec, int[] groups) {
      for (int group : groups) {
        counts[group]++;
      }
    }

    @Override
    void mergeAll(Accumulator later, int[] into) {
      long[] more = ((Count) later).counts;
      for (int i = 0; i < into.length; i++) {
        counts[into[i]] += more[i];
      }
    }

    @Override
    Vec build(int from, int to) {
      return new Vec.Longs(Arrays.copyOfRange(counts, from, to), null);
    }
  }

  /** Shared by those that are null where no row counted. */
  private abstract static class Nullable extends Accumulator {
    boolean[] any = new boolean[16];

    @Override
    void grow(int length) {
      any = Arrays.copyOf(any, length);
    }

    final boolean[] nulls(int from, int to) {
      boolean[] nulls = null;
      for (int i = from; i < to; i++) {
        if (!any[i]) {
          nulls = nulls == null ? new boolean[to - from] : nulls;
          nulls[i - from] = true;
        }
      }
      return nulls;
    }
  }

  private static final class LongSum extends Nullable {
    private final boolean zero;
    private long[] sums = new long[16];

    LongSum(boolean zero) {
      this.zero = zero;
    }

    @Override
    void grow(int length) {
      super.grow(length);
      sums = Arrays.copyOf(sums, length);
    }

    @Override
    void addAll(Vec vec, int[] groups) {
      long[] values = ((Vec.Longs) vec).values;
      for (int i = 0; i < groups.length; i++) {
        add(groups[i], values[i]);
      }
    }

    private void add(int group, long value) {
      long sum = sums[group] + value;
      if (((sums[group] ^ sum) & (value ^ sum)) < 0) {
        throw Numbers.tooLarge("BIGINT", "DOUBLE");
      }
      sums[group] = sum;
      any[group] = true;
    }

    @Override
    void mergeAll(Accumulator later, int[] into) {
      LongSum more = (LongSum) later;
      for (int i = 0; i < into.length; i++) {
        if (more.any[i]) {
          add(into[i], more.sums[i]);
        }
      }
    }

    @Override
    Vec build(int from, int to) {
      return new Vec.Longs(Arrays.copyOfRange(sums, from, to), zero ? null : nulls(from, to));
    }
  }

  /** Sums of floating point, and means. */
  private static final class DoubleSum extends Accumulator {
    private final Function function;
    private long[] counts = new long[16];
    private double[] sums = new double[16];

    DoubleSum(Function function) {
      this.function = function;
    }

    @Override
    void grow(int length) {
      counts = Arrays.copyOf(counts, length);
      sums = Arrays.copyOf(sums, length);
    }

    @Override
    void addAll(Vec vec, int[] groups) {
      double[] values = Numbers.doubles(vec);
      for (int i = 0; i < groups.length; i++) {
        counts[groups[i]]++;
        sums[groups[i]] += values[i];
      }
    }

    @Override
    void mergeAll(Accumulator later, int[] into) {
      DoubleSum more = (DoubleSum) later;
      for (int i = 0; i < into.length; i++) {
        counts[into[i]] += more.counts[i];
        sums[into[i]] += more.sums[i];
      }
    }

    @Override
    Vec build(int from, int to) {
      double[] result = new double[to - from];
      boolean[] nulls = null;
      for (int i = from; i < to; i++) {
        result[i - from] = function == Function.AVG ? sums[i] / counts[i] : sums[i];
        if (counts[i] == 0 && function != Function.SUM0) {
          nulls = nulls == null ? new boolean[to - from] : nulls;
          nulls[i - from] = true;
        }
      }
      return new Vec.Doubles(result, nulls);
    }
  }

  /**
   * Variances by Welford's recurrence; two of them are put together as Chan, Golub and LeVeque do
   * (Algorithms for computing the sample variance, 1983).
   */
  private static final class Spread extends Accumulator {
    private final Function function;
    private long[] counts = new long[16];
    private double[] means = new double[16];
    private double[] squares = new double[16];

    Spread(Function function) {
      this.function = function;
    }

    @Override
    void grow(int length) {
      counts = Arrays.copyOf(counts, length);
      means = Arrays.copyOf(means, length);
      squares = Arrays.copyOf(squares, length);
    }

    @Override
    void addAll(Vec vec, int[] groups) {
      double[] values = Numbers.doubles(vec);
      for (int i = 0; i < groups.length; i++) {
        int group = groups[i];
        counts[group]++;
        double delta = values[i] - means[group];
        means[group] += delta / counts[group];
        squares[group] += delta * (values[i] - means[group]);
      }
    }

    @Override
    void mergeAll(Accumulator later, int[] into) {
      Spread more = (Spread) later;
      for (int i = 0; i < into.length; i++) {
        int group = into[i];
        if (counts[group] == 0) {
          counts[group] = more.counts[i];
          means[group] = more.means[i];
          squares[group] = more.squares[i];
        } else if (more.counts[i] > 0) {
          double all = (double) counts[group] + more.counts[i];
          double delta = more.means[i] - means[group];
          squares[group] +=
              more.squares[i] + delta * delta * (counts[group] * (more.counts[i] / all));
          means[group] += delta * (more.counts[i] / all);
          counts[group] += more.counts[i];
        }
      }
    }

    @Override
    Vec build(int from, int to) {
      boolean sample = function == Function.VAR_SAMP || function == Function.STDDEV_SAMP;
      double[] result = new double[to - from];
      boolean[] nulls = null;
      for (int i = from; i < to; i++) {
        double n = sample ? counts[i] - 1 : counts[i];
        boolean root = function == Function.STDDEV_POP || function == Function.STDDEV_SAMP;
        result[i - from] = root ? Math.sqrt(squares[i] / n) : squares[i] / n;
        if (n < 1) {
          nulls = nulls == null ? new boolean[to - from] : nulls;
          nulls[i - from] = true;
        }
      }
      return new Vec.Doubles(result, nulls);
    }
  }

  private static final class LongExtreme extends Nullable {
    private final boolean least;
    private long[] values = new long[16];

    LongExtreme(boolean least) {
      this.least = least;
    }

    @Override
    void grow(int length) {
      super.grow(length);
      values = Arrays.copyOf(values, length);
    }

    @Override
    void addAll(Vec vec, int[] groups) {
      long[] from = ((Vec.Longs) vec).values;
      for (int i = 0; i < groups.length; i++) {
        add(groups[i], from[i]);
      }
    }

    private void add(int group, long value) {
      if (!any[group] || (least ? value < values[group] : value > values[group])) {
        values[group] = value;
        any[group] = true;
      }
    }

    @Override
    void mergeAll(Accumulator later, int[] into) {
      LongExtreme more = (LongExtreme) later;
      for (int i = 0; i < into.length; i++) {
        if (more.any[i]) {
          add(into[i], more.values[i]);
        }
      }
    }

    @Override
    Vec build(int from, int to) {
      return new Vec.Longs(Arrays.copyOfRange(values, from, to), nulls(from, to));
    }
  }

  /** NaN is the greatest, as in an order. */
  private static final class DoubleExtreme extends Nullable {
    private final boolean least;
    private double[] values = new double[16];

    DoubleExtreme(boolean least) {
      this.least = least;
    }

    @Override
    void grow(int length) {
      super.grow(length);
      values = Arrays.copyOf(values, length);
    }

    @Override
    void addAll(Vec vec, int[] groups) {
      double[] from = ((Vec.Doubles) vec).values;
      for (int i = 0; i < groups.length; i++) {
        add(groups[i], from[i]);
      }
    }

    private void add(int group, double value) {
      int order = any[group] ? Double.compare(value, values[group]) : 0;
      if (!any[group] || (least ? order < 0 : order > 0)) {
        values[group] = value;
        any[group] = true;
      }
    }

    @Override
    void mergeAll(Accumulator later, int[] into) {
      DoubleExtreme more = (DoubleExtreme) later;
      for (int i = 0; i < into.length; i++) {
        if (more.any[i]) {
          add(into[i], more.values[i]);
        }
      }
    }

    @Override
    Vec build(int from, int to) {
      return new Vec.Doubles(Arrays.copyOfRange(values, from, to), nulls(from, to));
    }
  }

  /** Text and truth values: remembers the extreme of each group, null before there is one. */
  private static final class ExtremeOfAny extends Accumulator {
    private final SortKey order;
    private final Kind kind;
    private Vec[] vecs = new Vec[16];

    ExtremeOfAny(Kind kind, boolean least) {
      this.kind = kind;
      this.order = new SortKey(0, !least, false);
    }

    @Override
    void grow(int length) {
      vecs = Arrays.copyOf(vecs, length);
    }

    @Override
    void addAll(Vec vec, int[] groups) {
      for (int i = 0; i < groups.length; i++) {
        add(groups[i], vec, i);
      }
    }

    private void add(int group, Vec vec, int row) {
      if (vecs[group] == null || order.compare(vec, row, vecs[group], 0) < 0) {
        vecs[group] = vec.take(new int[] {row});
      }
    }

    @Override
    void mergeAll(Accumulator later, int[] into) {
      Vec[] more = ((ExtremeOfAny) later).vecs;
      for (int i = 0; i < into.length; i++) {
        if (more[i] != null) {
          add(into[i], more[i], 0);
        }
      }
    }

    @Override
    Vec build(int from, int to) {
      KeyColumn column = KeyColumn.of(kind);
      Vec nothing = Constants.vec(null, kind, 1);
      for (int i = from; i < to; i++) {
        column.add(vecs[i] == null ? nothing : vecs[i], 0);
      }
      return column.build(0, to - from);
    }
  }
}

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

  /**
   * Adds rows.
   *
   * @param vec the argument, or null for COUNT(*)
   * @param groups the group of each row
   * @param wanted which rows count, or null for all
   */
  abstract void add(Vec vec, int[] groups, int groupCount, boolean[] wanted);

  /** Returns the results of the groups {@code [from, to)}. */
  abstract Vec build(int from, int to);

  private static boolean counts(Vec vec, boolean[] wanted, int row) {
    return (wanted == null || wanted[row]) && (vec == null || !vec.isNull(row));
  }

  private static int grown(int length, int needed) {
    return Math.max(needed, Math.max(16, length * 2));
  }

  static Accumulator of(Function function, Kind argument) {
    return switch (function) {
      case COUNT -> new Count();
      case SUM, SUM0 ->
          argument == Kind.LONG ? new LongSum(function == Function.SUM0) : new Spread(function);
      case MIN, MAX ->
          switch (argument) {
            case LONG -> new LongExtreme(function == Function.MIN);
            case DOUBLE -> new DoubleExtreme(function == Function.MIN);
            default -> new ExtremeOfAny(argument, function == Function.MIN);
          };
      case AVG, VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP -> new Spread(function);
    };
  }

  private static final class Count extends Accumulator {
    private long[] counts = new long[16];

    @Override
    void add(Vec vec, int[] groups, int groupCount, boolean[] wanted) {
      if (groupCount > counts.length) {
        counts = Arrays.copyOf(counts, grown(counts.length, groupCount));
      }
      for (int i = 0; i < groups.length; i++) {
        if (counts(vec, wanted, i)) {
          counts[groups[i]]++;
        }
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

    final boolean[] nulls(int from, int to) {
      boolean[] nulls = null;
      for (int i = from; i < to; i++) {
        if (i >= any.length || !any[i]) {
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
    void add(Vec vec, int[] groups, int groupCount, boolean[] wanted) {
      if (groupCount > sums.length) {
        sums = Arrays.copyOf(sums, grown(sums.length, groupCount));
        any = Arrays.copyOf(any, sums.length);
      }
      long[] values = ((Vec.Longs) vec).values;
      try {
        for (int i = 0; i < groups.length; i++) {
          if (counts(vec, wanted, i)) {
            sums[groups[i]] = Math.addExact(sums[groups[i]], values[i]);
            any[groups[i]] = true;
          }
        }
      } catch (ArithmeticException e) {
        throw Numbers.tooLarge("BIGINT", "DOUBLE");
      }
    }

    @Override
    Vec build(int from, int to) {
      return new Vec.Longs(Arrays.copyOfRange(sums, from, to), zero ? null : nulls(from, to));
    }
  }

  /** Sums of floating point, means, variances by Welford's recurrence. */
  private static final class Spread extends Nullable {
    private final Function function;
    private long[] counts = new long[16];
    private double[] sums = new double[16];
    private double[] squares = new double[16];

    Spread(Function function) {
      this.function = function;
    }

    private boolean isSpread() {
      return function.compareTo(Function.VAR_POP) >= 0;
    }

    @Override
    void add(Vec vec, int[] groups, int groupCount, boolean[] wanted) {
      if (groupCount > sums.length) {
        int length = grown(sums.length, groupCount);
        counts = Arrays.copyOf(counts, length);
        sums = Arrays.copyOf(sums, length);
        squares = Arrays.copyOf(squares, length);
        any = Arrays.copyOf(any, length);
      }
      double[] values = Numbers.doubles(vec);
      for (int i = 0; i < groups.length; i++) {
        if (!counts(vec, wanted, i)) {
          continue;
        }
        int group = groups[i];
        any[group] = true;
        counts[group]++;
        if (isSpread()) {
          double delta = values[i] - sums[group];
          sums[group] += delta / counts[group];
          squares[group] += delta * (values[i] - sums[group]);
        } else {
          sums[group] += values[i];
        }
      }
    }

    @Override
    Vec build(int from, int to) {
      double[] result = new double[to - from];
      boolean[] nulls = function == Function.SUM0 ? null : nulls(from, to);
      for (int i = from; i < to; i++) {
        double n = counts[i];
        result[i - from] =
            switch (function) {
              case AVG -> sums[i] / n;
              case VAR_POP -> squares[i] / n;
              case STDDEV_POP -> Math.sqrt(squares[i] / n);
              case VAR_SAMP -> squares[i] / (n - 1);
              case STDDEV_SAMP -> Math.sqrt(squares[i] / (n - 1));
              default -> sums[i];
            };
        boolean sample = function == Function.VAR_SAMP || function == Function.STDDEV_SAMP;
        if (sample && n < 2) {
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
    void add(Vec vec, int[] groups, int groupCount, boolean[] wanted) {
      if (groupCount > values.length) {
        values = Arrays.copyOf(values, grown(values.length, groupCount));
        any = Arrays.copyOf(any, values.length);
      }
      long[] from = ((Vec.Longs) vec).values;
      for (int i = 0; i < groups.length; i++) {
        if (counts(vec, wanted, i)) {
          int group = groups[i];
          boolean better = least ? from[i] < values[group] : from[i] > values[group];
          if (better || !any[group]) {
            values[group] = from[i];
            any[group] = true;
          }
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
    void add(Vec vec, int[] groups, int groupCount, boolean[] wanted) {
      if (groupCount > values.length) {
        values = Arrays.copyOf(values, grown(values.length, groupCount));
        any = Arrays.copyOf(any, values.length);
      }
      double[] from = ((Vec.Doubles) vec).values;
      for (int i = 0; i < groups.length; i++) {
        if (counts(vec, wanted, i)) {
          int group = groups[i];
          int order = Double.compare(from[i], values[group]);
          if (!any[group] || (least ? order < 0 : order > 0)) {
            values[group] = from[i];
            any[group] = true;
          }
        }
      }
    }

    @Override
    Vec build(int from, int to) {
      return new Vec.Doubles(Arrays.copyOfRange(values, from, to), nulls(from, to));
    }
  }

  /** Text and truth values: remembers where the extreme of each group lies. */
  private static final class ExtremeOfAny extends Nullable {
    private final SortKey order;
    private final Kind kind;
    private Vec[] vecs = new Vec[16];

    ExtremeOfAny(Kind kind, boolean least) {
      this.kind = kind;
      this.order = new SortKey(0, !least, false);
    }

    @Override
    void add(Vec vec, int[] groups, int groupCount, boolean[] wanted) {
      if (groupCount > vecs.length) {
        vecs = Arrays.copyOf(vecs, grown(vecs.length, groupCount));
        any = Arrays.copyOf(any, vecs.length);
      }
      for (int i = 0; i < groups.length; i++) {
        int group = groups[i];
        if (counts(vec, wanted, i) && (!any[group] || order.compare(vec, i, vecs[group], 0) < 0)) {
          vecs[group] = vec.take(new int[] {i});
          any[group] = true;
        }
      }
    }

    @Override
    Vec build(int from, int to) {
      KeyColumn column = KeyColumn.of(kind);
      Vec nothing = Constants.vec(null, kind, 1);
      for (int i = from; i < to; i++) {
        column.add(i < any.length && any[i] ? vecs[i] : nothing, 0);
      }
      return column.build(0, to - from);
    }
  }
}

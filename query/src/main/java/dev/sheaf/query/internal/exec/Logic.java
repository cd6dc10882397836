package dev.sheaf.query.internal.exec;

import java.util.List;

/** Comparison and logic of three values, column-wise. Stateless. */
final class Logic {
  private Logic() {}

  /** The comparisons. */
  enum Comparison {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL;

    private boolean holds(int order) {
      return switch (this) {
        case EQUAL -> order == 0;
        case NOT_EQUAL -> order != 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }
  }

  static Vec.Bools compare(Comparison op, Vec left, Vec right) {
    boolean[] result = new boolean[left.size()];
    if (left instanceof Vec.Longs a && right instanceof Vec.Longs b) {
      longs(op, a.values, b.values, result);
    } else if (left instanceof Vec.Texts a && right instanceof Vec.Texts b) {
      for (int i = 0; i < result.length; i++) {
        result[i] = op.holds(Vec.Texts.compare(a, i, b, i));
      }
    } else if (left instanceof Vec.Bools a && right instanceof Vec.Bools b) {
      for (int i = 0; i < result.length; i++) {
        result[i] = op.holds(Boolean.compare(a.values[i], b.values[i]));
      }
    } else {
      doubles(op, Numbers.doubles(left), Numbers.doubles(right), result);
    }
    return new Vec.Bools(result, Vec.eitherNull(left, right));
  }

  private static void longs(Comparison op, long[] a, long[] b, boolean[] result) {
    switch (op) {
      case EQUAL -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] == b[i];
        }
      }
      case NOT_EQUAL -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] != b[i];
        }
      }
      case LESS -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] < b[i];
        }
      }
      case LESS_OR_EQUAL -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] <= b[i];
        }
      }
      case GREATER -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] > b[i];
        }
      }
      case GREATER_OR_EQUAL -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] >= b[i];
        }
      }
    }
  }

  private static void doubles(Comparison op, double[] a, double[] b, boolean[] result) {
    switch (op) {
      case EQUAL -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] == b[i];
        }
      }
      case NOT_EQUAL -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] != b[i];
        }
      }
      case LESS -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] < b[i];
        }
      }
      case LESS_OR_EQUAL -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] <= b[i];
        }
      }
      case GREATER -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] > b[i];
        }
      }
      case GREATER_OR_EQUAL -> {
        for (int i = 0; i < result.length; i++) {
          result[i] = a[i] >= b[i];
        }
      }
    }
  }

  /**
   * Returns AND (or OR) of several conditions. A row that one has decided is not looked at by the
   * next: its cells are not read, and what would be an error there is none.
   */
  static Vec.Bools all(List<Expr> conditions, boolean and, RowBatch batch) {
    int size = batch.size();
    boolean[] values = new boolean[size];
    boolean[] nulls = new boolean[size];
    boolean anyNull = false;
    java.util.Arrays.fill(values, and);
    int[] open = null;
    RowBatch left = batch;
    for (Expr condition : conditions) {
      Vec.Bools one = (Vec.Bools) condition.eval(left);
      int[] still = new int[left.size()];
      int count = 0;
      for (int i = 0; i < left.size(); i++) {
        int row = open == null ? i : open[i];
        if (one.isNull(i)) {
          nulls[row] = true;
          anyNull = true;
          still[count++] = i;
        } else if (one.values[i] == and) {
          still[count++] = i;
        } else {
          values[row] = !and;
          nulls[row] = false;
        }
      }
      if (count == 0) {
        break;
      }
      if (count < left.size()) {
        int[] kept = java.util.Arrays.copyOf(still, count);
        left = left.take(kept);
        if (open != null) {
          for (int i = 0; i < count; i++) {
            kept[i] = open[kept[i]];
          }
        }
        open = kept;
      }
    }
    return new Vec.Bools(values, anyNull ? nulls : null);
  }

  static Vec.Bools not(Vec vec) {
    boolean[] values = ((Vec.Bools) vec).values;
    boolean[] result = new boolean[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = !values[i];
    }
    return new Vec.Bools(result, vec.nulls());
  }

  /** Tells which values are null (or are not). */
  static Vec.Bools isNull(Vec vec, boolean wanted) {
    boolean[] result = new boolean[vec.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = vec.isNull(i) == wanted;
    }
    return new Vec.Bools(result, null);
  }

  /** Tells which values are true (or false), or are not; null counts for neither. */
  static Vec.Bools is(Vec vec, boolean value, boolean wanted) {
    boolean[] values = ((Vec.Bools) vec).values;
    boolean[] result = new boolean[values.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (!vec.isNull(i) && values[i] == value) == wanted;
    }
    return new Vec.Bools(result, null);
  }

  /** Returns the rows where a condition is true, or null if it is everywhere. */
  static int[] trueRows(Vec.Bools condition) {
    int size = condition.size();
    int[] rows = new int[size];
    int count = 0;
    boolean[] values = condition.values;
    boolean[] nulls = condition.nulls();
    if (nulls == null) {
      for (int i = 0; i < size; i++) {
        rows[count] = i;
        count += values[i] ? 1 : 0;
      }
    } else {
      for (int i = 0; i < size; i++) {
        rows[count] = i;
        count += values[i] && !nulls[i] ? 1 : 0;
      }
    }
    return count == size ? null : java.util.Arrays.copyOf(rows, count);
  }
}

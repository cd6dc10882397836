package dev.sheaf.query.internal.exec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** CASE: each branch is evaluated for the rows that take it alone. Stateless. */
final class Branches {
  private Branches() {}

  /**
   * Evaluates branches.
   *
   * @param parts condition, value, condition, value, …, value otherwise
   */
  static Vec choose(List<Expr> parts, Kind kind, RowBatch batch) {
    int size = batch.size();
    int[] numbers = new int[size];
    int[] rows = new int[size];
    List<Vec> values = new ArrayList<>();
    int[] open = new int[size];
    for (int i = 0; i < size; i++) {
      open[i] = i;
    }
    RowBatch left = batch;
    for (int part = 0; part < parts.size() && open.length > 0; part += 2) {
      boolean last = part == parts.size() - 1;
      int[] chosen = new int[open.length];
      int[] others = new int[open.length];
      int count = 0;
      int rest = 0;
      if (last) {
        for (int i = 0; i < open.length; i++) {
          chosen[count++] = i;
        }
      } else {
        Vec.Bools condition = (Vec.Bools) parts.get(part).eval(left);
        for (int i = 0; i < open.length; i++) {
          if (!condition.isNull(i) && condition.values[i]) {
            chosen[count++] = i;
          } else {
            others[rest++] = i;
          }
        }
      }
      if (count > 0) {
        chosen = Arrays.copyOf(chosen, count);
        RowBatch taken = count == left.size() ? left : left.take(chosen);
        values.add(like(parts.get(last ? part : part + 1).eval(taken), kind));
        for (int i = 0; i < count; i++) {
          numbers[open[chosen[i]]] = values.size() - 1;
          rows[open[chosen[i]]] = i;
        }
      }
      others = Arrays.copyOf(others, rest);
      left = rest == left.size() ? left : left.take(others);
      int[] still = new int[rest];
      for (int i = 0; i < rest; i++) {
        still[i] = open[others[i]];
      }
      open = still;
    }
    return size == 0 ? Constants.vec(null, kind, 0) : Vecs.collect(values, numbers, rows);
  }

  private static Vec like(Vec vec, Kind kind) {
    return kind == Kind.DOUBLE && vec instanceof Vec.Longs
        ? new Vec.Doubles(Numbers.doubles(vec), vec.nulls())
        : vec;
  }
}

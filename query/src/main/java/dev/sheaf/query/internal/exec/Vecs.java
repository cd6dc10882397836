package dev.sheaf.query.internal.exec;

import java.util.List;

/** Rows of several arrays of values. Stateless. */
final class Vecs {
  private Vecs() {}

  /** Returns the rows {@code (numbers[i], rows[i])}. */
  static Vec collect(List<Vec> vecs, int[] numbers, int[] rows) {
    int size = rows.length;
    boolean[] nulls = null;
    for (int i = 0; i < size; i++) {
      if (vecs.get(numbers[i]).isNull(rows[i])) {
        nulls = nulls == null ? new boolean[size] : nulls;
        nulls[i] = true;
      }
    }
    Vec first = vecs.get(0);
    if (first instanceof Vec.Longs) {
      long[] values = new long[size];
      for (int i = 0; i < size; i++) {
        values[i] = ((Vec.Longs) vecs.get(numbers[i])).values[rows[i]];
      }
      return new Vec.Longs(values, nulls);
    }
    if (first instanceof Vec.Doubles) {
      double[] values = new double[size];
      for (int i = 0; i < size; i++) {
        values[i] = ((Vec.Doubles) vecs.get(numbers[i])).values[rows[i]];
      }
      return new Vec.Doubles(values, nulls);
    }
    if (first instanceof Vec.Bools) {
      boolean[] values = new boolean[size];
      for (int i = 0; i < size; i++) {
        values[i] = ((Vec.Bools) vecs.get(numbers[i])).values[rows[i]];
      }
      return new Vec.Bools(values, nulls);
    }
    if (first instanceof Vec.Texts) {
      TextBuilder texts = new TextBuilder(size);
      for (int i = 0; i < size; i++) {
        Vec.Texts from = (Vec.Texts) vecs.get(numbers[i]);
        if (from.isNull(rows[i])) {
          texts.addNull();
        } else {
          texts.add(from.bytes, from.offsets[rows[i]], from.offsets[rows[i] + 1]);
        }
      }
      return texts.build();
    }
    Object[] values = new Object[size];
    for (int i = 0; i < size; i++) {
      values[i] = ((Vec.Objects) vecs.get(numbers[i])).values[rows[i]];
    }
    return new Vec.Objects(values);
  }
}

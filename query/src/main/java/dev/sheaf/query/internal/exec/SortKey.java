package dev.sheaf.query.internal.exec;

/**
 * One key of an order.
 *
 * @param column the column
 * @param descending whether the greatest comes first
 * @param nullsFirst whether nulls come first
 */
record SortKey(int column, boolean descending, boolean nullsFirst) {
  /** Compares a row of one array of values with a row of another. */
  int compare(Vec a, int i, Vec b, int j) {
    boolean firstNull = a.isNull(i);
    boolean secondNull = b.isNull(j);
    if (firstNull || secondNull) {
      return firstNull == secondNull ? 0 : firstNull == nullsFirst ? -1 : 1;
    }
    int order = values(a, i, b, j);
    return descending ? -order : order;
  }

  private static int values(Vec a, int i, Vec b, int j) {
    if (a instanceof Vec.Longs x) {
      return Long.compare(x.values[i], ((Vec.Longs) b).values[j]);
    }
    if (a instanceof Vec.Doubles x) {
      double first = x.values[i];
      double second = ((Vec.Doubles) b).values[j];
      // Zeros are equal, whatever their sign; NaN is the greatest.
      return first < second
          ? -1
          : first > second ? 1 : first == second ? 0 : Double.compare(first, second);
    }
    if (a instanceof Vec.Texts x) {
      return Vec.Texts.compare(x, i, (Vec.Texts) b, j);
    }
    if (a instanceof Vec.Bools x) {
      return Boolean.compare(x.values[i], ((Vec.Bools) b).values[j]);
    }
    throw new AssertionError("no order: " + a);
  }
}

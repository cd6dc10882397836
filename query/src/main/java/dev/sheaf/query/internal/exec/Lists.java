package dev.sheaf.query.internal.exec;

import java.util.List;
import java.util.Map;

/** Functions of lists, column-wise. Stateless. */
final class Lists {
  private Lists() {}

  /** Tells which lists have a value among their elements; elements that are null never match. */
  static Vec.Bools contains(Vec lists, Vec values) {
    boolean[] found = new boolean[lists.size()];
    for (int i = 0; i < found.length; i++) {
      if (!lists.isNull(i) && !values.isNull(i)) {
        Object value = element(values, i);
        for (Object element : (List<?>) ((Vec.Objects) lists).values[i]) {
          found[i] |=
              element instanceof Number number
                  ? value.equals(number.longValue())
                  : value.equals(element);
        }
      }
    }
    return new Vec.Bools(found, Vec.eitherNull(lists, values));
  }

  private static Object element(Vec values, int row) {
    if (values instanceof Vec.Longs longs) {
      return longs.values[row];
    }
    return values instanceof Vec.Bools bools
        ? (Object) bools.values[row]
        : ((Vec.Texts) values).text(row);
  }

  /**
   * Tells which lists have an assignment of a tag.
   *
   * @param modalities of which modality it has to be, or null for any
   */
  static Vec.Bools hasTag(Vec lists, Vec tags, Vec modalities) {
    boolean[] found = new boolean[lists.size()];
    for (int i = 0; i < found.length; i++) {
      if (!lists.isNull(i) && !tags.isNull(i)) {
        String tag = ((Vec.Texts) tags).text(i);
        String modality =
            modalities == null || modalities.isNull(i) ? null : ((Vec.Texts) modalities).text(i);
        for (Object element : (List<?>) ((Vec.Objects) lists).values[i]) {
          if (element instanceof Map<?, ?> assigned) {
            found[i] |=
                tag.equals(assigned.get("tag"))
                    && (modality == null || modality.equals(assigned.get("modality")));
          } else {
            found[i] |= tag.equals(element);
          }
        }
      }
    }
    return new Vec.Bools(found, Vec.eitherNull(lists, tags));
  }
}

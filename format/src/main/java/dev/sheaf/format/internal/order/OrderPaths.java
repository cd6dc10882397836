package dev.sheaf.format.internal.order;

/**
 * Where each blob of an order lies. A path depends on the number of the blob alone, so that an
 * order that grows a level moves nothing but its former root.
 *
 * <p>Spec: docs/format-spec.md#order-paths.
 */
final class OrderPaths {
  static final String ROOT = "order/counts";

  private static final String FOLDER = "order/";

  private OrderPaths() {}

  /** Returns the path of leaf {@code number}, counted from 0 over the whole order. */
  static String leaf(long number) {
    StringBuilder path = folders(number >>> CountsDescriptor.CHILD_BITS);
    return digit(path, number).append(".leaf").toString();
  }

  /** Returns the path of a node that is not the root. */
  static String node(int level, long number) {
    return folders(number).append("counts.").append(level).toString();
  }

  /** Appends one folder for each base-1024 digit of {@code number}; none for 0. */
  private static StringBuilder folders(long number) {
    if (number == 0) {
      return new StringBuilder(FOLDER);
    }
    StringBuilder path = folders(number >>> CountsDescriptor.CHILD_BITS);
    return digit(path, number).append('/');
  }

  private static StringBuilder digit(StringBuilder path, long number) {
    int low = (int) (number & (CountsDescriptor.MAX_CHILDREN - 1));
    for (int shift = 8; shift >= 0; shift -= 4) {
      path.append(Character.forDigit(low >>> shift & 0xf, 16));
    }
    return path;
  }
}

package dev.sheaf.format;

import java.math.BigInteger;

/** How far two tensors of one shape are apart. */
final class TensorDistance {
  private TensorDistance() {}

  static boolean isMeasured(Tensor a, Tensor b) {
    return a.dtype() == b.dtype() && a.shape().equals(b.shape());
  }

  static long changedElements(Tensor a, Tensor b) {
    long count = a.shape().elementCount();
    long changed = 0;
    for (long i = 0; i < count; i++) {
      changed += sameBits(a.element(i), b.element(i)) ? 0 : 1;
    }
    return changed;
  }

  private static boolean sameBits(Object a, Object b) {
    return a instanceof Double x && b instanceof Double y
        ? Double.doubleToRawLongBits(x) == Double.doubleToRawLongBits(y)
        : a.equals(b);
  }

  static double l2(Tensor a, Tensor b) {
    long count = a.shape().elementCount();
    double sum = 0;
    for (long i = 0; i < count; i++) {
      double difference = number(a, i) - number(b, i);
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  private static double number(Tensor tensor, long index) {
    Object element = tensor.element(index);
    if (element instanceof Boolean bit) {
      return bit ? 1 : 0;
    }
    if (tensor.dtype() == DType.UINT64 && (Long) element < 0) {
      return new BigInteger(Long.toUnsignedString((Long) element)).doubleValue();
    }
    return ((Number) element).doubleValue();
  }
}

package dev.sheaf.cli.command;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Tensors from JSON arrays: int64 if all numbers are whole, else float64. */
final class Tensors {
  private Tensors() {}

  /**
   * Returns the tensor of nested lists of numbers.
   *
   * @throws IllegalArgumentException if lists differ in length or hold anything else
   */
  static Tensor of(List<?> list) {
    List<Long> dims = new ArrayList<>();
    for (Object at = list; at instanceof List<?> some; at = some.isEmpty() ? null : some.get(0)) {
      dims.add((long) some.size());
    }
    List<BigDecimal> numbers = new ArrayList<>();
    collect(list, dims, 0, numbers);
    boolean whole = numbers.stream().allMatch(Tensors::isWhole);
    ByteBuffer data = ByteBuffer.allocate(numbers.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (BigDecimal number : numbers) {
      if (whole) {
        data.putLong(number.longValueExact());
      } else {
        data.putDouble(number.doubleValue());
      }
    }
    Shape shape = Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
    return Tensor.of(whole ? DType.INT64 : DType.FLOAT64, shape, data.flip());
  }

  private static boolean isWhole(BigDecimal number) {
    return number.scale() <= 0 && number.precision() - number.scale() <= 18;
  }

  private static void collect(Object value, List<Long> dims, int axis, List<BigDecimal> numbers) {
    if (value instanceof List<?> list && axis < dims.size() && list.size() == dims.get(axis)) {
      list.forEach(element -> collect(element, dims, axis + 1, numbers));
    } else if (value instanceof BigDecimal number && axis == dims.size()) {
      numbers.add(number);
    } else {
      throw new IllegalArgumentException("not an even array of numbers");
    }
  }
}

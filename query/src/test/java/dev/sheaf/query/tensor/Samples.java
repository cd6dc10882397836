package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.query.internal.tensor.BufferSink;
import dev.sheaf.query.internal.tensor.Casts;
import dev.sheaf.query.internal.tensor.Lane;
import dev.sheaf.query.internal.tensor.Tile;
import java.nio.ByteBuffer;

/** Tensors for tests. */
final class Samples {
  private static final double[] AWKWARD = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    2.5,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    1e-45,
    3e38,
    -3e38,
    65504,
    65520,
    1e300,
    4.9e-324
  };

  private Samples() {}

  /** Returns a tensor of these numbers, converted as a cast does. */
  static Tensor of(DType dtype, Shape shape, double... numbers) {
    Tile source = Tile.allocate(Lane.DOUBLE, numbers.length);
    System.arraycopy(numbers, 0, source.doubles, 0, numbers.length);
    Tile target = Tile.allocate(Lane.of(dtype), numbers.length);
    Casts.cast(DType.FLOAT64, source, dtype, target, numbers.length);
    ByteBuffer data = ByteBuffer.allocate((int) dtype.byteLength(numbers.length));
    new BufferSink(dtype, data).write(0, target, 0, numbers.length);
    return Tensor.of(dtype, shape, data);
  }

  static Tensor vector(DType dtype, double... numbers) {
    return of(dtype, Shape.of(numbers.length), numbers);
  }

  /** Returns numbers of a wide range, small integers, and awkward ones where {@code wild}. */
  static Tensor random(Randomness random, DType dtype, Shape shape, boolean wild) {
    int count = (int) shape.elementCount();
    if (wild && dtype.kind() != DType.Kind.FLOAT) {
      return Tensor.of(dtype, shape, ByteBuffer.wrap(random.bytes((int) dtype.byteLength(count))));
    }
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      if (wild && random.chance(20)) {
        numbers[i] = AWKWARD[random.below(AWKWARD.length)];
      } else {
        numbers[i] = random.chance(40) ? random.below(7) - 3 : random.gaussian() * 50;
      }
    }
    return of(dtype, shape, numbers);
  }
}

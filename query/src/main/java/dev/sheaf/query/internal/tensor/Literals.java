package dev.sheaf.query.internal.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;

/** Single elements of any dtype, converted as {@link Casts} does. */
public final class Literals {
  private Literals() {}

  public static Tensor of(DType dtype, long value) {
    Tile source = Tile.allocate(Lane.LONG, 1);
    source.longs[0] = value;
    return of(dtype, DType.INT64, source);
  }

  public static Tensor of(DType dtype, double value) {
    Tile source = Tile.allocate(Lane.DOUBLE, 1);
    source.doubles[0] = value;
    return of(dtype, DType.FLOAT64, source);
  }

  private static Tensor of(DType dtype, DType from, Tile source) {
    Tile target = Tile.allocate(Lane.of(dtype), 1);
    Casts.cast(from, source, dtype, target, 1);
    ByteBuffer data = ByteBuffer.allocate((int) dtype.byteLength(1));
    new BufferSink(dtype, data).write(0, target, 0, 1);
    return Tensor.of(dtype, Shape.of(), data);
  }
}

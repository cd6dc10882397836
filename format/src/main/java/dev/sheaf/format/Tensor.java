package dev.sheaf.format;

import dev.sheaf.format.internal.layer.Mapped;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * A tensor value: dtype, shape and little-endian elements in C order.
 *
 * <p>Immutable; {@link #data()} is a read-only view, of the mapped chunk where the bytes allow,
 * which stays valid as long as it is reachable. Equality compares bits, so that NaN equals the same
 * NaN.
 */
public final class Tensor {
  private final DType dtype;
  private final Shape shape;
  private final ByteBuffer data;
  private final Runnable settling;

  private Tensor(DType dtype, Shape shape, ByteBuffer data, Runnable settling) {
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
    this.settling = settling;
  }

  /**
   * Returns a tensor over {@code data}, which is not copied and must not be changed afterwards.
   *
   * @param dtype the element type
   * @param shape the axes, all known
   * @param data little-endian elements in C order, from position to limit; packed dtypes lowest
   *     bits first
   * @throws IllegalArgumentException if the number of bytes does not fit
   */
  public static Tensor of(DType dtype, Shape shape, ByteBuffer data) {
    return of(dtype, shape, data, null);
  }

  /**
   * Returns a tensor over memory that may go bad while it is in use, such as that of a mapped file;
   * else as {@link #of(DType, Shape, ByteBuffer)}.
   *
   * @param settling is run after each read of {@code data} by this tensor and throws an {@link
   *     InternalError} if what was read cannot be trusted; null for memory that stays as it is
   */
  public static Tensor of(DType dtype, Shape shape, ByteBuffer data, Runnable settling) {
    Objects.requireNonNull(dtype, "dtype");
    long expected = dtype.byteLength(shape.elementCount());
    if (data.remaining() != expected) {
      throw new IllegalArgumentException(
          "expected "
              + expected
              + " bytes for "
              + dtype.id()
              + shape
              + ", got "
              + data.remaining());
    }
    boolean asIs =
        data.isReadOnly() && data.position() == 0 && data.order() == ByteOrder.LITTLE_ENDIAN;
    return new Tensor(
        dtype,
        shape,
        asIs ? data : data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN),
        settling);
  }

  /**
   * Returns a {@code float32} tensor with a copy of {@code values}; one axis unless {@code dims}
   * are given.
   */
  public static Tensor ofFloats(float[] values, long... dims) {
    ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return of(DType.FLOAT32, dims.length == 0 ? Shape.of(values.length) : Shape.of(dims), data);
  }

  /** Returns the element type. */
  public DType dtype() {
    return dtype;
  }

  /** Returns the axes. */
  public Shape shape() {
    return shape;
  }

  /**
   * Returns a fresh read-only, little-endian view of the elements from position 0 to their length
   * in bytes.
   */
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the length of the elements in bytes. */
  public int byteLength() {
    return data.limit();
  }

  /** Returns a copy of the elements of a {@code float32} tensor. */
  public float[] toFloats() {
    if (dtype != DType.FLOAT32) {
      throw new IllegalStateException("dtype is " + dtype.id() + ", not float32");
    }
    return guarded(
        () -> {
          float[] values = new float[data.limit() / 4];
          data().asFloatBuffer().get(values);
          return values;
        });
  }

  /**
   * Returns one element: Boolean, Long (integers; {@code uint64} as its 64 bits) or Double.
   *
   * @param index the position in C order
   */
  public Object element(long index) {
    return guarded(() -> Elements.get(dtype, data, index));
  }

  /** Copies the elements into {@code target} from its position on, which advances. */
  public void copyTo(ByteBuffer target) {
    guarded(() -> target.put(data()));
  }

  private <T> T guarded(Supplier<T> read) {
    if (!data.isDirect()) {
      return read.get();
    }
    try {
      T value = read.get();
      if (settling != null) {
        settling.run();
      } else {
        Mapped.settle();
      }
      return value;
    } catch (InternalError e) {
      throw new CorruptDataException(
          "SHEAF-CHK-006",
          "File was cut short while it was mapped",
          Location.NONE,
          "Run `sheaf fsck` to list all damaged chunks",
          e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor tensor
        && dtype == tensor.dtype
        && shape.equals(tensor.shape)
        && guarded(() -> tensor.guarded(() -> data.equals(tensor.data)));
  }

  @Override
  public int hashCode() {
    return guarded(() -> Objects.hash(dtype, shape, data));
  }

  @Override
  public String toString() {
    return dtype.id() + shape;
  }
}

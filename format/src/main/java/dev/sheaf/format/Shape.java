package dev.sheaf.format;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The lengths of a tensor's axes, outermost first; {@link #ANY} stands for a length that differs
 * from cell to cell.
 *
 * <p>Immutable; equal by value. The empty shape is that of a zero-dimensional tensor with one
 * element.
 */
public final class Shape {
  /** An axis whose length differs from cell to cell. */
  public static final long ANY = -1;

  /** The greatest number of axes. */
  public static final int MAX_RANK = 32;

  private final long[] dims;

  private Shape(long[] dims) {
    this.dims = dims;
  }

  /**
   * Returns the shape with these axis lengths.
   *
   * @throws IllegalArgumentException if a length is negative and not {@link #ANY}, or there are
   *     more than {@link #MAX_RANK}
   */
  public static Shape of(long... dims) {
    if (dims.length > MAX_RANK) {
      throw new IllegalArgumentException("rank=" + dims.length + " is above " + MAX_RANK);
    }
    for (long dim : dims) {
      if (dim < ANY) {
        throw new IllegalArgumentException("axis length " + dim + " in " + Arrays.toString(dims));
      }
    }
    return new Shape(dims.clone());
  }

  /** Returns the number of axes. */
  public int rank() {
    return dims.length;
  }

  /** Returns the length of one axis, or {@link #ANY}. */
  public long dim(int axis) {
    return dims[axis];
  }

  /** Returns a copy of the axis lengths. */
  public long[] dims() {
    return dims.clone();
  }

  /** Tells whether every axis has a known length. */
  public boolean isFixed() {
    for (long dim : dims) {
      if (dim == ANY) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the number of elements.
   *
   * @throws IllegalStateException if an axis is {@link #ANY}
   * @throws ArithmeticException if the number does not fit 64 bits
   */
  public long elementCount() {
    long count = 1;
    for (long dim : dims) {
      if (dim == ANY) {
        throw new IllegalStateException("shape " + this + " has an open axis");
      }
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }

  /** Tells whether a tensor of shape {@code actual} may stand where this shape is declared. */
  public boolean accepts(Shape actual) {
    if (actual.dims.length != dims.length) {
      return false;
    }
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] != ANY && dims[i] != actual.dims[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** Returns the axes in brackets, {@code ?} for an open one: {@code [?, 3]}. */
  @Override
  public String toString() {
    return LongStream.of(dims)
        .mapToObj(dim -> dim == ANY ? "?" : Long.toString(dim))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}

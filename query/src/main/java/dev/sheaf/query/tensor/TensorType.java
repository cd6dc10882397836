package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The static type of a value in a tensor program: {@code tensor<float32, [n, 3]>}. The batch axis
 * is implicit and not part of it.
 *
 * @param dtype the element type
 * @param dims the axis lengths, outermost first; none for a single element
 */
public record TensorType(DType dtype, List<Dim> dims) {
  /** Copies {@code dims}. */
  public TensorType {
    Objects.requireNonNull(dtype, "dtype");
    dims = List.copyOf(dims);
    if (dims.size() > Shape.MAX_RANK) {
      throw new IllegalArgumentException("rank=" + dims.size() + " is above " + Shape.MAX_RANK);
    }
  }

  /** Returns the type with these axes. */
  public static TensorType of(DType dtype, Dim... dims) {
    return new TensorType(dtype, List.of(dims));
  }

  /** Returns the type with these axes; {@link Shape#ANY} becomes {@link Dim#UNKNOWN}. */
  public static TensorType of(DType dtype, Shape shape) {
    List<Dim> dims = new ArrayList<>();
    for (long length : shape.dims()) {
      dims.add(length == Shape.ANY ? Dim.UNKNOWN : Dim.of(length));
    }
    return new TensorType(dtype, dims);
  }

  /** Returns the type of a column's cells. */
  public static TensorType of(Type.Tensor type) {
    return of(type.dtype(), type.shape());
  }

  /** Returns the type of a single element. */
  public static TensorType scalar(DType dtype) {
    return new TensorType(dtype, List.of());
  }

  /** Returns the number of axes. */
  public int rank() {
    return dims.size();
  }

  /** Returns the axes as a shape; symbols become {@link Shape#ANY}. */
  public Shape shape() {
    return Shape.of(dims.stream().mapToLong(Dim::length).toArray());
  }

  /** Tells whether every axis length is a number. */
  public boolean isFixed() {
    return dims.stream().allMatch(Dim::isFixed);
  }

  TensorType with(DType other) {
    return new TensorType(other, dims);
  }

  /** Returns the axes in brackets: {@code [n, 3]}. */
  String axes() {
    return dims.stream().map(Dim::toString).collect(Collectors.joining(", ", "[", "]"));
  }

  @Override
  public String toString() {
    return "tensor<" + dtype.id() + ", " + axes() + ">";
  }
}

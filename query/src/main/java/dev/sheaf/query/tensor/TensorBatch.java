package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/**
 * The values of one input of a program for a batch of rows. Nothing is copied; the memory must stay
 * unchanged while a run reads it.
 */
public sealed interface TensorBatch {
  /** Returns the element type. */
  DType dtype();

  /** Returns the shape in one row. */
  Shape shape(int row);

  /**
   * Returns rows that lie one after the other, for example what {@code Batch.matrix} gives.
   *
   * @param dtype the element type
   * @param shape the axes of one row, all known
   * @param data little-endian elements in C order from position to limit, heap or direct; each row
   *     takes {@code dtype.byteLength(shape.elementCount())} bytes, so it begins on a byte
   */
  static TensorBatch matrix(DType dtype, Shape shape, ByteBuffer data) {
    return new Matrix(dtype, shape, data);
  }

  /**
   * Returns rows of which each has a buffer, and a shape, of its own.
   *
   * @throws IllegalArgumentException if they have more than one dtype
   */
  static TensorBatch rows(DType dtype, List<Tensor> rows) {
    return new Rows(dtype, rows);
  }

  /** Returns one tensor that stands in every row, such as a query's parameter. */
  static TensorBatch constant(Tensor value) {
    return new Same(value);
  }

  /** Rows of one shape, one after the other. */
  record Matrix(DType dtype, Shape shape, ByteBuffer data) implements TensorBatch {
    /** Requires all. */
    public Matrix {
      Objects.requireNonNull(dtype, "dtype");
      Objects.requireNonNull(data, "data");
      if (!shape.isFixed()) {
        throw new IllegalArgumentException("shape " + shape + " has an open axis");
      }
    }

    @Override
    public Shape shape(int row) {
      return shape;
    }

    long rowBytes() {
      return dtype.byteLength(shape.elementCount());
    }
  }

  /** Rows of any shape. */
  record Rows(DType dtype, List<Tensor> rows) implements TensorBatch {
    /** Checks the dtype of each row. */
    public Rows {
      for (Tensor row : rows) {
        if (row.dtype() != dtype) {
          throw new IllegalArgumentException(
              "a row is " + row.dtype().id() + ", not " + dtype.id());
        }
      }
    }

    @Override
    public Shape shape(int row) {
      return rows.get(row).shape();
    }
  }

  /** The same tensor in every row. */
  record Same(Tensor value) implements TensorBatch {
    @Override
    public DType dtype() {
      return value.dtype();
    }

    @Override
    public Shape shape(int row) {
      return value.shape();
    }
  }
}

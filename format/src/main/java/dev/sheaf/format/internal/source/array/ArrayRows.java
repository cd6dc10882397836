package dev.sheaf.format.internal.source.array;

import dev.sheaf.format.Type;
import java.io.IOException;
import java.util.Arrays;

/** An array in a file. Not safe for use by several threads. */
abstract class ArrayRows {
  final String name;
  final long[] shape;

  /**
   * Creates an array.
   *
   * @param shape the lengths of its axes
   */
  ArrayRows(String name, long[] shape) {
    this.name = name;
    this.shape = shape;
  }

  /** Returns what it is called, as a column can be. */
  final String name() {
    return name;
  }

  /** Returns the number of axes. */
  final int rank() {
    return shape.length;
  }

  /** Returns the length of the first axis; there must be one. */
  final long rows() {
    return shape[0];
  }

  /** Returns the axes of one step along the first axis. */
  final long[] rowShape() {
    return shape.length == 0 ? shape : Arrays.copyOfRange(shape, 1, shape.length);
  }

  /** Returns the type of a cell that is one step along the first axis. */
  final Type rowType() {
    return type(rowShape());
  }

  /** Returns the type of a cell that is the whole array. */
  final Type wholeType() {
    return type(shape);
  }

  /** Returns the type of a cell with these axes. */
  abstract Type type(long[] axes);

  /** Returns about how many bytes a step along the first axis, or an array without axes, has. */
  abstract long rowBytes();

  /** Returns one step along the first axis. */
  abstract Object row(long index) throws IOException;

  /** Returns the whole array. */
  abstract Object whole() throws IOException;
}

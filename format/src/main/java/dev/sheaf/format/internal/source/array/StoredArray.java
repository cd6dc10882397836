package dev.sheaf.format.internal.source.array;

import dev.sheaf.format.Location;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.source.InputErrors;
import dev.sheaf.format.internal.source.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** An array in a file: its elements, its axes, and how they are laid out. */
final class StoredArray extends ArrayRows {
  private final Elements elements;
  private final boolean fortran;
  private final RandomBytes data;
  private final Location where;
  private byte[] whole;

  /**
   * Creates an array.
   *
   * @param fortran whether the first axis varies fastest
   * @throws dev.sheaf.format.InvalidInputException if the bytes are fewer than the shape says
   */
  StoredArray(
      String name,
      Elements elements,
      long[] shape,
      boolean fortran,
      RandomBytes data,
      Location where) {
    super(name, shape);
    this.elements = elements;
    this.fortran = fortran && shape.length > 1;
    this.data = data;
    this.where = where;
    long expected = byteLength(shape);
    if (expected < 0 || expected > data.length()) {
      throw InputErrors.of(
          39,
          "Malformed array \""
              + name
              + "\": shape "
              + Arrays.toString(shape)
              + " of "
              + elements.size()
              + " bytes each is more than the "
              + data.length()
              + " bytes that are there",
          where,
          "Write the file again, or pass --on-error skip to leave it out");
    }
  }

  /** Returns the bytes of elements along axes, or -1 if that is above 2^63. */
  private long byteLength(long[] axes) {
    long bytes = elements.size();
    for (long axis : axes) {
      if (axis < 0 || axis > 0 && bytes > Long.MAX_VALUE / axis) {
        return -1;
      }
      bytes *= axis;
    }
    return bytes;
  }

  @Override
  Type type(long[] axes) {
    return elements.type(axes);
  }

  @Override
  long rowBytes() {
    return byteLength(rowShape());
  }

  @Override
  Object row(long index) throws IOException {
    long[] axes = rowShape();
    long bytes = checked(byteLength(axes));
    ByteBuffer cell = ByteBuffer.allocate((int) bytes);
    if (fortran) {
      gather(cell, index, axes);
    } else {
      data.read(index * bytes, cell);
    }
    return elements.cell(cell.flip(), axes, where);
  }

  @Override
  Object whole() throws IOException {
    ByteBuffer cell = ByteBuffer.allocate((int) checked(byteLength(shape)));
    if (fortran) {
      for (long i = 0; i < shape[0]; i++) {
        gather(cell, i, rowShape());
      }
    } else {
      data.read(0, cell);
    }
    return elements.cell(cell.flip(), shape, where);
  }

  private long checked(long bytes) {
    if (bytes > Limits.VALUE_BYTES) {
      throw InputErrors.tooLarge(bytes, where);
    }
    return bytes;
  }

  /** Brings the elements of one step along the first axis into C order. */
  private void gather(ByteBuffer out, long index, long[] axes) throws IOException {
    if (whole == null) {
      // A step along the first axis touches the whole of a column-major array.
      ByteBuffer all = ByteBuffer.allocate((int) checked(byteLength(shape)));
      data.read(0, all);
      whole = all.array();
    }
    if (Arrays.stream(axes).anyMatch(axis -> axis == 0)) {
      return;
    }
    long[] at = new long[axes.length];
    int size = elements.size();
    while (true) {
      long offset = 0;
      for (int axis = axes.length - 1; axis >= 0; axis--) {
        offset = offset * axes[axis] + at[axis];
      }
      out.put(whole, (int) ((offset * shape[0] + index) * size), size);
      int axis = axes.length - 1;
      while (axis >= 0 && ++at[axis] == axes[axis]) {
        at[axis--] = 0;
      }
      if (axis < 0) {
        return;
      }
    }
  }
}

package dev.sheaf.query.tensor;

import dev.sheaf.query.tensor.Attribute.Axes;
import java.util.Arrays;
import java.util.List;

/**
 * An affine map from positions in a loop nest to positions in a value: axis {@code a} of the value
 * is at {@code offset[a] + scale[a] * loop[axis[a]]}, or at {@code offset[a]} where {@code axis[a]}
 * is -1.
 */
final class AxisMap {
  final int[] axis;
  final long[] scale;
  final long[] offset;

  AxisMap(int rank) {
    axis = new int[rank];
    scale = new long[rank];
    offset = new long[rank];
    Arrays.fill(axis, -1);
  }

  /** Returns the map under which axis a of a value is loop axis a. */
  static AxisMap identity(int rank) {
    AxisMap map = new AxisMap(rank);
    for (int i = 0; i < rank; i++) {
      map.set(i, i, 1, 0);
    }
    return map;
  }

  /** Returns the map under which axis {@code axes[i]} of a value is loop axis i. */
  static AxisMap permuted(List<Integer> axes) {
    AxisMap map = new AxisMap(axes.size());
    for (int i = 0; i < axes.size(); i++) {
      map.set(axes.get(i), i, 1, 0);
    }
    return map;
  }

  private void set(int at, int loop, long factor, long start) {
    axis[at] = loop;
    scale[at] = factor;
    offset[at] = start;
  }

  private void take(int at, AxisMap other, int from) {
    set(at, other.axis[from], other.scale[from], other.offset[from]);
  }

  /** Returns the map of an operand of an element-wise operation, given that of the result. */
  AxisMap operand(long[] dims, long[] operandDims) {
    AxisMap map = new AxisMap(operandDims.length);
    int shift = dims.length - operandDims.length;
    for (int a = 0; a < operandDims.length; a++) {
      if (operandDims[a] != 1 || dims[a + shift] == 1) {
        map.take(a, this, a + shift);
      }
    }
    return map;
  }

  /** Returns the map of the operand of a view, given that of the view. */
  AxisMap through(Value view, long[] operandDims) {
    AxisMap map = new AxisMap(operandDims.length);
    switch (view.op) {
      case TRANSPOSE -> {
        List<Integer> axes = ((Axes) view.attribute).axes();
        for (int i = 0; i < axes.size(); i++) {
          map.take(axes.get(i), this, i);
        }
      }
      case EXPAND_DIMS -> {
        int added = ((Axes) view.attribute).axes().get(0);
        for (int a = 0; a < operandDims.length; a++) {
          map.take(a, this, a < added ? a : a + 1);
        }
      }
      case SLICE -> slice(((Attribute.Parts) view.attribute).slice(), operandDims, map);
      default -> throw new AssertionError(view);
    }
    return map;
  }

  private void slice(Slice slice, long[] operandDims, AxisMap map) {
    long named =
        slice.parts().stream()
            .filter(part -> part instanceof Slice.Index || part instanceof Slice.Range)
            .count();
    int from = 0;
    int to = 0;
    for (Slice.Part part : slice.parts()) {
      if (part instanceof Slice.NewAxis) {
        from++;
      } else if (part instanceof Slice.Ellipsis) {
        for (int end = to + operandDims.length - (int) named; to < end; to++) {
          map.take(to, this, from++);
        }
      } else if (part instanceof Slice.Range range) {
        long start = range.on(operandDims[to])[0];
        map.set(to, axis[from], scale[from] * range.step(), start + range.step() * offset[from]);
        to++;
        from++;
      } else if (part instanceof Slice.Index index) {
        long position = index.position();
        map.set(to, -1, 0, position < 0 ? position + operandDims[to] : position);
        to++;
      }
    }
    for (; to < operandDims.length; to++) {
      map.take(to, this, from++);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AxisMap map
        && Arrays.equals(axis, map.axis)
        && Arrays.equals(scale, map.scale)
        && Arrays.equals(offset, map.offset);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(axis) * 31 + Arrays.hashCode(offset);
  }
}

package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.query.internal.tensor.Kernels;
import dev.sheaf.query.internal.tensor.Lane;
import dev.sheaf.query.internal.tensor.LaneOrder;
import dev.sheaf.query.internal.tensor.Reducer;
import dev.sheaf.query.internal.tensor.Resampler;
import dev.sheaf.query.internal.tensor.Tile;
import dev.sheaf.query.internal.tensor.block.Ranking;
import dev.sheaf.query.internal.tensor.block.Slot;
import dev.sheaf.query.internal.tensor.block.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The stages of values that are computed as a whole. */
final class Stages {
  private final Layout layout;
  private final Kernels kernels;

  Stages(Layout layout, Kernels kernels) {
    this.layout = layout;
    this.kernels = kernels;
  }

  Stage of(Value value) {
    return switch (value.op) {
      case SUM, PROD, AMIN, AMAX, ANY, ALL, ARGMIN, ARGMAX -> reduction(value);
      case MATMUL -> matmul(value);
      case CONCAT -> concat(value);
      case GATHER -> gather(value);
      case TOPK_VALUES, TOPK_INDICES -> top(value);
      case HISTOGRAM -> histogram(value);
      case RESIZE -> resize(value);
      default -> store(Group.of(layout, value));
    };
  }

  private static Stage store(Group group) {
    return (rows, target) -> copy(group, rows, target);
  }

  private static void copy(Group group, int rows, Tile target) {
    long all = rows * group.inner();
    for (long from = 0; from < all; from += Group.TILE) {
      int n = (int) Math.min(Group.TILE, all - from);
      target.copy((int) from, group.evaluate(from, n), 0, 1, n);
    }
  }

  /** Reduced axes innermost, so that each run of elements is reduced in C order. */
  private Stage reduction(Value value) {
    Value operand = value.operands.get(0);
    List<Integer> reduced = ((Attribute.Axes) value.attribute).axes();
    long[] dims = layout.dims(operand);
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < dims.length; axis++) {
      if (!reduced.contains(axis)) {
        order.add(axis);
      }
    }
    order.addAll(reduced);
    Group group = permuted(operand, order);
    long length = 1;
    for (int axis : reduced) {
      length *= dims[axis];
    }
    DType dtype = operand.dtype();
    Reducer reducer =
        value.op == Op.ARGMIN || value.op == Op.ARGMAX
            ? Reducer.position(value.op == Op.ARGMIN, dtype)
            : Reducer.of(value.op.reduction(), dtype, kernels);
    long run = length;
    long results = layout.count(value);
    return (rows, target) -> reduce(group, reducer, run, rows * results, target);
  }

  private static void reduce(Group group, Reducer reducer, long run, long results, Tile target) {
    if (run > Group.TILE || run == 0) {
      for (long i = 0; i < results; i++) {
        reducer.reset();
        for (long from = 0; from < run; from += Group.TILE) {
          int n = (int) Math.min(Group.TILE, run - from);
          reducer.accept(group.evaluate(i * run + from, n), 0, n);
        }
        reducer.finish(target, (int) i);
      }
      return;
    }
    int length = (int) run;
    int batch = Group.TILE / length;
    for (long i = 0; i < results; i += batch) {
      int runs = (int) Math.min(batch, results - i);
      Tile tile = group.evaluate(i * run, runs * length);
      for (int j = 0; j < runs; j++) {
        reducer.reset();
        reducer.accept(tile, j * length, length);
        reducer.finish(target, (int) i + j);
      }
    }
  }

  private Group permuted(Value value, List<Integer> order) {
    long[] dims = layout.dims(value);
    long[] loops = order.stream().mapToLong(axis -> dims[axis]).toArray();
    return new Group(layout, value, loops, AxisMap.permuted(order));
  }

  /** Each element is a dot product of a row of a with a column of b, both copied contiguous. */
  private Stage matmul(Value value) {
    Value a = value.operands.get(0);
    Group left = Group.of(layout, a);
    Group right = permuted(value.operands.get(1), List.of(1, 0));
    int m = (int) layout.dims(value)[0];
    int n = (int) layout.dims(value)[1];
    int k = (int) layout.dims(a)[1];
    Lane lane = Lane.of(value.dtype());
    return (rows, target) -> {
      Tile x = Tile.allocate(lane, Math.toIntExact((long) rows * m * k));
      Tile y = Tile.allocate(lane, Math.toIntExact((long) rows * n * k));
      copy(left, rows, x);
      copy(right, rows, y);
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            dot(x, (row * m + i) * k, y, (row * n + j) * k, k, target, (row * m + i) * n + j);
          }
        }
      }
    };
  }

  private void dot(Tile x, int xAt, Tile y, int yAt, int k, Tile target, int to) {
    switch (x.lane) {
      case FLOAT -> {
        float[] partial = new float[LaneOrder.LANES];
        kernels.dot(x.floats, xAt, y.floats, yAt, k, partial);
        target.floats[to] = LaneOrder.sum(partial);
      }
      case DOUBLE -> {
        double[] partial = new double[LaneOrder.LANES];
        kernels.dot(x.doubles, xAt, y.doubles, yAt, k, partial);
        target.doubles[to] = LaneOrder.sum(partial);
      }
      case LONG -> {
        long sum = 0;
        for (int i = 0; i < k; i++) {
          sum += x.longs[xAt + i] * y.longs[yAt + i];
        }
        target.longs[to] = sum;
      }
      case INT -> throw new AssertionError(x.lane);
    }
  }

  private Stage concat(Value value) {
    int axis = ((Attribute.Axes) value.attribute).axes().get(0);
    long[] dims = layout.dims(value);
    long below = 1;
    for (int i = axis + 1; i < dims.length; i++) {
      below *= dims[i];
    }
    long whole = dims[axis] * below;
    List<Stage> parts = new ArrayList<>();
    long offset = 0;
    for (Value operand : value.operands) {
      long length = layout.dims(operand)[axis] * below;
      parts.add(part(Group.of(layout, operand), length, offset, whole));
      offset += length;
    }
    return (rows, target) -> parts.forEach(part -> part.run(rows, target));
  }

  private static Stage part(Group group, long length, long offset, long whole) {
    return (rows, target) -> {
      long all = rows * group.inner();
      for (long from = 0; from < all; from += Group.TILE) {
        int n = (int) Math.min(Group.TILE, all - from);
        Tile tile = group.evaluate(from, n);
        for (int done = 0; done < n; ) {
          long at = from + done;
          int run = (int) Math.min(n - done, length - at % length);
          target.copy((int) (at / length * whole + offset + at % length), tile, done, 1, run);
          done += run;
        }
      }
    };
  }

  private Stage gather(Value value) {
    int axis = ((Attribute.Axes) value.attribute).axes().get(0);
    Value source = value.operands.get(0);
    long[] dims = layout.dims(source);
    Slot slot = layout.slot(source);
    Group indices = Group.of(layout, value.operands.get(1));
    Lane lane = Lane.of(value.dtype());
    long outer = product(dims, 0, axis);
    long length = dims[axis];
    int below = (int) product(dims, axis + 1, dims.length);
    return (rows, target) -> {
      int picks = (int) indices.inner();
      Tile chosen = Tile.allocate(Lane.LONG, rows * picks);
      copy(indices, rows, chosen);
      Tile shown = Tile.pointer(lane);
      shown.alias(target, 0);
      long to = 0;
      for (int row = 0; row < rows; row++) {
        for (long i = 0; i < outer; i++) {
          for (int j = 0; j < picks; j++) {
            long index = position(chosen.longs[row * picks + j], axis, source, length);
            slot.read(row, (i * length + index) * below, shown, (int) to, below);
            to += below;
          }
        }
      }
    };
  }

  private static long position(long index, int axis, Value source, long length) {
    long position = index < 0 ? index + length : index;
    if (position < 0 || position >= length) {
      throw ShapeError.of(
          ShapeError.INDEX,
          "Index "
              + index
              + " of gather is out of range for axis "
              + axis
              + " of "
              + source.type
              + ", which is "
              + length
              + " long here",
          "Indices go from -length to length - 1");
    }
    return position;
  }

  private static long product(long[] dims, int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= dims[i];
    }
    return product;
  }

  private Stage top(Value value) {
    Attribute.Top top = (Attribute.Top) value.attribute;
    Value operand = value.operands.get(0);
    long[] dims = layout.dims(operand);
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < dims.length; axis++) {
      if (axis != top.axis()) {
        order.add(axis);
      }
    }
    order.add(top.axis());
    Group group = permuted(operand, order);
    int length = (int) dims[top.axis()];
    int below = (int) product(dims, top.axis() + 1, dims.length);
    boolean positions = value.op == Op.TOPK_INDICES;
    Ranking ranking = new Ranking(operand.dtype(), top.greatest());
    return (rows, target) -> {
      Tile all = Tile.allocate(Lane.of(operand.dtype()), (int) (rows * group.inner()));
      copy(group, rows, all);
      int lines = length == 0 ? 0 : (int) (rows * group.inner() / length);
      for (int line = 0; line < lines; line++) {
        int[] best = ranking.best(all, line * length, length, top.k());
        for (int i = 0; i < best.length; i++) {
          int to = (line / below * top.k() + i) * below + line % below;
          if (positions) {
            target.longs[target.offset + to] = best[i];
          } else {
            target.copy(to, all, line * length + best[i], 1, 1);
          }
        }
      }
    };
  }

  private Stage histogram(Value value) {
    Attribute.Bins bins = (Attribute.Bins) value.attribute;
    Group group = Group.of(layout, value.operands.get(0));
    double width = bins.high() - bins.low();
    return (rows, target) -> {
      Arrays.fill(target.longs, target.offset, target.offset + rows * bins.count(), 0);
      for (int row = 0; row < rows; row++) {
        int base = target.offset + row * bins.count();
        for (long from = 0; from < group.inner(); from += Group.TILE) {
          int n = (int) Math.min(Group.TILE, group.inner() - from);
          Tile tile = group.evaluate(row * group.inner() + from, n);
          for (int i = 0; i < n; i++) {
            int bin = bin(tile.doubles[tile.offset + i], bins, width);
            if (bin >= 0) {
              target.longs[base + bin]++;
            }
          }
        }
      }
    };
  }

  /** The bin whose edges, computed as low + i * width / count, hold the value; -1 outside. */
  private static int bin(double value, Attribute.Bins bins, double width) {
    if (!(value >= bins.low() && value <= bins.high())) {
      return -1;
    }
    int count = bins.count();
    int bin = Math.min(count - 1, (int) ((value - bins.low()) / width * count));
    if (value < bins.low() + bin * width / count) {
      return bin - 1;
    }
    return bin < count - 1 && value >= bins.low() + (bin + 1) * width / count ? bin + 1 : bin;
  }

  private Stage resize(Value value) {
    Value image = value.operands.get(0);
    Attribute.Size size = (Attribute.Size) value.attribute;
    long[] dims = layout.dims(image);
    int height = (int) dims[0];
    int width = (int) dims[1];
    int channels = dims.length == 3 ? (int) dims[2] : 1;
    Group group = Group.of(layout, image);
    int line = width * channels;
    int pixels = size.height() * size.width() * channels;
    return (rows, target) -> {
      for (int row = 0; row < rows; row++) {
        long base = (long) row * height * line;
        Resampler.Lines lines = (y, into) -> line(group, base + (long) y * line, line, into);
        int at = target.offset + row * pixels;
        if (size.interpolation() == Interpolation.AREA) {
          Resampler.area(
              lines, height, width, channels, target.ints, at, size.height(), size.width());
        } else {
          Resampler.bilinear(
              lines, height, width, channels, target.ints, at, size.height(), size.width());
        }
      }
    };
  }

  private static void line(Group group, long from, int length, int[] into) {
    for (int done = 0; done < length; done += Group.TILE) {
      int n = Math.min(Group.TILE, length - done);
      Tile tile = group.evaluate(from + done, n);
      System.arraycopy(tile.ints, tile.offset, into, done, n);
    }
  }
}

package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.query.internal.tensor.BufferSink;
import dev.sheaf.query.internal.tensor.BufferStorage;
import dev.sheaf.query.internal.tensor.Kernels;
import dev.sheaf.query.internal.tensor.Lane;
import dev.sheaf.query.internal.tensor.Tile;
import dev.sheaf.query.internal.tensor.block.Slot;
import dev.sheaf.query.internal.tensor.block.Stage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A program made ready for inputs of certain shapes, with the scratch that it needs. Not for use by
 * several threads at once.
 *
 * <p>Works on blocks of rows of about {@link #BLOCK} elements. What all rows share is computed
 * once.
 */
final class Plan {
  private static final long BLOCK = 16 * Group.TILE;
  private static final int MOST_ROWS = 4096;

  private record Computed(Stage stage, Slot slot, Tile scratch, long count, boolean shared) {}

  private final TensorProgram program;
  private final Layout layout = new Layout();
  private final List<Slot> inputs = new ArrayList<>();
  private final List<Computed> stages = new ArrayList<>();
  private final List<Group> outputs = new ArrayList<>();
  private final int blockRows;

  Plan(TensorProgram program, List<Shape> shapes, Kernels kernels) {
    this.program = program;
    specialise(shapes);
    Set<Value> needed = needed();
    Set<Value> whole = whole(needed);
    long most = 1;
    for (Value value : needed) {
      most = Math.max(most, layout.count(value));
    }
    blockRows = (int) Math.max(1, Math.min(MOST_ROWS, BLOCK / most));
    Set<Value> varying = varying();
    Stages factory = new Stages(layout, kernels);
    for (Value value : program.operations()) {
      if (needed.contains(value) || value.op == Op.INPUT) {
        place(value, whole, varying, factory);
      }
    }
    program.results().forEach(result -> outputs.add(Group.of(layout, result)));
    for (Computed computed : stages) {
      if (computed.shared()) {
        computed.stage().run(1, computed.scratch());
      }
    }
  }

  /** Infers every shape from those of the inputs. */
  private void specialise(List<Shape> shapes) {
    Map<String, Long> symbols = new HashMap<>();
    Map<Value, TensorType> types = new HashMap<>();
    int next = 0;
    for (Value value : program.operations()) {
      List<Dim> dims;
      if (value.op == Op.INPUT) {
        Shape shape = shapes.get(next);
        check(program.inputs().get(next++), shape, symbols);
        dims = TensorType.of(value.dtype(), shape).dims();
      } else if (value.op == Op.CONSTANT) {
        dims = value.type.dims();
      } else {
        dims =
            Inference.dims(
                value.op, value.attribute, value.operands.stream().map(types::get).toList());
      }
      TensorType type = new TensorType(value.dtype(), dims);
      types.put(value, type);
      layout.place(value, type.shape().dims());
      if (layout.count(value) > Integer.MAX_VALUE - 8) {
        throw ShapeError.of(
            ShapeError.SHAPE,
            "A value of " + type + " has more elements than an array",
            "Slice or resize before this operation");
      }
    }
  }

  private static void check(TensorProgram.Input input, Shape shape, Map<String, Long> symbols) {
    boolean fits = input.type().shape().accepts(shape);
    for (int axis = 0; fits && axis < shape.rank(); axis++) {
      Dim dim = input.type().dims().get(axis);
      if (!dim.isFixed() && !dim.equals(Dim.UNKNOWN)) {
        Long bound = symbols.putIfAbsent(dim.toString(), shape.dim(axis));
        if (bound != null && bound != shape.dim(axis)) {
          throw ShapeError.of(
              ShapeError.SHAPE,
              "Input \""
                  + input.name()
                  + "\" of shape "
                  + shape
                  + " has "
                  + dim
                  + "="
                  + shape.dim(axis)
                  + " where another axis has "
                  + dim
                  + "="
                  + bound,
              "Axes of one name must be equally long");
        }
      }
    }
    if (!fits) {
      throw ShapeError.of(
          ShapeError.SHAPE,
          "Input \"" + input.name() + "\" is " + input.type() + ", got shape " + shape,
          "Give tensors of the declared shape");
    }
  }

  private Set<Value> needed() {
    Set<Value> needed = new HashSet<>();
    program.results().forEach(result -> need(result, needed));
    return needed;
  }

  private static void need(Value value, Set<Value> needed) {
    if (needed.add(value) && value.op.family != Op.Family.SOURCE) {
      value.operands.forEach(operand -> need(operand, needed));
    }
  }

  /**
   * Returns the values that are computed into scratch: reductions and their like, what a reshape or
   * gather reads, and element-wise results that several operations use where computing them again
   * would cost more than keeping them.
   */
  private static Set<Value> whole(Set<Value> needed) {
    Set<Value> whole = new HashSet<>();
    Map<Value, List<Value>> users = new HashMap<>();
    for (Value value : needed) {
      if (value.op.family == Op.Family.REDUCTION || value.op.family == Op.Family.WHOLE) {
        whole.add(value);
      }
      if (value.op == Op.RESHAPE || value.op == Op.GATHER) {
        whole.add(value.operands.get(0));
      }
      if (value.op.family != Op.Family.SOURCE) {
        for (Value operand : new HashSet<>(value.operands)) {
          users.computeIfAbsent(operand, v -> new ArrayList<>()).add(value);
        }
      }
    }
    users.forEach(
        (value, all) -> {
          if (value.op.isElementwise()
              && all.size() > 1
              && (isCostly(value.op) || all.stream().anyMatch(u -> !u.op.isElementwise()))) {
            whole.add(value);
          }
        });
    return whole;
  }

  private static boolean isCostly(Op op) {
    return op == Op.EXP || op == Op.LOG || op == Op.MOD;
  }

  private Set<Value> varying() {
    Set<Value> varying = new HashSet<>();
    for (Value value : program.operations()) {
      if (value.op == Op.INPUT
          || (value.op.family != Op.Family.SOURCE
              && value.operands.stream().anyMatch(varying::contains))) {
        varying.add(value);
      }
    }
    return varying;
  }

  private void place(Value value, Set<Value> whole, Set<Value> varying, Stages factory) {
    if (value.op.family == Op.Family.SOURCE) {
      Slot slot = new Slot();
      if (value.op != Op.INPUT) {
        slot.heap(source(value), 0);
      } else {
        inputs.add(slot);
      }
      layout.put(value, slot);
    } else if (value.op == Op.RESHAPE) {
      // The same elements in the same order.
      layout.put(value, layout.slot(value.operands.get(0)));
    } else if (whole.contains(value)) {
      boolean shared = !varying.contains(value);
      Stage stage = factory.of(value);
      long count = layout.count(value);
      Slot slot = new Slot();
      int rows = shared ? 1 : blockRows;
      Tile scratch = Tile.allocate(Lane.of(value.dtype()), Math.toIntExact(count * rows));
      slot.heap(scratch, shared ? 0 : count);
      layout.put(value, slot);
      stages.add(new Computed(stage, slot, scratch, count, shared));
    }
  }

  private Tile source(Value value) {
    if (value.op == Op.CONSTANT) {
      int count = (int) layout.count(value);
      Tile tile = Tile.allocate(Lane.of(value.dtype()), count);
      new BufferStorage(value.dtype(), value.constant().data()).read(0, 1, tile, 0, count);
      return tile;
    }
    long[] dims = layout.dims(value.operands.get(0));
    if (value.op == Op.SHAPE) {
      Tile tile = Tile.allocate(Lane.LONG, dims.length);
      System.arraycopy(dims, 0, tile.longs, 0, dims.length);
      return tile;
    }
    Tile tile = Tile.allocate(Lane.LONG, 1);
    tile.longs[0] = 1;
    for (int axis : ((Attribute.Axes) value.attribute).axes()) {
      tile.longs[0] *= dims[axis];
    }
    return tile;
  }

  /** Returns the shapes of the outputs. */
  List<Shape> outputShapes() {
    return program.results().stream().map(result -> Shape.of(layout.dims(result))).toList();
  }

  /**
   * Computes rows.
   *
   * @param rows the number of rows
   * @param sources the inputs, row 0 at element 0
   * @param strides the elements from one row of each input to the next, 0 for the same in all
   * @param targets zeroed memory for each output, row 0 at its position
   */
  void run(int rows, List<BufferStorage> sources, long[] strides, List<ByteBuffer> targets) {
    List<BufferSink> sinks = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      sinks.add(new BufferSink(program.results().get(i).dtype(), targets.get(i)));
    }
    for (int first = 0; first < rows; first += blockRows) {
      int block = Math.min(blockRows, rows - first);
      for (int i = 0; i < inputs.size(); i++) {
        inputs.get(i).memory(sources.get(i), first * strides[i], strides[i]);
      }
      for (Computed computed : stages) {
        if (!computed.shared()) {
          computed.stage().run(block, computed.scratch());
        }
      }
      for (int i = 0; i < sinks.size(); i++) {
        write(program.results().get(i), outputs.get(i), first, block, sinks.get(i));
      }
    }
  }

  private static void write(Value value, Group group, int first, int rows, BufferSink sink) {
    long inner = group.inner();
    boolean computed = !isMoved(value);
    long stride = rowStride(value.dtype(), inner);
    long all = rows * inner;
    if (stride == inner) {
      for (long from = 0; from < all; from += Group.TILE) {
        int n = (int) Math.min(Group.TILE, all - from);
        Tile tile = group.evaluate(from, n);
        store(tile, computed, sink, first * inner + from, n);
      }
      return;
    }
    for (int row = 0; row < rows; row++) {
      for (long from = 0; from < inner; from += Group.TILE) {
        int n = (int) Math.min(Group.TILE, inner - from);
        Tile tile = group.evaluate(row * inner + from, n);
        store(tile, computed, sink, (first + row) * stride + from, n);
      }
    }
  }

  /** Elements from one row to the next: rows of packed dtypes begin on a byte. */
  static long rowStride(DType dtype, long count) {
    return dtype.isPacked() ? dtype.byteLength(count) * (8 / dtype.bits()) : count;
  }

  private static void store(Tile tile, boolean computed, BufferSink sink, long to, int n) {
    if (computed) {
      quiet(tile, n);
    }
    sink.write(to, tile, 0, n);
  }

  /** Makes every NaN the one canonical NaN: which operand's payload survives is up to the JIT. */
  private static void quiet(Tile tile, int n) {
    if (tile.lane == Lane.FLOAT) {
      float[] values = tile.floats;
      for (int i = tile.offset; i < tile.offset + n; i++) {
        values[i] = Float.isNaN(values[i]) ? Float.NaN : values[i];
      }
    } else if (tile.lane == Lane.DOUBLE) {
      double[] values = tile.doubles;
      for (int i = tile.offset; i < tile.offset + n; i++) {
        values[i] = Double.isNaN(values[i]) ? Double.NaN : values[i];
      }
    }
  }

  /** Whether elements come from memory as they are, NaN payloads included. */
  private static boolean isMoved(Value value) {
    return switch (value.op) {
      case INPUT, CONSTANT -> true;
      case SLICE, TRANSPOSE, EXPAND_DIMS, RESHAPE, GATHER -> isMoved(value.operands.get(0));
      default -> false;
    };
  }
}

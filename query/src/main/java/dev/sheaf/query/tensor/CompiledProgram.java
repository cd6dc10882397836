package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.query.internal.tensor.BufferStorage;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program made ready for a backend. Reusable and safe for use by several threads; each run takes
 * scratch from a pool, so threads do not wait for each other.
 *
 * <p>Every row is computed by itself: the result of a row does not depend on the batch it is in.
 */
public final class CompiledProgram {
  private static final int MOST_SHAPES = 64;

  private final TensorProgram program;
  private final Backend backend;

  /** Idle plans by the shapes they are for, the longest unused first. Guarded by itself. */
  private final Map<List<Shape>, Deque<Plan>> idle =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Shape>, Deque<Plan>> eldest) {
          return size() > MOST_SHAPES;
        }
      };

  CompiledProgram(TensorProgram program, Backend backend) {
    this.program = program;
    this.backend = backend;
  }

  /** Returns the program. */
  public TensorProgram program() {
    return program;
  }

  /** Returns the backend. */
  public Backend backend() {
    return backend;
  }

  /**
   * Returns the shapes of the outputs for inputs of these shapes, without computing anything.
   *
   * @throws dev.sheaf.format.QuerySyntaxException if the shapes do not fit the program
   */
  public List<Shape> outputShapes(List<Shape> inputShapes) {
    requireCount("shapes", inputShapes.size(), program.inputs().size());
    Plan plan = borrow(inputShapes);
    try {
      return plan.outputShapes();
    } finally {
      giveBack(inputShapes, plan);
    }
  }

  /**
   * Computes a batch into the caller's memory. Each output takes from its buffer's position on
   * {@code rows} times {@code dtype.byteLength(elements of a row)} bytes, little-endian, rows one
   * after the other; each row begins on a byte, so a single bool takes one. Positions and limits
   * stay as they are.
   *
   * @param rows the number of rows
   * @param inputs one batch for each input, in the order of {@link TensorProgram#inputs}
   * @param outputs one buffer for each output, heap or direct
   * @throws dev.sheaf.format.QuerySyntaxException if inputs do not fit the program, outputs differ
   *     in shape from row to row, or an index of a gather is out of range
   * @throws IllegalArgumentException if a buffer is too small or the numbers of buffers are wrong
   */
  public void run(int rows, List<TensorBatch> inputs, List<ByteBuffer> outputs) {
    requireCount("outputs", outputs.size(), program.outputs().size());
    checkInputs(rows, inputs);
    List<Shape> first = null;
    for (int row = 0; row < rows; ) {
      int end = sameShapes(inputs, row, rows);
      List<Shape> shapes = shapes(inputs, row);
      Plan plan = borrow(shapes);
      try {
        List<Shape> results = plan.outputShapes();
        first = first == null ? results : first;
        requireSame(first, results, row);
        execute(plan, inputs, row, end - row, slices(outputs, results, row, end - row));
      } finally {
        giveBack(shapes, plan);
      }
      row = end;
    }
  }

  /**
   * Computes a batch whose outputs may differ in shape from row to row.
   *
   * @return for each output a tensor for each row, on the heap
   * @throws dev.sheaf.format.QuerySyntaxException if inputs do not fit the program or an index of a
   *     gather is out of range
   */
  public List<List<Tensor>> runRows(int rows, List<TensorBatch> inputs) {
    checkInputs(rows, inputs);
    List<List<Tensor>> all = new ArrayList<>();
    program.outputs().forEach(output -> all.add(new ArrayList<>(rows)));
    for (int row = 0; row < rows; row++) {
      List<Shape> shapes = shapes(inputs, row);
      Plan plan = borrow(shapes);
      try {
        List<Shape> results = plan.outputShapes();
        List<ByteBuffer> targets = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
          targets.add(ByteBuffer.allocate(Math.toIntExact(rowBytes(i, results.get(i)))));
        }
        execute(plan, inputs, row, 1, targets);
        for (int i = 0; i < results.size(); i++) {
          DType dtype = program.outputs().get(i).dtype();
          all.get(i).add(Tensor.of(dtype, results.get(i), targets.get(i)));
        }
      } finally {
        giveBack(shapes, plan);
      }
    }
    return all;
  }

  /** Computes one row and returns its outputs, on the heap; throws as {@link #runRows} does. */
  public List<Tensor> run(List<Tensor> inputs) {
    List<TensorBatch> batches = inputs.stream().map(TensorBatch::constant).toList();
    return runRows(1, batches).stream().map(rows -> rows.get(0)).toList();
  }

  private void checkInputs(int rows, List<TensorBatch> inputs) {
    requireCount("inputs", inputs.size(), program.inputs().size());
    if (rows < 0) {
      throw new IllegalArgumentException("rows=" + rows + " is negative");
    }
    for (int i = 0; i < inputs.size(); i++) {
      TensorProgram.Input input = program.inputs().get(i);
      TensorBatch batch = inputs.get(i);
      if (batch.dtype() != input.type().dtype()) {
        throw ShapeError.of(
            ShapeError.RUN,
            "Input \"" + input.name() + "\" is " + input.type() + ", got " + batch.dtype().id(),
            "Give tensors of the declared dtype");
      }
      long have = rows;
      if (batch instanceof TensorBatch.Matrix matrix) {
        long bytes = matrix.rowBytes();
        have = bytes == 0 ? rows : matrix.data().remaining() / bytes;
      } else if (batch instanceof TensorBatch.Rows list) {
        have = list.rows().size();
      }
      if (have < rows) {
        throw new IllegalArgumentException(
            "input \"" + input.name() + "\" has " + have + " rows of " + rows);
      }
    }
  }

  private static void requireCount(String what, int actual, int expected) {
    if (actual != expected) {
      throw new IllegalArgumentException("expected " + expected + " " + what + ", got " + actual);
    }
  }

  private static void requireSame(List<Shape> first, List<Shape> results, int row) {
    if (!first.equals(results)) {
      throw ShapeError.of(
          ShapeError.RUN,
          "Outputs of row " + row + " have shapes " + results + ", those of row 0 " + first,
          "Use runRows for outputs that differ in shape");
    }
  }

  private static List<Shape> shapes(List<TensorBatch> inputs, int row) {
    return inputs.stream().map(batch -> batch.shape(row)).toList();
  }

  /** Returns the row at which a batch that can be computed in one go ends. */
  private static int sameShapes(List<TensorBatch> inputs, int row, int rows) {
    boolean ragged = inputs.stream().anyMatch(TensorBatch.Rows.class::isInstance);
    return ragged ? row + 1 : rows;
  }

  private long rowBytes(int output, Shape shape) {
    return program.outputs().get(output).dtype().byteLength(shape.elementCount());
  }

  private List<ByteBuffer> slices(
      List<ByteBuffer> outputs, List<Shape> results, int row, int rows) {
    List<ByteBuffer> targets = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      ByteBuffer output = outputs.get(i);
      long bytes = rowBytes(i, results.get(i));
      if ((row + rows) * bytes > output.remaining()) {
        throw new IllegalArgumentException(
            "output "
                + i
                + " takes "
                + (row + rows) * bytes
                + " bytes, its buffer has "
                + output.remaining());
      }
      ByteBuffer target =
          output.slice(output.position() + (int) (row * bytes), (int) (rows * bytes));
      if (program.outputs().get(i).dtype().isPacked()) {
        target.put(0, new byte[target.remaining()]);
      }
      targets.add(target);
    }
    return targets;
  }

  private void execute(
      Plan plan, List<TensorBatch> inputs, int row, int rows, List<ByteBuffer> targets) {
    List<BufferStorage> sources = new ArrayList<>();
    long[] strides = new long[inputs.size()];
    for (int i = 0; i < inputs.size(); i++) {
      TensorBatch batch = inputs.get(i);
      ByteBuffer data;
      if (batch instanceof TensorBatch.Matrix matrix) {
        int bytes = Math.toIntExact(matrix.rowBytes());
        data = matrix.data();
        data = data.slice(data.position() + row * bytes, rows * bytes);
        strides[i] = Plan.rowStride(matrix.dtype(), matrix.shape().elementCount());
      } else if (batch instanceof TensorBatch.Rows list) {
        data = list.rows().get(row).data();
      } else {
        data = ((TensorBatch.Same) batch).value().data();
      }
      sources.add(new BufferStorage(batch.dtype(), data));
    }
    plan.run(rows, sources, strides, targets);
  }

  private Plan borrow(List<Shape> shapes) {
    synchronized (idle) {
      Deque<Plan> plans = idle.get(shapes);
      if (plans != null && !plans.isEmpty()) {
        return plans.pop();
      }
    }
    return new Plan(program, shapes, backend.kernels());
  }

  private void giveBack(List<Shape> shapes, Plan plan) {
    synchronized (idle) {
      idle.computeIfAbsent(shapes, key -> new ArrayDeque<>()).push(plan);
    }
  }
}

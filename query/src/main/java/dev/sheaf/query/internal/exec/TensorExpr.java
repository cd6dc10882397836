package dev.sheaf.query.internal.exec;

import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.query.tensor.Backend;
import dev.sheaf.query.tensor.CompiledProgram;
import dev.sheaf.query.tensor.TensorBatch;
import dev.sheaf.query.tensor.TensorProgram;
import dev.sheaf.query.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Runs a tensor program over the rows of a batch. Columns whose cells lie in one matrix go in
 * without a copy. A row with a null input is null.
 */
final class TensorExpr implements Expr {
  private final TensorProgram program;
  private final List<Input> inputs;
  private final TensorType type;
  private CompiledProgram compiled;

  /**
   * What goes into an input.
   *
   * @param column the column of the batch, or -1
   * @param expr what is computed
   */
  record Input(int column, Expr expr) {}

  TensorExpr(TensorProgram program, List<Input> inputs) {
    this.program = program;
    this.inputs = inputs;
    this.type = program.outputs().get(0);
  }

  @Override
  public Vec eval(RowBatch batch) {
    int size = batch.size();
    List<TensorBatch> given = new ArrayList<>();
    Vec[] vecs = new Vec[inputs.size()];
    boolean[] nulls = null;
    for (int i = 0; i < vecs.length; i++) {
      Input input = inputs.get(i);
      TensorType wanted = program.inputs().get(i).type();
      Optional<ByteBuffer> matrix =
          input.column() >= 0 && wanted.isFixed() && wanted.rank() > 0
              ? batch.column(input.column()).matrix()
              : Optional.empty();
      if (matrix.isPresent()) {
        given.add(TensorBatch.matrix(wanted.dtype(), wanted.shape(), matrix.get()));
        continue;
      }
      given.add(null);
      vecs[i] = input.expr().eval(batch);
      nulls = either(nulls, vecs[i].nulls());
    }
    if (nulls != null) {
      return withNulls(batch, nulls);
    }
    for (int i = 0; i < vecs.length; i++) {
      if (vecs[i] != null) {
        given.set(i, tensors(vecs[i], program.inputs().get(i).type()));
      }
    }
    try {
      return run(size, given);
    } finally {
      for (int i = 0; i < vecs.length; i++) {
        if (vecs[i] == null) {
          batch.column(inputs.get(i).column()).checkMatrix();
        }
      }
    }
  }

  private static boolean[] either(boolean[] a, boolean[] b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    boolean[] either = a.clone();
    for (int i = 0; i < either.length; i++) {
      either[i] |= b[i];
    }
    return either;
  }

  private Vec withNulls(RowBatch batch, boolean[] nulls) {
    int size = nulls.length;
    int[] rows = new int[size];
    int count = 0;
    int[] places = new int[size];
    for (int i = 0; i < size; i++) {
      places[i] = count;
      if (!nulls[i]) {
        rows[count++] = i;
      }
    }
    Kind kind = type.rank() > 0 ? Kind.OBJECT : kind(type.dtype());
    if (count == 0) {
      return Constants.vec(null, kind, size);
    }
    if (count == size) {
      throw new AssertionError("no null among the nulls");
    }
    Vec values = eval(batch.take(Arrays.copyOf(rows, count)));
    Vec nothing = Constants.vec(null, kind, 1);
    int[] numbers = new int[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = nulls[i] ? 1 : 0;
      places[i] = nulls[i] ? 0 : places[i];
    }
    return Vecs.collect(List.of(values, nothing), numbers, places);
  }

  private static Kind kind(DType dtype) {
    return switch (dtype.kind()) {
      case BOOL -> Kind.BOOL;
      case FLOAT -> Kind.DOUBLE;
      case SIGNED, UNSIGNED -> Kind.LONG;
    };
  }

  private static TensorBatch tensors(Vec vec, TensorType type) {
    if (vec instanceof Vec.Objects objects) {
      List<Tensor> tensors = new ArrayList<>(objects.values.length);
      for (Object value : objects.values) {
        tensors.add((Tensor) value);
      }
      return TensorBatch.rows(type.dtype(), tensors);
    }
    int width = (int) type.dtype().byteLength(1);
    ByteBuffer data = ByteBuffer.allocate(vec.size() * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < vec.size(); i++) {
      put(data, vec, i, type.dtype());
    }
    return TensorBatch.matrix(type.dtype(), Shape.of(), data.flip());
  }

  private static void put(ByteBuffer data, Vec vec, int row, DType dtype) {
    if (vec instanceof Vec.Bools bools) {
      data.put((byte) (bools.values[row] ? 1 : 0));
    } else if (vec instanceof Vec.Doubles doubles) {
      if (dtype == DType.FLOAT32) {
        data.putFloat((float) doubles.values[row]);
      } else {
        data.putDouble(doubles.values[row]);
      }
    } else {
      long value = ((Vec.Longs) vec).values[row];
      switch (dtype) {
        case INT8 -> data.put((byte) value);
        case INT16 -> data.putShort((short) value);
        case INT32 -> data.putInt((int) value);
        default -> data.putLong(value);
      }
    }
  }

  private Vec run(int size, List<TensorBatch> given) {
    if (compiled == null) {
      compiled = program.compile(Backend.best());
    }
    if (!type.isFixed()) {
      return new Vec.Objects(compiled.runRows(size, given).get(0).toArray());
    }
    int width = Math.toIntExact(type.dtype().byteLength(type.shape().elementCount()));
    ByteBuffer out =
        ByteBuffer.allocate(Math.multiplyExact(width, size)).order(ByteOrder.LITTLE_ENDIAN);
    compiled.run(size, given, List.of(out));
    if (type.rank() > 0) {
      Object[] tensors = new Object[size];
      for (int i = 0; i < size; i++) {
        tensors[i] = Tensor.of(type.dtype(), type.shape(), out.slice(i * width, width));
      }
      return new Vec.Objects(tensors);
    }
    return scalars(out, size, type.dtype());
  }

  private static Vec scalars(ByteBuffer out, int size, DType dtype) {
    switch (kind(dtype)) {
      case BOOL -> {
        boolean[] values = new boolean[size];
        for (int i = 0; i < size; i++) {
          values[i] = out.get(i) != 0;
        }
        return new Vec.Bools(values, null);
      }
      case DOUBLE -> {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
          values[i] =
              switch (dtype) {
                case FLOAT64 -> out.getDouble(i * 8);
                case FLOAT32 -> out.getFloat(i * 4);
                case FLOAT16 -> HalfFloat.toFloat(out.getShort(i * 2));
                default -> Float.intBitsToFloat(out.getShort(i * 2) << 16);
              };
        }
        return new Vec.Doubles(values, null);
      }
      default -> {
        long[] values = new long[size];
        for (int i = 0; i < size; i++) {
          values[i] =
              switch (dtype) {
                case INT8, I4 -> out.get(i);
                case UINT8, U1, U2, U4 -> out.get(i) & 0xff;
                case INT16 -> out.getShort(i * 2);
                case UINT16 -> out.getShort(i * 2) & 0xffff;
                case INT32 -> out.getInt(i * 4);
                case UINT32 -> out.getInt(i * 4) & 0xffffffffL;
                default -> out.getLong(i * 8);
              };
        }
        return new Vec.Longs(values, null);
      }
    }
  }
}

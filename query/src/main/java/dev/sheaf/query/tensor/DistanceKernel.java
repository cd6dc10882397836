package dev.sheaf.query.tensor;

import dev.sheaf.format.DType;
import dev.sheaf.format.Tensor;
import dev.sheaf.query.internal.tensor.BufferStorage;
import dev.sheaf.query.internal.tensor.Casts;
import dev.sheaf.query.internal.tensor.Kernels;
import dev.sheaf.query.internal.tensor.Lane;
import dev.sheaf.query.internal.tensor.LaneOrder;
import dev.sheaf.query.internal.tensor.Tile;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * The distances of one query from the rows of a matrix, for top-k search over contiguous tensor
 * chunks. The results have the bits of the program {@code metric(column, query)}.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class DistanceKernel {
  /** The elements that are copied at a time: 16 KiB. */
  private static final int BLOCK = 4096;

  private final Metric metric;
  private final Kernels kernels;
  private final DType dtype;
  private final DType distance;
  private final int length;
  private final Tile query;
  private final float queryNorm;
  private final double queryNormDouble;

  /**
   * Creates the kernel.
   *
   * @param metric what is computed
   * @param dtype the element type of the matrix
   * @param query the query, of any shape; a row of the matrix has as many elements
   * @param backend what computes
   * @throws IllegalArgumentException if the query has more elements than an array
   */
  public DistanceKernel(Metric metric, DType dtype, Tensor query, Backend backend) {
    this.metric = metric;
    this.dtype = dtype;
    kernels = backend.kernels();
    distance = Promotion.promote(Promotion.distance(dtype), Promotion.distance(query.dtype()));
    long count = query.shape().elementCount();
    if (count > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("the query has " + count + " elements");
    }
    length = (int) count;
    this.query = read(new BufferStorage(query.dtype(), query.data()), query.dtype());
    float[] partial = new float[LaneOrder.LANES];
    double[] doublePartial = new double[LaneOrder.LANES];
    queryNorm = distance == DType.FLOAT32 ? norm(this.query.floats, 0, partial) : 0;
    queryNormDouble = distance == DType.FLOAT32 ? 0 : norm(this.query.doubles, doublePartial);
  }

  /** Returns the dtype of the results: float32, or float64 where an operand needs it. */
  public DType resultType() {
    return distance;
  }

  /**
   * Computes the distances of consecutive rows.
   *
   * @param matrix the rows, little-endian in C order, from the buffer's position on; heap or
   *     direct, such as the mapped memory of a chunk; position and limit stay
   * @param firstRow the first row to compute
   * @param rows the number of rows
   * @param out takes the results; a float32 result is widened, which keeps its value
   * @param at where the first result goes
   * @throws IndexOutOfBoundsException if the matrix or {@code out} is too short
   */
  public void compute(ByteBuffer matrix, long firstRow, int rows, double[] out, int at) {
    Objects.checkFromIndexSize(at, rows, out.length);
    long rowBytes = dtype.byteLength(length);
    Objects.checkFromToIndex(0, (firstRow + rows) * rowBytes, matrix.remaining());
    ByteBuffer used =
        matrix.slice(matrix.position() + (int) (firstRow * rowBytes), (int) (rows * rowBytes));
    BufferStorage storage = new BufferStorage(dtype, used);
    long stride = Plan.rowStride(dtype, length);
    Tile loaded = Tile.allocate(Lane.of(dtype), length);
    Tile row = dtype == distance ? loaded : Tile.allocate(Lane.of(distance), length);
    float[] partial = new float[LaneOrder.LANES];
    double[] doublePartial = new double[LaneOrder.LANES];
    if (dtype == DType.FLOAT32 && distance == DType.FLOAT32) {
      blocks(storage, rows, out, at, partial);
      return;
    }
    for (int i = 0; i < rows; i++) {
      storage.read(i * stride, 1, loaded, 0, length);
      if (loaded != row) {
        Casts.cast(dtype, loaded, distance, row, length);
      }
      out[at + i] =
          distance == DType.FLOAT32
              ? distance(row.floats, 0, partial)
              : distance(row.doubles, doublePartial);
    }
  }

  /** Copies as many rows at a time as a core keeps nearest: vector registers load from arrays. */
  private void blocks(BufferStorage storage, int rows, double[] out, int at, float[] partial) {
    int most = Math.max(1, Math.min(rows, BLOCK / Math.max(1, length)));
    Tile block = Tile.allocate(Lane.FLOAT, most * length);
    float[] sums = new float[most];
    for (int first = 0; first < rows; first += most) {
      int count = Math.min(most, rows - first);
      storage.read((long) first * length, 1, block, 0, count * length);
      distances(block.floats, count, partial, sums);
      for (int i = 0; i < count; i++) {
        out[at + first + i] = sums[i];
      }
    }
  }

  private void distances(float[] rows, int count, float[] partial, float[] sums) {
    if (metric == Metric.L2_DISTANCE) {
      kernels.sumsOfSquares(rows, 0, count, query.floats, length, sums);
      for (int i = 0; i < count; i++) {
        sums[i] = (float) Math.sqrt(sums[i]);
      }
      return;
    }
    kernels.sumsOfProducts(rows, 0, count, query.floats, length, sums);
    for (int i = 0; i < count && metric == Metric.COSINE_DISTANCE; i++) {
      sums[i] = 1 - sums[i] / (norm(rows, i * length, partial) * queryNorm);
    }
  }

  private Tile read(BufferStorage storage, DType from) {
    Tile loaded = Tile.allocate(Lane.of(from), length);
    storage.read(0, 1, loaded, 0, length);
    if (from == distance) {
      return loaded;
    }
    Tile cast = Tile.allocate(Lane.of(distance), length);
    Casts.cast(from, loaded, distance, cast, length);
    return cast;
  }

  private float distance(float[] rows, int from, float[] partial) {
    return switch (metric) {
      case L2_DISTANCE ->
          (float) Math.sqrt(kernels.sumOfSquares(rows, from, query.floats, 0, length, partial));
      case INNER_PRODUCT -> kernels.sumOfProducts(rows, from, query.floats, 0, length, partial);
      case COSINE_DISTANCE -> {
        float product = kernels.sumOfProducts(rows, from, query.floats, 0, length, partial);
        yield 1 - product / (norm(rows, from, partial) * queryNorm);
      }
    };
  }

  private float norm(float[] rows, int from, float[] partial) {
    return (float) Math.sqrt(kernels.sumOfProducts(rows, from, rows, from, length, partial));
  }

  private double distance(double[] row, double[] partial) {
    Arrays.fill(partial, 0);
    return switch (metric) {
      case L2_DISTANCE -> {
        kernels.squaredDistance(row, 0, query.doubles, 0, length, partial);
        yield Math.sqrt(LaneOrder.sum(partial));
      }
      case INNER_PRODUCT -> {
        kernels.dot(row, 0, query.doubles, 0, length, partial);
        yield LaneOrder.sum(partial);
      }
      case COSINE_DISTANCE -> {
        kernels.dot(row, 0, query.doubles, 0, length, partial);
        double product = LaneOrder.sum(partial);
        double norms = norm(row, partial) * queryNormDouble;
        yield 1 - product / norms;
      }
    };
  }

  private double norm(double[] row, double[] partial) {
    Arrays.fill(partial, 0);
    kernels.dot(row, 0, row, 0, length, partial);
    return Math.sqrt(LaneOrder.sum(partial));
  }
}

package dev.sheaf.query.internal.exec;

import dev.sheaf.format.Tensor;
import dev.sheaf.query.tensor.Backend;
import dev.sheaf.query.tensor.DistanceKernel;
import dev.sheaf.query.tensor.Metric;
import dev.sheaf.query.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;

/**
 * The distance of a column's vectors from one vector, computed where the column's cells lie as one
 * matrix, such as the mapped memory of a chunk. Gives the bits of the tensor program that stands in
 * elsewhere.
 */
final class DistanceExpr implements Expr {
  private final int column;
  private final DistanceKernel kernel;
  private final Expr program;

  private DistanceExpr(int column, DistanceKernel kernel, Expr program) {
    this.column = column;
    this.kernel = kernel;
    this.program = program;
  }

  /**
   * Returns the expression, or {@code program} where the function is no metric or the vectors are
   * not of one length.
   *
   * @param function the name of the function
   * @param column the column
   * @param type the type of its cells
   * @param query the other vector
   */
  static Expr of(String function, int column, TensorType type, Tensor query, Expr program) {
    for (Metric metric : Metric.values()) {
      if (metric.id().equals(function.toLowerCase(Locale.ROOT))
          && type.rank() == 1
          && type.isFixed()
          && type.shape().equals(query.shape())) {
        DistanceKernel kernel = new DistanceKernel(metric, type.dtype(), query, Backend.best());
        return new DistanceExpr(column, kernel, program);
      }
    }
    return program;
  }

  @Override
  public Vec eval(RowBatch batch) {
    Optional<ByteBuffer> matrix = batch.column(column).matrix();
    if (matrix.isEmpty()) {
      return program.eval(batch);
    }
    double[] distances = new double[batch.size()];
    try {
      kernel.compute(matrix.get(), 0, distances.length, distances, 0);
    } finally {
      batch.column(column).checkMatrix();
    }
    return new Vec.Doubles(distances, null);
  }
}

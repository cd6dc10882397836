package dev.sheaf.query.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class DistanceKernelTest {
  private static final List<DType> DTYPES =
      List.of(
          DType.FLOAT32,
          DType.FLOAT16,
          DType.BFLOAT16,
          DType.FLOAT64,
          DType.UINT8,
          DType.INT8,
          DType.INT32,
          DType.U4,
          DType.BOOL);

  @Test
  void givesTheBitsOfTheProgram() {
    Backend vector = Backend.vector().orElseThrow();
    Randomness.repeat(
        400,
        random -> {
          DType dtype = random.pick(DTYPES);
          int length = random.oneOf(0, 1, 7, 31, 32, 33, 100, 512, 1025);
          int rows = 1 + random.below(5);
          Shape shape = Shape.of(length);
          Tensor query =
              Samples.random(random, random.chance(70) ? DType.FLOAT32 : dtype, shape, false);
          int rowBytes = (int) dtype.byteLength(length);
          ByteBuffer matrix = ByteBuffer.allocateDirect(5 + (rows + 1) * rowBytes).position(5);
          for (int i = 0; i <= rows; i++) {
            matrix.put(Samples.random(random, dtype, shape, random.chance(20)).data());
          }
          matrix.position(5);
          for (Metric metric : Metric.values()) {
            ProgramBuilder builder = new ProgramBuilder();
            Value column = builder.input("x", TensorType.of(dtype, shape));
            TensorProgram program =
                builder.build(metric.of(builder, column, builder.constant(query)));
            double[] plain = new double[rows + 2];
            double[] fast = new double[rows + 2];
            DistanceKernel kernel = new DistanceKernel(metric, dtype, query, Backend.scalar());
            kernel.compute(matrix, 1, rows, plain, 2);
            new DistanceKernel(metric, dtype, query, vector).compute(matrix, 1, rows, fast, 2);
            assertThat(fast).isEqualTo(plain);
            assertThat(program.outputs().get(0).dtype()).isEqualTo(kernel.resultType());
            for (int i = 0; i < rows; i++) {
              Tensor row = Tensor.of(dtype, shape, matrix.slice(5 + (i + 1) * rowBytes, rowBytes));
              Tensor expected = program.compile(vector).run(List.of(row)).get(0);
              assertThat(plain[2 + i]).isEqualTo(expected.element(0));
            }
          }
        });
  }

  @Test
  void computesKnownDistances() {
    ByteBuffer matrix = Tensor.ofFloats(new float[] {3, 4, 0, 5, 1, 1}).data();
    Tensor query = Tensor.ofFloats(new float[] {0, 0});
    double[] out = new double[3];
    new DistanceKernel(Metric.L2_DISTANCE, DType.FLOAT32, query, Backend.best())
        .compute(matrix, 0, 3, out, 0);
    assertThat(out).containsExactly(5, 5, (float) Math.sqrt(2));
    Tensor right = Tensor.ofFloats(new float[] {2, 0});
    new DistanceKernel(Metric.COSINE_DISTANCE, DType.FLOAT32, right, Backend.best())
        .compute(matrix, 0, 2, out, 1);
    assertThat(out[1]).isEqualTo(1 - 0.6f);
    assertThat(out[2]).isEqualTo(1);
    new DistanceKernel(Metric.INNER_PRODUCT, DType.FLOAT32, right, Backend.best())
        .compute(matrix, 1, 2, out, 0);
    assertThat(out).startsWith(0, 2);
  }

  @Test
  void refusesRowsBeyondTheMatrix() {
    DistanceKernel kernel =
        new DistanceKernel(
            Metric.L2_DISTANCE, DType.FLOAT32, Tensor.ofFloats(new float[2]), Backend.scalar());
    assertThatThrownBy(() -> kernel.compute(ByteBuffer.allocate(23), 1, 2, new double[9], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> kernel.compute(ByteBuffer.allocate(24), 1, 2, new double[1], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}

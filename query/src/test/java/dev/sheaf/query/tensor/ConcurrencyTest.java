package dev.sheaf.query.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ConcurrencyTest {
  @Test
  void threadsShareACompiledProgram() throws Exception {
    ProgramBuilder builder = new ProgramBuilder();
    Value x = builder.input("x", TensorType.of(DType.FLOAT32, Dim.symbol("n")));
    CompiledProgram program =
        builder.build(builder.std(x), builder.sum(builder.exp(x))).compile(Backend.best());
    List<TensorBatch> inputs = new ArrayList<>();
    List<ByteBuffer> expected = new ArrayList<>();
    int rows = 300;
    for (int length : new int[] {3, 40, 700}) {
      ByteBuffer data = ByteBuffer.allocate(rows * length * 4);
      Randomness random = new Randomness(length);
      for (int row = 0; row < rows; row++) {
        data.put(Samples.random(random, DType.FLOAT32, Shape.of(length), false).data());
      }
      TensorBatch batch = TensorBatch.matrix(DType.FLOAT32, Shape.of(length), data.flip());
      inputs.add(batch);
      expected.add(run(program, rows, batch));
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> tasks = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        int which = i % 3;
        tasks.add(() -> run(program, rows, inputs.get(which)).equals(expected.get(which)));
      }
      for (Future<Boolean> done : threads.invokeAll(tasks)) {
        assertThat(done.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    Tensor one = Tensor.ofFloats(new float[] {1, 3});
    assertThat(program.run(List.of(one)).get(0).element(0)).isEqualTo(1.0);
  }

  private static ByteBuffer run(CompiledProgram program, int rows, TensorBatch batch) {
    ByteBuffer std = ByteBuffer.allocateDirect(rows * 4);
    ByteBuffer sum = ByteBuffer.allocate(rows * 4);
    program.run(rows, List.of(batch), List.of(std, sum));
    return ByteBuffer.allocate(rows * 8).put(std).put(sum).flip();
  }
}

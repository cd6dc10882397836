package dev.sheaf.query.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.DType;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.query.tensor.RandomPrograms.Case;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random programs: each backend against the naive oracle, and the backends against each other. */
class RandomProgramTest {
  @Test
  void scalarGivesWhatTheOracleGives() {
    Set<Op> seen = new HashSet<>();
    Randomness.repeat(
        1500,
        random -> {
          Case one = RandomPrograms.next(random);
          one.program().operations().forEach(value -> seen.add(value.op));
          List<Tensor> inputs = one.inputs(random);
          List<Tensor> actual = one.program().compile(Backend.scalar()).run(inputs);
          List<Oracle.Array> expected = Oracle.run(one.program(), inputs);
          for (int i = 0; i < actual.size(); i++) {
            assertSame(one.program(), expected.get(i), Oracle.array(actual.get(i)));
          }
        });
    if (System.getProperty("tests.iters", "").isEmpty()) {
      assertThat(seen).containsExactlyInAnyOrder(Op.values());
    }
  }

  @Test
  void backendsGiveTheSameBits() {
    Backend vector = Backend.vector().orElseThrow();
    assertThat(vector.name()).isEqualTo("vector");
    Randomness.repeat(
        1500,
        random -> {
          Case one = RandomPrograms.next(random);
          List<Tensor> inputs = one.inputs(random);
          assertThat(one.program().compile(vector).run(inputs))
              .as(one.program().toString())
              .isEqualTo(one.program().compile(Backend.scalar()).run(inputs));
        });
  }

  @Test
  void batchesGiveWhatSingleRowsGive() {
    Randomness.repeat(
        500,
        random -> {
          Case one = RandomPrograms.next(random);
          CompiledProgram program = one.program().compile(Backend.scalar());
          int rows = random.oneOf(1, 2, 3, 17, 70);
          int inputs = one.shapes().size();
          int same = random.below(inputs + 1);
          List<List<Tensor>> cells = new ArrayList<>();
          for (int row = 0; row < rows; row++) {
            List<Tensor> next = new ArrayList<>(one.inputs(random));
            if (same < inputs && row > 0) {
              next.set(same, cells.get(0).get(same));
            }
            cells.add(next);
          }
          List<TensorBatch> batches = new ArrayList<>();
          for (int i = 0; i < inputs; i++) {
            int input = i;
            List<Tensor> column = cells.stream().map(row -> row.get(input)).toList();
            batches.add(i == same ? TensorBatch.constant(column.get(0)) : matrix(random, column));
          }
          List<ByteBuffer> outputs = new ArrayList<>();
          List<Shape> shapes = program.outputShapes(one.shapes());
          for (int i = 0; i < shapes.size(); i++) {
            DType dtype = one.program().outputs().get(i).dtype();
            int bytes = (int) dtype.byteLength(shapes.get(i).elementCount()) * rows;
            byte[] garbage = new byte[3 + bytes];
            Arrays.fill(garbage, (byte) 0x5a);
            outputs.add(ByteBuffer.wrap(garbage).position(3));
          }
          program.run(rows, batches, outputs);
          for (int row = 0; row < rows; row++) {
            List<Tensor> alone = program.run(cells.get(row));
            for (int i = 0; i < outputs.size(); i++) {
              Tensor expected = alone.get(i);
              int bytes = expected.byteLength();
              ByteBuffer actual = outputs.get(i).slice(3 + row * bytes, bytes);
              assertThat(Tensor.of(expected.dtype(), expected.shape(), actual))
                  .as("row %d of output %d of\n%s", row, i, one.program())
                  .isEqualTo(expected);
            }
          }
        });
  }

  private static TensorBatch matrix(Randomness random, List<Tensor> rows) {
    Tensor first = rows.get(0);
    int bytes = first.byteLength() * rows.size();
    ByteBuffer data =
        random.chance(50) ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    rows.forEach(row -> data.put(row.data()));
    return TensorBatch.matrix(first.dtype(), first.shape(), data.flip());
  }

  private static void assertSame(
      TensorProgram program, Oracle.Array expected, Oracle.Array actual) {
    assertThat(actual.dims()).as(program.toString()).isEqualTo(expected.dims());
    assertThat(actual.elements()).as(program.toString()).isEqualTo(expected.elements());
  }
}

package dev.sheaf.format.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packed tensors whose last byte has bits to spare. */
class PackedTensorTest {
  @TempDir Path temp;

  @Test
  void bitsAfterTheLastElementMakeNoDifference() {
    assertThat(write("zeros", (byte) 0)).isEqualTo(write("ones", (byte) 0xff));
  }

  private String write(String name, byte spare) {
    try (Dataset dataset = Dataset.create(temp.resolve(name + ".sheaf"));
        Transaction change = dataset.begin()) {
      Row row = Row.of().key("k");
      for (DType dtype : new DType[] {DType.BOOL, DType.U1, DType.U2, DType.U4, DType.I4}) {
        byte[] three = new byte[(int) dtype.byteLength(3)];
        three[three.length - 1] = (byte) (spare << (3 * dtype.bits() & 7));
        Tensor tensor = Tensor.of(dtype, Shape.of(3), ByteBuffer.wrap(three));
        change.addColumn(Column.of(dtype.id(), Type.tensor(dtype, 3)));
        change.addColumn(Column.of(dtype.id() + " ragged", Type.tensor(dtype, Shape.ANY)));
        row.set(dtype.id(), tensor).set(dtype.id() + " ragged", tensor);
      }
      change.append(row);
      Version version = change.commit("one");
      for (Column column : version.schema()) {
        if (column.type() instanceof Type.Tensor type) {
          Tensor tensor = version.sample(0).tensor(column.name());
          assertThat(tensor.data().get(tensor.byteLength() - 1))
              .as("last byte of " + type)
              .isZero();
        }
      }
      return version.commit().tree();
    }
  }
}

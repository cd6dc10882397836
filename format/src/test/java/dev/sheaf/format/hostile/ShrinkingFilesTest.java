package dev.sheaf.format.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.crash.Processes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Chunks that are cut short while another process reads them through mapped memory. In a process of
 * its own, whose death is a failure.
 */
class ShrinkingFilesTest {
  /** A quarter of it is for pages on the heap: the pages of the dataset take more. */
  private static final String HEAP = "-Xmx24m";

  private static final int ROWS = 7_500;

  @TempDir Path temp;

  @Test
  void readsGiveRightAnswersOrRefusals() {
    shrink(40);
  }

  @Tag("slow")
  @Test
  void manyReadsGiveRightAnswersOrRefusals() {
    shrink(1000);
  }

  private void shrink(int rounds) {
    Randomness random = Randomness.ofThisRun();
    Path path = temp.resolve("shrinks.sheaf");
    write(path, random);
    List<String> command =
        Processes.java(
            ShrinkDriver.class, path.toString(), Long.toString(random.bits()), "" + rounds);
    command.replaceAll(option -> option.startsWith("-Xmx") ? HEAP : option);
    // Both compilers: reads that fault behave differently in each.
    command.removeIf(option -> option.startsWith("-XX:TieredStopAtLevel"));
    String output;
    try {
      output = Processes.finish(Processes.start(command));
    } catch (Exception | AssertionError e) {
      throw random.failure(e);
    }
    assertThat(output).startsWith("files that shrink while mapped: " + rounds + " cuts");
    System.out.print(output);
  }

  /** Makes so much text that even the cells that are kept by rows do not all fit on the heap. */
  private static void write(Path path, Randomness random) {
    try (Dataset dataset = Dataset.create(path);
        Transaction change = dataset.begin()) {
      change.addColumn(Column.of("id", Type.scalar(DType.INT64)));
      change.addColumn(Column.of("score", Type.scalar(DType.FLOAT64)));
      change.addColumn(Column.of("caption", Type.UTF8));
      change.addColumn(Column.of("vector", Type.tensor(DType.FLOAT32, 200)));
      change.addColumn(Column.of("embedding", Type.tensor(DType.FLOAT32, 256)));
      change.addColumn(Column.of("image", Type.media(MediaKind.IMAGE)));
      for (int i = 0; i < ROWS; i++) {
        change.append(
            Row.of()
                .key("k" + i)
                .set("id", random.bits())
                .set("score", i / 3.0)
                .set("caption", "caption " + i + " " + HexFormat.of().formatHex(random.bytes(440)))
                .set("vector", tensor(random, 200))
                .set("embedding", tensor(random, 256))
                .set(
                    "image",
                    Media.of(MediaKind.IMAGE, random.bytes(random.between(1030, 2500)), Map.of())));
      }
      change.commit("first");
    }
  }

  /** Makes a tensor without NaN: hash codes of floats tell every value apart. */
  private static Tensor tensor(Randomness random, int length) {
    byte[] bytes = random.bytes(length * 4);
    for (int i = 3; i < bytes.length; i += 4) {
      bytes[i] &= 0x3f;
    }
    return Tensor.of(DType.FLOAT32, Shape.of(length), ByteBuffer.wrap(bytes));
  }
}

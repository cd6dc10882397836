package dev.sheaf.query;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;

/** A dataset for tests: several kinds of columns, nulls, two versions, edits and deletes. */
final class Pets {
  static final int DIM = 300;
  static final int ROWS = 3000;

  private Pets() {}

  /**
   * Makes the dataset: the branch {@code v1} as it was appended; in {@code main} sample 5 has the
   * score 7.5, sample 6 is gone, and caption 9 is null.
   */
  static Dataset create(Path path) {
    Dataset dataset = Dataset.create(path);
    Random random = new Random(42);
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of("id", Type.scalar(DType.INT32)));
      change.addColumn(Column.of("label", Type.UTF8));
      change.addColumn(Column.of("score", Type.scalar(DType.FLOAT32)));
      change.addColumn(Column.of("seen", Type.scalar(DType.BOOL)));
      change.addColumn(Column.of("caption", Type.UTF8));
      change.addColumn(Column.of("embedding", Type.tensor(DType.FLOAT32, DIM)));
      change.addColumn(Column.of("small", Type.tensor(DType.FLOAT32, 4)));
      change.addColumn(Column.of("mask", Type.tensor(DType.UINT8, Shape.ANY, 2)));
      change.addColumn(Column.of("image", Type.media(MediaKind.IMAGE)));
      change.addColumn(
          Column.of(
              "box",
              new Type.Struct(
                  List.of(
                      new Type.Field("x", Type.scalar(DType.INT32)),
                      new Type.Field("name", Type.UTF8)))));
      change.addColumn(Column.of("tags", Type.list(Type.UTF8)));
      for (int i = 0; i < ROWS; i++) {
        change.append(row(i, random));
      }
      change.commit("Append");
    }
    dataset.createBranch("v1", "main");
    try (Transaction change = dataset.begin()) {
      Version version = dataset.head();
      change.update(version.sample(5).id(), Map.of("score", 7.5f));
      java.util.Map<String, Object> none = new java.util.HashMap<>();
      none.put("caption", null);
      change.update(version.sample(9).id(), none);
      change.delete(version.sample(6).id());
      change.commit("Edit");
    }
    return dataset;
  }

  private static Row row(int i, Random random) {
    float[] embedding = new float[DIM];
    for (int k = 0; k < DIM; k++) {
      embedding[k] = (float) random.nextGaussian();
    }
    float[] small = {i, -i, 0.5f, random.nextFloat()};
    Row row =
        Row.of()
            .key("k" + i)
            .set("id", i)
            .set("label", List.of("cat", "dog", "emu", "猫").get(i % 4))
            .set("score", i % 10 == 0 ? null : random.nextFloat())
            .set("seen", i % 7 == 0 ? null : (Boolean) (i % 2 == 0))
            .set("caption", "a long caption of number " + i + " " + "x".repeat(i % 50 * 40))
            .set("embedding", Tensor.ofFloats(embedding))
            .set("small", Tensor.ofFloats(small))
            .set("tags", i % 3 == 0 ? null : List.of("t" + i % 5, "all"))
            .set("box", i % 4 == 0 ? null : Map.of("x", i, "name", "box" + i % 3));
    if (i % 5 == 0) {
      byte[] mask = new byte[(i % 3 + 1) * 2];
      java.util.Arrays.fill(mask, (byte) (i % 200));
      row.set("mask", Tensor.of(DType.UINT8, Shape.of(i % 3 + 1, 2), ByteBuffer.wrap(mask)));
    }
    if (i % 100 == 0) {
      row.set("image", image(i));
    }
    return row;
  }

  /** A PNG of 6 x 4 pixels, all of one colour. */
  private static Media image(int i) {
    BufferedImage image = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 6; x++) {
        image.setRGB(x, y, (i % 256) << 16 | 20 << 8 | 30);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Media.of(
        MediaKind.IMAGE, bytes.toByteArray(), Map.of("codec", "png", "width", 6 + i, "height", 4));
  }
}

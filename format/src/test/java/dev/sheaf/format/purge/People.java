package dev.sheaf.format.purge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A dataset with cells of every form, on two branches and a tag. */
public final class People {
  public static final List<String> COLUMNS =
      List.of("name", "age", "words", "portrait", "story", "vector", "_key");
  static final int WIDTH = 512;

  private People() {}

  /**
   * Writes the dataset: {@code v1} and {@code side} are all people, {@code main} has changed since.
   *
   * @param stories whether people have long texts, which makes their pages compressed
   */
  public static Path write(Path path, int people, boolean stories) {
    try (Dataset dataset = Dataset.create(path)) {
      try (Transaction change = dataset.begin("main")) {
        change.addColumn(Column.of("name", Type.UTF8));
        change.addColumn(Column.of("age", Type.scalar(DType.INT32)));
        change.addColumn(Column.of("words", Type.list(Type.UTF8)));
        change.addColumn(Column.of("portrait", Type.media(MediaKind.FILE)));
        change.addColumn(Column.of("story", Type.UTF8));
        change.addColumn(Column.of("vector", Type.tensor(DType.FLOAT32, WIDTH)));
        for (int i = 0; i < people; i++) {
          append(change, i, stories);
        }
        change.commit("People");
      }
      dataset.createTag("v1", "main");
      dataset.createBranch("side", "main");
      try (Transaction change = dataset.begin("main")) {
        for (int i = 0; i < people; i++) {
          change.update(dataset.head().sample(i).id(), Map.of("vector", vector(i + 1000)));
        }
        change.commit("Embed anew");
      }
    }
    return path;
  }

  private static void append(Transaction change, int i, boolean stories) {
    Row row =
        Row.of()
            .key("person-" + i)
            .set("name", "person-" + i + "-name")
            .set("age", i)
            .set("words", List.of("secret of person " + i, "word"))
            .set("portrait", Media.of(MediaKind.FILE, portrait(i), Map.of()))
            .set("vector", vector(i));
    change.append(stories ? row.set("story", story(i)) : row);
  }

  static String story(int i) {
    return "Once upon a time there was person " + i + ". " + "Blah. ".repeat(400) + i;
  }

  static byte[] portrait(int i) {
    return ("PORTRAIT-" + i + "-").repeat(110).getBytes(US_ASCII);
  }

  static Tensor vector(int i) {
    ByteBuffer data = ByteBuffer.allocate(WIDTH * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < WIDTH; at++) {
      data.putFloat(i * 1000f + at + 1);
    }
    return Tensor.of(DType.FLOAT32, Shape.of(WIDTH), data.flip());
  }

  /** Reads a cell to the last byte. */
  public static Object read(Sample sample, String column) {
    Object value = sample.value(column);
    if (value instanceof Media media) {
      return new String(media.toBytes(), US_ASCII);
    }
    if (value instanceof Tensor tensor) {
      List<Object> elements = new ArrayList<>();
      ByteBuffer data = tensor.data();
      while (data.remaining() >= 4) {
        elements.add(data.getFloat());
      }
      return elements;
    }
    return value;
  }

  static Map<String, Object> cells(Sample sample) {
    Map<String, Object> cells = new LinkedHashMap<>();
    COLUMNS.forEach(column -> cells.put(column, read(sample, column)));
    return cells;
  }
}

package dev.sheaf.format.bench;

import dev.sheaf.format.Batch;
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
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Sheaf through its public interface, as a user would read it. */
final class SheafStore implements Store {
  private static final int COMMIT_EVERY = 1_000_000;

  private final Dataset dataset;
  private final Version version;
  private final boolean wide;

  private SheafStore(Path path, BenchData.Shape shape) {
    dataset = Dataset.open(path);
    version = dataset.head();
    wide = shape == BenchData.Shape.WIDE;
  }

  static SheafStore open(Path folder, BenchData.Shape shape) throws IOException {
    Path path = folder.resolve("bench.sheaf");
    if (!Files.exists(path)) {
      Path part = folder.resolve("part.sheaf");
      write(part, shape);
      Files.move(part, path);
    }
    return new SheafStore(path, shape);
  }

  private static void write(Path path, BenchData.Shape shape) {
    boolean wide = shape == BenchData.Shape.WIDE;
    Target sample = new Target();
    try (Dataset dataset = Files.exists(path) ? Dataset.open(path) : Dataset.create(path)) {
      // Begins where an interrupted run ended.
      for (long first = dataset.head().size(); first < shape.samples(); first += COMMIT_EVERY) {
        try (Transaction change = dataset.begin()) {
          if (first == 0) {
            addColumns(change, wide);
          }
          long end = Math.min(shape.samples(), first + COMMIT_EVERY);
          for (long i = first; i < end; i++) {
            BenchData.fill(shape, i, sample);
            change.append(row(sample, wide));
          }
          change.commit("Add samples " + first + " to " + (end - 1));
        }
      }
    }
  }

  private static void addColumns(Transaction change, boolean wide) {
    change.addColumn(Column.of("id", Type.scalar(DType.INT64)));
    change.addColumn(Column.of("w", Type.scalar(DType.INT32)));
    change.addColumn(Column.of("h", Type.scalar(DType.INT32)));
    change.addColumn(Column.of("score", Type.scalar(DType.FLOAT32)));
    change.addColumn(Column.of("ts", Type.scalar(DType.INT64)));
    change.addColumn(Column.of("lang", Type.scalar(DType.INT32)));
    change.addColumn(Column.of("aes", Type.scalar(DType.FLOAT32)));
    change.addColumn(Column.of("caption", Type.UTF8));
    if (wide) {
      change.addColumn(Column.of("embedding", Type.tensor(DType.FLOAT32, BenchData.DIMENSIONS)));
      change.addColumn(Column.of("image", Type.media(MediaKind.IMAGE)));
    }
  }

  private static Row row(Target sample, boolean wide) {
    Row row = Row.of().key("s" + sample.id).set("id", sample.id).set("w", sample.w);
    row.set("h", sample.h).set("score", sample.score).set("ts", sample.ts);
    row.set("lang", sample.lang).set("aes", sample.aes);
    row.set("caption", new String(sample.caption(), java.nio.charset.StandardCharsets.US_ASCII));
    if (wide) {
      Tensor embedding =
          Tensor.of(
              DType.FLOAT32, Shape.of(BenchData.DIMENSIONS), ByteBuffer.wrap(sample.embedding()));
      row.set("embedding", embedding);
      row.set("image", Media.of(MediaKind.IMAGE, sample.image(), Map.of("codec", "jpeg")));
    }
    return row;
  }

  @Override
  public void readAll(long index, Target target) {
    copyAll(version.sample(index), target);
  }

  private void copyAll(Sample sample, Target target) {
    target.id = sample.int64("id");
    target.w = (int) sample.int64("w");
    target.h = (int) sample.int64("h");
    target.score = (float) sample.float64("score");
    target.ts = sample.int64("ts");
    target.lang = (int) sample.int64("lang");
    target.aes = (float) sample.float64("aes");
    copyText(sample, target);
    if (wide) {
      copyImage(sample, target);
    }
  }

  private static void copyImage(Sample sample, Target target) {
    ByteBuffer buffer = target.buffer.position(Target.IMAGE_AT);
    sample.media("image").copyTo(buffer);
    target.imageAt = Target.IMAGE_AT;
    target.imageLength = buffer.position() - Target.IMAGE_AT;
  }

  private void copyText(Sample sample, Target target) {
    ByteBuffer caption = sample.bytes("caption");
    int length = caption.remaining();
    caption.get(target.bytes, 0, length);
    target.captionAt = 0;
    target.captionLength = length;
    if (wide) {
      ByteBuffer embedding = sample.tensor("embedding").data();
      target.embeddingAt = Target.EMBEDDING_AT;
      target.embeddingLength = embedding.remaining();
      embedding.get(target.bytes, Target.EMBEDDING_AT, target.embeddingLength);
    }
  }

  @Override
  public void readText(long index, Target target) {
    copyText(version.sample(index), target);
  }

  @Override
  public void readImage(long index, Target target) {
    copyImage(version.sample(index), target);
  }

  @Override
  public long take(long[] indices, Target target) {
    long bytes = 0;
    for (Sample sample : version.take(indices)) {
      copyAll(sample, target);
      bytes += target.length();
    }
    return bytes;
  }

  @Override
  public long scan(Target target) {
    long bytes = 0;
    for (Batch batch : version.scan()) {
      for (int row = 0; row < batch.size(); row++) {
        copyAll(batch.sample(row), target);
        bytes += target.length();
      }
    }
    return bytes;
  }

  @Override
  public long view(long index, boolean all) {
    Sample sample = version.sample(index);
    long seen = sample.bytes("caption").get(0);
    if (wide) {
      seen += sample.tensor("embedding").data().get(0);
    }
    if (all) {
      seen += sample.int64("id") + sample.int64("w") + sample.int64("h") + sample.int64("ts");
      seen += sample.int64("lang") + (long) (sample.float64("score") + sample.float64("aes"));
      if (wide) {
        ByteBuffer image = sample.media("image").bytes();
        seen += image.get(image.limit() - 1);
      }
    }
    return seen;
  }

  @Override
  public void close() {
    dataset.close();
  }
}

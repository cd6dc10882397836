package dev.sheaf.query.bench;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * The datasets of the benchmarks, made at their first use in the folder of the property {@code
 * bench.dir}. Each sample is made from its number alone; seeds are hashed, because generators that
 * are seeded with neighbouring numbers overlap.
 */
final class QueryData {
  /** The elements of a vector. */
  static final int DIMENSIONS = 512;

  /** The number of vectors. */
  static final int VECTORS = Integer.getInteger("bench.vectors", 1_000_000);

  /** The number of narrow samples. */
  static final int NARROW = Integer.getInteger("bench.narrow", 10_000_000);

  private static final int COMMIT_EVERY = 1_000_000;
  private static final int LABELS = 100;

  private QueryData() {}

  /** A narrow sample; reused for the next. */
  static final class Narrow {
    long id;
    String label;
    double x;
    double score;
    int lang;

    /** Becomes sample {@code i}. */
    void fill(long i) {
      SplittableRandom random = random(i ^ 1);
      id = i;
      // Some labels are frequent and most are rare, as in collected data.
      double rank = random.nextDouble();
      label = String.format("label-%03d", (int) (LABELS * rank * rank));
      x = random.nextDouble();
      score = random.nextDouble() * 10;
      lang = random.nextInt(40);
    }
  }

  static Path folder() {
    String dir = System.getProperty("bench.dir");
    if (dir == null) {
      throw new IllegalStateException("say where the data goes: -Dbench.dir=FOLDER, about 6 GB");
    }
    return Path.of(dir);
  }

  static SplittableRandom random(long number) {
    long z = number + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return new SplittableRandom(z ^ (z >>> 31));
  }

  static float[] vector(long number) {
    SplittableRandom random = random(number);
    float[] vector = new float[DIMENSIONS];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextDouble(-1, 1);
    }
    return vector;
  }

  /** Opens a million vectors, column {@code embedding}. */
  static Dataset vectors() throws IOException {
    return open("vectors-" + VECTORS, VECTORS, QueryData::addVectors);
  }

  /** Opens ten million samples of five scalars. */
  static Dataset narrow() throws IOException {
    return open("narrow-" + NARROW, NARROW, QueryData::addNarrow);
  }

  /** Appends samples. */
  private interface Filler {
    void add(Transaction change, long from, long to);
  }

  private static Dataset open(String name, long count, Filler filler) throws IOException {
    Files.createDirectories(folder());
    Path path = folder().resolve(name + ".sheaf");
    Dataset dataset = Files.exists(path) ? Dataset.open(path) : Dataset.create(path);
    // Begins where an interrupted run ended.
    for (long from = dataset.head().size(); from < count; from = dataset.head().size()) {
      try (Transaction change = dataset.begin()) {
        filler.add(change, from, Math.min(count, from + COMMIT_EVERY));
        change.commit("Add samples from " + from);
      }
    }
    return dataset;
  }

  private static void addVectors(Transaction change, long from, long to) {
    if (from == 0) {
      change.addColumn(Column.of("id", Type.scalar(DType.INT64)));
      change.addColumn(Column.of("embedding", Type.tensor(DType.FLOAT32, DIMENSIONS)));
    }
    for (long i = from; i < to; i++) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * DIMENSIONS).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(vector(i));
      Tensor embedding = Tensor.of(DType.FLOAT32, Shape.of(DIMENSIONS), bytes);
      change.append(Row.of().key("v" + i).set("id", i).set("embedding", embedding));
    }
  }

  private static void addNarrow(Transaction change, long from, long to) {
    if (from == 0) {
      change.addColumn(Column.of("id", Type.scalar(DType.INT64)));
      change.addColumn(Column.of("label", Type.UTF8));
      change.addColumn(Column.of("x", Type.scalar(DType.FLOAT64)));
      change.addColumn(Column.of("score", Type.scalar(DType.FLOAT64)));
      change.addColumn(Column.of("lang", Type.scalar(DType.INT32)));
    }
    Narrow sample = new Narrow();
    for (long i = from; i < to; i++) {
      sample.fill(i);
      Row row = Row.of().key("n" + i).set("id", sample.id).set("label", sample.label);
      change.append(row.set("x", sample.x).set("score", sample.score).set("lang", sample.lang));
    }
  }
}

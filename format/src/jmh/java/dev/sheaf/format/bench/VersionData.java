package dev.sheaf.format.bench;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * One million samples of 20 columns with a history, made from their numbers alone: a branch {@code
 * edited} that is 1,000 commits of 10 cells each ahead of {@code main}. Built once, copied for each
 * benchmark that writes.
 */
final class VersionData {
  /** The number of samples. */
  static final int SAMPLES = Integer.getInteger("bench.versions", 1_000_000);

  /** The branch with the history. */
  static final String EDITED = "edited";

  static final int COMMITS = 1_000;
  static final int CELLS_A_COMMIT = 10;

  private static final int INTEGERS = 6;
  private static final int FLOATS = 6;
  private static final int TEXTS = 4;

  private VersionData() {}

  /** Returns the dataset, which is built first if it is not there. */
  static Path path() throws IOException {
    Path path = Format.home().resolve("versions-" + SAMPLES + ".sheaf");
    if (!Files.exists(path)) {
      Path part = Format.home().resolve("versions-part.sheaf");
      delete(part);
      Files.createDirectories(Format.home());
      write(part);
      Files.move(part, path);
    }
    return path;
  }

  /** Returns a copy of the dataset to write into; chunks, which never change, are linked. */
  static Path copy() throws IOException {
    Path from = path();
    Path to = Format.home().resolve("versions-copy.sheaf");
    delete(to);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (file.startsWith(from.resolve("chunks"))) {
          Files.createLink(target, file);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void write(Path path) throws IOException {
    try (Dataset dataset = Dataset.create(path)) {
      long start = System.nanoTime();
      try (Transaction change = dataset.begin()) {
        change.addColumn(Column.of("label", Type.UTF8));
        change.addColumn(Column.of("tags", Type.list(Type.UTF8)));
        for (int i = 0; i < INTEGERS; i++) {
          change.addColumn(Column.of("n" + i, Type.scalar(DType.INT64)));
        }
        for (int i = 0; i < FLOATS; i++) {
          change.addColumn(Column.of("x" + i, Type.scalar(DType.FLOAT32)));
        }
        for (int i = 0; i < TEXTS; i++) {
          change.addColumn(Column.of("text" + i, Type.UTF8));
        }
        change.addColumn(Column.of("small", Type.tensor(DType.FLOAT32, 8)));
        change.addColumn(Column.of("flag", Type.scalar(DType.BOOL)));
        for (int i = 0; i < SAMPLES; i++) {
          change.append(row(i));
        }
        change.commit("Add the samples");
      }
      Sizes.print("made %d samples in %.1f s", SAMPLES, (System.nanoTime() - start) / 1e9);
      start = System.nanoTime();
      dataset.createBranch(EDITED, "main");
      SampleId[] ids = ids(dataset.head());
      for (int commit = 0; commit < COMMITS; commit++) {
        try (Transaction change = dataset.begin(EDITED)) {
          for (int i = 0; i < CELLS_A_COMMIT; i++) {
            int cell = commit * CELLS_A_COMMIT + i;
            change.update(ids[place(cell)], Map.of("label", "edit" + cell));
          }
          change.commit("Edit " + commit);
        }
      }
      Sizes.print("made %d commits in %.1f s", COMMITS, (System.nanoTime() - start) / 1e9);
    }
  }

  private static Row row(int i) {
    SplittableRandom random = new SplittableRandom(BenchData.mix(i));
    Row row = Row.of().key("k" + i);
    row.set("label", "label" + random.nextInt(1_000));
    row.set("tags", List.of("t" + random.nextInt(50), "u" + random.nextInt(50)));
    for (int c = 0; c < INTEGERS; c++) {
      row.set("n" + c, random.nextLong(1L << (8 * (c + 1))));
    }
    for (int c = 0; c < FLOATS; c++) {
      row.set("x" + c, (float) random.nextDouble());
    }
    for (int c = 0; c < TEXTS; c++) {
      row.set("text" + c, Long.toString(random.nextLong(), 36));
    }
    float[] small = new float[8];
    for (int d = 0; d < small.length; d++) {
      small[d] = (float) random.nextDouble(-1, 1);
    }
    return row.set("small", Tensor.ofFloats(small)).set("flag", random.nextBoolean());
  }

  /**
   * Returns a place in 0 to {@link #SAMPLES} - 1, another for each number below it: neighbours lie
   * far from each other, in all segments.
   */
  static int place(long number) {
    // Odd and no multiple of 5, so the multiplication permutes where the size is a power of ten.
    return (int) (number * 618_033L % SAMPLES);
  }

  /** Returns the ids of all samples. */
  static SampleId[] ids(Version version) {
    SampleId[] ids = new SampleId[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      ids[i] = version.sample(i).id();
    }
    return ids;
  }
}

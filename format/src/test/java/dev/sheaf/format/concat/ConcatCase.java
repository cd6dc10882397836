package dev.sheaf.format.concat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.format.purge.People;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.io.TempDir;

/** Small datasets to join, and what must hold of the joined one. */
abstract class ConcatCase {
  @TempDir Path temp;

  Path path(String name) {
    return temp.resolve(name + ".sheaf");
  }

  static ThrowingConsumer<Throwable> code(String code) {
    return error -> assertThat(((DatasetException) error).code()).isEqualTo(code);
  }

  static byte[] payload(int seed) {
    return new Randomness(seed).bytes(5000 + seed % 100);
  }

  /** Appends samples with narrow, wide and fixed cells: keys {@code NAMEfrom} to {@code NAMEto}. */
  static void append(Dataset dataset, String name, int from, int to) {
    try (Transaction change = dataset.begin()) {
      for (int i = from; i < to; i++) {
        change.append(
            Row.of()
                .key(name + i)
                .origin(new Origin("/data/" + name, Origin.Unit.ROW, i, ""))
                .set("n", i)
                .set("label", name)
                .set("text", ("Long text of " + name + i + " ").repeat(200))
                .set("file", Media.of(MediaKind.FILE, payload(name.hashCode() + i), Map.of()))
                .set("vector", Tensor.ofFloats(floats(i))));
      }
      change.commit("Append " + name);
    }
  }

  private static float[] floats(int seed) {
    float[] values = new float[400];
    for (int i = 0; i < values.length; i++) {
      values[i] = seed * 1000f + i;
    }
    return values;
  }

  /** Makes a dataset with the samples {@code NAME0} and so on. */
  Path dataset(String name, int samples) {
    try (Dataset dataset = Dataset.create(path(name))) {
      append(dataset, name, 0, samples);
    }
    return path(name);
  }

  /** The data cells of a version, by sample, read to the last byte. */
  static Map<String, Map<String, Object>> cells(Version version) {
    Map<String, Map<String, Object>> cells = new LinkedHashMap<>();
    for (long i = 0; i < version.size(); i++) {
      Sample sample = version.sample(i);
      Map<String, Object> of = new LinkedHashMap<>();
      for (Column column : version.schema()) {
        if (!column.name().startsWith("_")) {
          Object value = People.read(sample, column.name());
          if (value != null) {
            of.put(column.name(), value);
          }
        }
      }
      of.put("_key", sample.key());
      of.put("_origin", sample.origin());
      cells.put(sample.id().toString(), of);
    }
    return cells;
  }

  /** Nothing is damaged, and the statistics of all segments are what their cells say. */
  static void assertWhole(Dataset dataset) {
    assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
    Sums.check(dataset.head());
  }

  /** Counts the files of the chunks. */
  static long files(Path dataset) throws IOException {
    try (Stream<Path> files = Files.walk(dataset.resolve("chunks"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}

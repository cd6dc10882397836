package dev.sheaf.format.edit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.EditSet;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.StagedEdits;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bulk edit of one cell in a hundred writes, staging and commit together. */
class EditBytesTest {
  private static final long ALLOWANCE = 64 << 10;

  @TempDir Path temp;

  /** A type of cells, with the bits that a value of it has. */
  private record Kind(Type type, long bits, Function<Randomness, Object> value) {}

  private static Map<String, Kind> narrow() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put("bool", new Kind(Type.scalar(DType.BOOL), 1, random -> random.chance(50)));
    kinds.put("i8", new Kind(Type.scalar(DType.INT8), 8, random -> (long) (byte) random.bits()));
    kinds.put(
        "i16", new Kind(Type.scalar(DType.INT16), 16, random -> (long) (short) random.bits()));
    kinds.put("i32", new Kind(Type.scalar(DType.INT32), 32, random -> (long) (int) random.bits()));
    kinds.put("i64", new Kind(Type.scalar(DType.INT64), 64, Randomness::bits));
    kinds.put(
        "f32", new Kind(Type.scalar(DType.FLOAT32), 32, random -> random.below(1 << 30) / 8f));
    kinds.put("f64", new Kind(Type.scalar(DType.FLOAT64), 64, random -> (double) random.bits()));
    kinds.put("text", new Kind(Type.UTF8, 24 * 8, random -> text(random, 18)));
    return kinds;
  }

  private static Map<String, Kind> wide() {
    Map<String, Kind> kinds = new LinkedHashMap<>();
    kinds.put(
        "vec", new Kind(Type.tensor(DType.FLOAT32, 64), 256 * 8, random -> floats(random, 64)));
    kinds.put(
        "emb", new Kind(Type.tensor(DType.FLOAT32, 512), 2048 * 8, random -> floats(random, 512)));
    kinds.put("long", new Kind(Type.UTF8, 4000 * 8, random -> text(random, 3000)));
    kinds.put("raw", new Kind(Type.BINARY, 3000 * 8, random -> random.bytes(3000)));
    return kinds;
  }

  private static String text(Randomness random, int bytes) {
    return Base64.getEncoder().encodeToString(random.bytes(bytes));
  }

  private static Tensor floats(Randomness random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.below(1 << 24);
    }
    return Tensor.ofFloats(values);
  }

  @Test
  void ofNarrowCellsIsThreeTimesTheValuesAtMost() throws IOException {
    check(narrow(), 50_000);
  }

  @Test
  void ofWideCellsIsThreeTimesTheValuesAtMost() throws IOException {
    check(wide(), 3_000);
  }

  @Test
  @Tag("slow")
  void ofAMillionCellsIsThreeTimesTheValuesAtMost() throws IOException {
    check(narrow(), 1_000_000);
  }

  private void check(Map<String, Kind> kinds, int rows) throws IOException {
    Randomness random = new Randomness(11);
    Path path = temp.resolve("a.sheaf");
    try (Dataset dataset = Dataset.create(path)) {
      try (Transaction change = dataset.begin()) {
        kinds.forEach((name, kind) -> change.addColumn(Column.of(name, kind.type())));
        for (int row = 0; row < rows; row++) {
          Row cells = Row.of().key("k" + row);
          kinds.forEach((name, kind) -> cells.set(name, kind.value().apply(random)));
          change.append(cells);
        }
        change.commit("Fill");
      }
      for (boolean isScattered : new boolean[] {true, false}) {
        for (Map.Entry<String, Kind> kind : kinds.entrySet()) {
          edit(dataset, random, kind.getKey(), kind.getValue(), rows, isScattered);
        }
      }
    }
  }

  /** Edits one cell in every hundred, so that every page is touched, or the first hundredth. */
  private static void edit(
      Dataset dataset, Randomness random, String column, Kind kind, int rows, boolean isScattered)
      throws IOException {
    Path path = dataset.path();
    Version before = dataset.head();
    EditSet edits = new EditSet();
    int edited = rows / 100;
    for (int i = 0; i < edited; i++) {
      long index = isScattered ? i * 100L + random.below(100) : i;
      edits.set(before.select().sample(index).id(), column, kind.value().apply(random));
    }
    Map<Path, Long> atFirst = files(path);
    StagedEdits staged = dataset.staged("ada", "main");
    staged.add(edits);
    Map<Path, Long> afterStaging = files(path);
    Version after = staged.commit("Edit " + column);
    long written = grown(atFirst, afterStaging);
    long committed = grown(afterStaging, files(path));

    long values = edited * kind.bits() / 8;
    assertThat(written + committed)
        .as("bytes written for %d cells of %s", edited, column)
        .isLessThanOrEqualTo(3 * values + ALLOWANCE);
    assertThat(edits.cells()).hasSize(edited);
    edits
        .cells()
        .forEach(
            (id, cells) -> {
              Sample sample = after.sample(after.indexOf(id).orElseThrow());
              if (!(cells.get(column) instanceof byte[] || cells.get(column) instanceof Tensor)) {
                assertThat(sample.value(column)).isEqualTo(cells.get(column));
              }
            });
    System.out.printf(
        "bulk edit: %,d %s of %,d cells of %s, %,d value bytes: %,d staged + %,d committed%n",
        edited,
        isScattered ? "scattered" : "consecutive",
        rows,
        kind.type(),
        values,
        written,
        committed);
  }

  private static Map<Path, Long> files(Path path) throws IOException {
    Map<Path, Long> sizes = new HashMap<>();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sizes.put(file, Files.size(file));
      }
    }
    return sizes;
  }

  /** Counts what is in new files, and what was added to old ones. */
  private static long grown(Map<Path, Long> before, Map<Path, Long> after) {
    return after.entrySet().stream()
        .mapToLong(file -> Math.max(0, file.getValue() - before.getOrDefault(file.getKey(), 0L)))
        .sum();
  }
}

package dev.sheaf.format.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sheaf.format.Column;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoaderTest {
  private static final int SAMPLES = 103;

  @TempDir Path folder;

  private Dataset dataset() {
    Dataset dataset = Dataset.create(folder.resolve("a.sheaf"));
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of("n", Type.scalar(DType.INT64)));
      change.addColumn(Column.of("text", Type.UTF8));
      change.addColumn(Column.of("vector", Type.tensor(DType.FLOAT32, 512)));
      change.addColumn(Column.of("image", Type.media(MediaKind.IMAGE)));
      for (int i = 0; i < SAMPLES; i++) {
        byte[] image = new byte[1500 + i];
        Arrays.fill(image, (byte) i);
        float[] vector = new float[512];
        Arrays.fill(vector, i);
        change.append(
            Row.of()
                .key("k" + i)
                .set("n", (long) i)
                .set("text", i % 10 == 0 ? null : "text " + i)
                .set("vector", Tensor.ofFloats(vector))
                .set("image", Media.of(MediaKind.IMAGE, image, Map.of())));
      }
      change.commit("Add samples");
    }
    return dataset;
  }

  private static byte[] payload(ValueVector vector, int row) {
    return vector instanceof LargeVarBinaryVector large
        ? large.get(row)
        : ((VarBinaryVector) vector).get(row);
  }

  private static List<Long> numbers(LoaderPass pass) {
    List<Long> numbers = new ArrayList<>();
    while (pass.hasNext()) {
      try (LoadedBatch batch = pass.next()) {
        BigIntVector vector = (BigIntVector) batch.root().getVector("n");
        for (int i = 0; i < batch.size(); i++) {
          assertThat(vector.get(i)).isEqualTo(batch.indices()[i]);
          numbers.add(vector.get(i));
        }
      }
    }
    return numbers;
  }

  @Test
  void copiesCellsIntoArrowMemory() {
    try (Dataset dataset = dataset();
        LoaderPass pass = Loader.of(dataset.head()).batch(10).seed(3).epoch(0)) {
      int seen = 0;
      while (pass.hasNext()) {
        try (LoadedBatch batch = pass.next()) {
          assertThat(batch.root().getSchema().getFields().stream().map(field -> field.getName()))
              .containsExactly("n", "text", "vector", "image");
          for (int row = 0; row < batch.size(); row++) {
            int i = (int) batch.indices()[row];
            VarCharVector text = (VarCharVector) batch.root().getVector("text");
            assertThat(text.isNull(row)).isEqualTo(i % 10 == 0);
            if (i % 10 != 0) {
              assertThat(new String(text.get(row), StandardCharsets.UTF_8)).isEqualTo("text " + i);
            }
            FixedSizeListVector vector = (FixedSizeListVector) batch.root().getVector("vector");
            assertThat(((Float4Vector) vector.getDataVector()).get(row * 512 + 511)).isEqualTo(i);
            byte[] image = payload(batch.root().getVector("image"), row);
            assertThat(image).hasSize(1500 + i).containsOnly((byte) i);
            seen++;
          }
          assertThat(batch.bytes()).isGreaterThan(batch.size() * 3500L);
        }
      }
      assertThat(seen).isEqualTo(SAMPLES);
      assertThat(pass.samples()).isEqualTo(SAMPLES);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 7", "2, 8", "3, 10", "5, 64", "8, 1", "200, 3"})
  void givesEverySampleOnceOnAnyNumberOfRanks(int world, int batch) {
    try (Dataset dataset = dataset()) {
      List<Long> all = new ArrayList<>();
      long steps = -1;
      for (int rank = 0; rank < world; rank++) {
        Loader loader =
            Loader.of(dataset.head()).columns("n").batch(batch).seed(5).rank(rank, world);
        try (LoaderPass pass = loader.epoch(2)) {
          assertThat(steps == -1 || steps == pass.steps()).isTrue();
          steps = pass.steps();
          all.addAll(numbers(pass));
        }
        for (long step = 0; step < steps; step++) {
          for (long index : loader.samplesOf(2, step)) {
            assertThat(loader.stepOf(2, index)).isEqualTo(step);
          }
        }
        assertThat(loader.samplesOf(2, steps)).isEmpty();
      }
      assertThat(all).doesNotHaveDuplicates().hasSize(SAMPLES);
    }
  }

  @Test
  void goesOnFromAStateOnAnotherNumberOfRanks() {
    try (Dataset dataset = dataset()) {
      Version head = dataset.head();
      List<Long> all = new ArrayList<>();
      LoaderState state = new LoaderState(9, 4, 0);
      int[] worlds = {3, 1, 4};
      for (int world : worlds) {
        LoaderState[] after = new LoaderState[world];
        for (int rank = 0; rank < world; rank++) {
          Loader loader = Loader.of(head).columns("n").batch(5).seed(9).rank(rank, world);
          try (LoaderPass pass = loader.resume(state)) {
            for (int step = 0; step < (world == 4 ? 100 : 2) && pass.hasNext(); step++) {
              try (LoadedBatch batch = pass.next()) {
                LongStream.of(batch.indices()).forEach(all::add);
                after[rank] = batch.after();
              }
            }
          }
        }
        assertThat(after).containsOnly(after[0]);
        state = after[0];
      }
      assertThat(state.position()).isEqualTo(SAMPLES);
      assertThat(all).doesNotHaveDuplicates().hasSize(SAMPLES);
      LoaderState end = state;
      Loader loader = Loader.of(head).seed(9);
      try (LoaderPass pass = loader.resume(end)) {
        assertThat(pass.hasNext()).isFalse();
      }
      assertThatThrownBy(() -> loader.seed(1).resume(end))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void dependsOnNothingButVersionSeedAndEpoch() {
    try (Dataset dataset = dataset()) {
      Loader loader = Loader.of(dataset.head()).columns("n").batch(8).seed(1);
      List<Long> once;
      try (LoaderPass pass = loader.epoch(0)) {
        once = numbers(pass);
      }
      try (LoaderPass pass = loader.threads(5, 9).epoch(0)) {
        assertThat(numbers(pass)).isEqualTo(once);
      }
      try (LoaderPass pass = loader.epoch(1)) {
        assertThat(numbers(pass)).isNotEqualTo(once);
      }
      try (LoaderPass pass = loader.seed(2).epoch(0)) {
        assertThat(numbers(pass)).isNotEqualTo(once);
      }
      try (LoaderPass pass = loader.inOrder().epoch(0)) {
        assertThat(numbers(pass)).isSorted();
      }
      Version view = dataset.head().pick(50, 3, 7);
      try (LoaderPass pass = Loader.of(view).columns("n").inOrder().epoch(0);
          LoadedBatch batch = pass.next()) {
        assertThat(((BigIntVector) batch.root().getVector("n")).get(0)).isEqualTo(50);
      }
    }
  }

  @Test
  void endsWithTheErrorOfACellThatCannotBeRead() throws IOException {
    try (Dataset dataset = dataset()) {
      try (var chunks = Files.walk(dataset.path().resolve("chunks"))) {
        for (Path chunk : chunks.filter(Files::isRegularFile).toList()) {
          byte[] bytes = Files.readAllBytes(chunk);
          Arrays.fill(bytes, bytes.length / 2, bytes.length / 2 + 2000, (byte) 0x55);
          Files.write(chunk, bytes);
        }
      }
    }
    try (Dataset damaged = Dataset.open(folder.resolve("a.sheaf"));
        LoaderPass pass = Loader.of(damaged.head()).batch(4).epoch(0)) {
      assertThatThrownBy(
              () -> {
                while (pass.hasNext()) {
                  pass.next().close();
                }
              })
          .isInstanceOf(CorruptDataException.class);
      assertThat(pass.hasNext()).isFalse();
    }
  }

  @Test
  void ordersAreBijectionsThatInvert() {
    for (long size = 0; size < 300; size++) {
      EpochOrder order = EpochOrder.of(size, 42, size);
      boolean[] seen = new boolean[(int) size];
      for (long position = 0; position < size; position++) {
        long index = order.indexAt(position);
        assertThat(seen[(int) index]).isFalse();
        seen[(int) index] = true;
        assertThat(order.positionOf(index)).isEqualTo(position);
      }
    }
    for (long size : new long[] {1L << 40, (1L << 62) + 12345, Long.MAX_VALUE}) {
      EpochOrder order = EpochOrder.of(size, -1, 7);
      for (long i = 0; i < 1000; i++) {
        long position = Math.floorMod(i * 0x9e3779b97f4a7c15L, size);
        assertThat(order.positionOf(order.indexAt(position))).isEqualTo(position);
      }
    }
    assertThatThrownBy(() -> EpochOrder.of(5, 0, 0).indexAt(5))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** Every sample comes about as often at every position: chi-squared, 24 degrees of freedom. */
  @Test
  void ordersFavourNoPosition() {
    int size = 25;
    int seeds = 5000;
    long[][] counts = new long[size][size];
    for (int seed = 0; seed < seeds; seed++) {
      EpochOrder order = EpochOrder.of(size, seed, 0);
      for (int position = 0; position < size; position++) {
        counts[position][(int) order.indexAt(position)]++;
      }
    }
    double expected = seeds / (double) size;
    for (long[] row : counts) {
      double chi = 0;
      for (long count : row) {
        chi += (count - expected) * (count - expected) / expected;
      }
      assertThat(chi).isLessThan(60);
    }
  }

  /** The vectors that readers in other languages are held to; see docs/loader.md. */
  @Test
  void ordersAreThoseOfTheVectors() throws IOException {
    Path file =
        Path.of(System.getProperty("sheaf.root", ".."), "testdata", "loader", "epoch-orders.json");
    ObjectMapper json = new ObjectMapper();
    if (Boolean.getBoolean("tests.update")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, vectors());
    }
    int checked = 0;
    for (JsonNode one : json.readTree(file.toFile())) {
      EpochOrder order =
          EpochOrder.of(
              Long.parseLong(one.get("size").textValue()),
              Long.parseLong(one.get("seed").textValue()),
              Long.parseLong(one.get("epoch").textValue()));
      for (int i = 0; i < one.get("positions").size(); i++) {
        long position = Long.parseLong(one.get("positions").get(i).textValue());
        assertThat(order.indexAt(position))
            .isEqualTo(Long.parseLong(one.get("indices").get(i).textValue()));
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(100);
  }

  private static String vectors() {
    StringBuilder out = new StringBuilder("[\n");
    long[] sizes = {1, 2, 3, 5, 16, 100, 1000003, 1L << 33, Long.MAX_VALUE};
    for (int i = 0; i < sizes.length; i++) {
      for (long seed : new long[] {0, -77, 1234567890123L}) {
        EpochOrder order = EpochOrder.of(sizes[i], seed, i);
        List<String> positions = new ArrayList<>();
        List<String> indices = new ArrayList<>();
        for (long k = 0; k < Math.min(16, sizes[i]); k++) {
          long position = sizes[i] <= 16 ? k : Math.floorMod(k * 0x9e3779b97f4a7c15L, sizes[i]);
          positions.add("\"" + position + "\"");
          indices.add("\"" + order.indexAt(position) + "\"");
        }
        out.append("  {\"size\": \"").append(sizes[i]).append("\", \"seed\": \"").append(seed);
        out.append("\", \"epoch\": \"")
            .append(i)
            .append("\",\n   \"positions\": ")
            .append(positions);
        out.append(",\n   \"indices\": ").append(indices).append("},\n");
      }
    }
    return out.substring(0, out.length() - 2) + "\n]\n";
  }
}

package dev.sheaf.format.internal.source.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.ingest.Ingest;
import dev.sheaf.format.internal.source.SampleSource;
import dev.sheaf.format.internal.source.SourceTests;
import dev.sheaf.format.testdata.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The arrays hold 0 to 23 in C order, as shape 4 x 3 x 2, scaled where a test says so. */
class ArraySourceTest {
  private static final Path ARRAYS = TestFiles.SOURCES.resolve("array");

  @TempDir Path folder;

  private static List<Map<String, Object>> rows(String name) {
    return SourceTests.rows(SourceTests.open(ARRAYS.resolve(name)));
  }

  private static List<String> schema(String name) {
    return SourceTests.schema(SourceTests.open(ARRAYS.resolve(name)));
  }

  private static void assertCounts(String name, String column, String type, double scale) {
    assertThat(schema(name)).as(name).containsExactly(column + ": tensor<" + type + ", [3, 2]>");
    List<Map<String, Object>> rows = rows(name);
    assertThat(rows).hasSize(4);
    for (int i = 0; i < 4; i++) {
      Tensor tensor = (Tensor) rows.get(i).get(column);
      for (int j = 0; j < 6; j++) {
        assertThat(((Number) tensor.element(j)).doubleValue())
            .as("%s %d %d", name, i, j)
            .isEqualTo((6 * i + j) * scale);
      }
    }
  }

  @Test
  void readsEveryOrderAndByteOrder() {
    assertCounts("c-int16.npy", "c-int16", "int16", 1);
    assertCounts("fortran-float64.npy", "fortran-float64", "float64", 0.25);
    assertCounts("big-endian-float32.npy", "big-endian-float32", "float32", 1);
    assertCounts("half.npy", "half", "float16", 1);
    assertCounts("uint8.npy", "uint8", "uint8", 1);
    assertCounts("version2.npy", "version2", "int32", 1);
  }

  @Test
  void readsTruthValuesTextAndBytes() {
    assertThat(schema("bool.npy")).containsExactly("bool: tensor<bool, [3, 2]>");
    for (int i = 0; i < 4; i++) {
      Tensor tensor = (Tensor) rows("bool.npy").get(i).get("bool");
      for (int j = 0; j < 6; j++) {
        assertThat(tensor.element(j)).isEqualTo((6 * i + j) % 3 == 0);
      }
    }
    assertThat(rows("text.npy"))
        .containsExactly(
            Map.of("text", "zero"),
            Map.of("text", "eins"),
            Map.of("text", "二"),
            Map.of("text", ""));
    assertThat(
            rows("bytes.npy").stream()
                .map(row -> new String((byte[]) row.get("bytes"), StandardCharsets.US_ASCII)))
        .containsExactly("ab", "c", "", "xyz");
    assertThat(rows("scalar.npy")).containsExactly(Map.of("scalar", 2.5f));
  }

  @Test
  void neverReadsPickles() {
    assertThatThrownBy(() -> rows("pickled.npy"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("it is a pickle, and reading a pickle runs its code");
    assertThatThrownBy(() -> rows("complex.npy")).hasMessageContaining("an array of dtype c8");
  }

  @Test
  void joinsTheArraysOfAnNpzThatAreAsLong() {
    assertThat(schema("four.npz"))
        .containsExactly("image: tensor<uint8, [3, 2]>", "label: int64", "name: utf8");
    List<Map<String, Object>> rows = rows("four.npz");
    assertThat(rows.stream().map(row -> row.get("label"))).containsExactly(3L, 1L, 2L, 0L);
    assertThat(rows.stream().map(row -> row.get("name"))).containsExactly("a", "b", "c", "d");
    assertThat(((Tensor) rows.get(3).get("image")).element(5)).isEqualTo(23L);
  }

  @Test
  void takesArraysThatDifferAsOneSample() {
    SampleSource source = SourceTests.open(ARRAYS.resolve("apart.npz"));
    assertThat(SourceTests.schema(source))
        .containsExactly("a: tensor<float32, [3]>", "b: tensor<int64, [2, 2]>");
    assertThat(source.notes()).hasSize(1);
    assertThat(((Tensor) SourceTests.rows(source).get(0).get("a")).toFloats())
        .containsExactly(1, 1, 1);
  }

  @Test
  void readsSafetensors() {
    assertThat(schema("four.safetensors"))
        .containsExactlyInAnyOrder(
            "embedding: tensor<float32, [3, 2]>",
            "half: tensor<float16, [3, 2]>",
            "flag: bool",
            "id: int64");
    List<Map<String, Object>> rows = rows("four.safetensors");
    assertThat(rows.stream().map(row -> row.get("id"))).containsExactly(9L, 8L, 7L, 6L);
    assertThat(rows.stream().map(row -> row.get("flag"))).containsExactly(true, false, true, true);
    assertThat(((Tensor) rows.get(1).get("embedding")).toFloats())
        .containsExactly(0.75f, 0.875f, 1, 1.125f, 1.25f, 1.375f);
    assertThat(((Tensor) rows.get(1).get("half")).element(0)).isEqualTo(6.0);
  }

  @Test
  void readsHdf5() {
    assertThat(schema("four.h5"))
        .containsExactlyInAnyOrder(
            "image: tensor<uint8, [3, 2]>",
            "label: int64",
            "name: utf8",
            "features/embedding: tensor<float32, [3, 2]>",
            "tokens: list<int32>");
    List<Map<String, Object>> rows = rows("four.h5");
    assertThat(rows.stream().map(row -> row.get("label"))).containsExactly(3L, 1L, 2L, 0L);
    assertThat(rows.stream().map(row -> row.get("name"))).containsExactly("a", "b", "二", "");
    assertThat(rows.stream().map(row -> row.get("tokens")))
        .containsExactly(List.of(), List.of(0L), List.of(0L, 1L), List.of(0L, 1L, 2L));
    assertThat(((Tensor) rows.get(3).get("features/embedding")).toFloats())
        .containsExactly(2.25f, 2.375f, 2.5f, 2.625f, 2.75f, 2.875f);
    assertThat(((Tensor) rows.get(3).get("image")).element(5)).isEqualTo(23L);
  }

  @Test
  void addsNothingTheSecondTime() {
    Path dataset = folder.resolve("d.sheaf");
    Path file = ARRAYS.resolve("four.safetensors");
    assertThat(Ingest.from(file).into(dataset).run().rowsAdded()).isEqualTo(4);
    assertThat(Ingest.from(file).into(dataset).run().changed()).isFalse();
  }

  @Test
  void refusesLengthsThatTheFileDoesNotHave() throws IOException {
    byte[] whole = Files.readAllBytes(ARRAYS.resolve("c-int16.npy"));
    String text = new String(whole, StandardCharsets.ISO_8859_1).replace("(4, 3, 2)", "(9, 3, 2)");
    Path lying = folder.resolve("l.npy");
    Files.write(lying, text.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> SourceTests.open(lying))
        .hasMessageContaining("shape [9, 3, 2] of 2 bytes each is more than the 48 bytes");
    String huge = text.replace("(9, 3, 2), }  ", "(99999999999999999,99999999999,99), }");
    Files.write(lying, huge.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> SourceTests.open(lying)).isInstanceOf(DatasetException.class);
  }

  @Test
  void survivesTruncationAndFlippedBytes() throws IOException {
    for (String name :
        List.of(
            "c-int16.npy", "text.npy", "four.npz", "apart.npz", "four.safetensors", "four.h5")) {
      byte[] whole = Files.readAllBytes(ARRAYS.resolve(name));
      int step = whole.length / 120 + 1;
      Path file = folder.resolve(name);
      for (int at = 0; at < whole.length; at += step) {
        Files.write(file, Arrays.copyOf(whole, at));
        readOrRefuse(file);
        byte[] flipped = whole.clone();
        flipped[at] ^= (byte) 0xff;
        Files.write(file, flipped);
        readOrRefuse(file);
      }
    }
  }

  private static void readOrRefuse(Path file) {
    try {
      SourceTests.rows(SourceTests.open(file));
    } catch (DatasetException e) {
      assertThat(e.getMessage()).contains(file.getFileName().toString());
    }
  }
}

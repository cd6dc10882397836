package dev.sheaf.format.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Media;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.testdata.TestFiles;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every reader of a table does; the same twelve captions in every format. */
abstract class SourceContract {
  /** Returns the file in {@code testdata/tables}. */
  abstract String file();

  /** Tells whether the format has lists and tensors. */
  abstract boolean nests();

  private Path path() {
    return TestFiles.TABLES.resolve(file());
  }

  @Test
  void findsTheSameTypesInEveryFormat() {
    List<String> expected =
        new ArrayList<>(
            List.of(
                "image: media<image>",
                "caption: utf8",
                "likes: int64",
                "score: float64",
                "day: date"));
    if (nests()) {
      expected.add("tags: list<utf8>");
      expected.add("embedding: tensor<float32, [16]>");
    }
    assertThat(SourceTests.schema(SourceTests.open(path()))).isEqualTo(expected);
  }

  @Test
  void readsEveryValueAndEveryNull() {
    List<Map<String, Object>> rows = SourceTests.rows(SourceTests.open(path()));
    assertThat(rows).hasSize(12);
    for (int i = 0; i < rows.size(); i++) {
      Map<String, Object> row = rows.get(i);
      assertThat(row.get("likes")).isEqualTo(i % 4 == 3 ? null : (long) i * i - 5);
      assertThat(row.get("score")).isEqualTo(i % 6 == 4 ? null : i / 8.0);
      assertThat(row.get("day"))
          .isEqualTo(i % 7 == 5 ? null : LocalDate.of(2026, i + 1, 2 * i + 1));
      if (nests()) {
        String kind = List.of("bird", "cat", "dog").get(i % 3);
        assertThat(row.get("tags")).isEqualTo(i % 5 == 0 ? List.of() : List.of(kind, "n" + i));
        assertThat(row.get("embedding")).isEqualTo(i == 9 ? null : embedding(i));
      }
    }
    assertThat(rows.get(7).get("caption")).isEqualTo("Eine Katze, die schaut\nand more");
    assertThat(rows.get(5).get("caption")).isEqualTo("一只狗, \"number 5\"");
  }

  private static Tensor embedding(int i) {
    float[] values = new float[16];
    for (int j = 0; j < values.length; j++) {
      values[j] = ((i * 31 + j * 17) % 64 - 32) / 64f;
    }
    return Tensor.ofFloats(values);
  }

  @Test
  void readsThePicturesThatCellsName() {
    Media first = (Media) SourceTests.rows(SourceTests.open(path())).get(0).get("image");
    assertThat(first.facts())
        .containsEntry("codec", "jpeg")
        .containsEntry("width", 96)
        .containsEntry("height", 80);
    assertThat(first.byteLength())
        .isEqualTo(TestFiles.PETS.resolve("bird/bird_01.jpg").toFile().length());
  }

  @Test
  void givesEveryRowTheSameHashEachTimeAndNoTwoTheSame() {
    List<Fingerprint> once = hashes();
    assertThat(hashes()).isEqualTo(once);
    assertThat(once.stream().map(Fingerprint::row)).doesNotHaveDuplicates();
    assertThat(once.stream().map(Fingerprint::content)).doesNotHaveDuplicates();
  }

  private List<Fingerprint> hashes() {
    return SourceTests.loaded(SourceTests.open(path())).stream()
        .map(LoadedRow::fingerprint)
        .toList();
  }

  @Test
  void survivesTruncationAtEveryLength(@org.junit.jupiter.api.io.TempDir Path folder)
      throws java.io.IOException {
    byte[] whole = java.nio.file.Files.readAllBytes(path());
    Path cut = folder.resolve(file());
    for (int length = 0; length < whole.length; length += 23) {
      java.nio.file.Files.write(cut, Arrays.copyOf(whole, length));
      readOrRefuse(cut);
    }
  }

  @Test
  void survivesFlippedBytes(@org.junit.jupiter.api.io.TempDir Path folder)
      throws java.io.IOException {
    byte[] whole = java.nio.file.Files.readAllBytes(path());
    Path broken = folder.resolve(file());
    for (int at = 0; at < whole.length; at += 11) {
      whole[at] ^= (byte) 0xff;
      java.nio.file.Files.write(broken, whole);
      readOrRefuse(broken);
      whole[at] ^= (byte) 0xff;
    }
  }

  /** Reads a damaged file: any rows or a DatasetException, nothing else. */
  private static void readOrRefuse(Path file) {
    try {
      SourceTests.rows(SourceTests.open(file));
    } catch (dev.sheaf.format.DatasetException e) {
      assertThat(e.code()).startsWith("SHEAF-");
      assertThat(e.getMessage()).contains(file.getFileName().toString());
    }
  }
}

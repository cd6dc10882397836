package dev.sheaf.format.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.ipc.Page;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page that many samples are read from is copied by rows; nobody sees a difference. */
class RowCopyTest {
  private static final int ROWS = 200;
  private static final List<DType> NUMBERS =
      List.of(
          DType.INT8,
          DType.UINT8,
          DType.INT16,
          DType.UINT16,
          DType.INT32,
          DType.UINT32,
          DType.INT64,
          DType.UINT64,
          DType.FLOAT16,
          DType.BFLOAT16,
          DType.FLOAT32,
          DType.FLOAT64);

  @TempDir Path folder;

  private static Row row(int i) {
    Row row = Row.of().key("k" + i);
    for (DType dtype : NUMBERS) {
      row.set(
          dtype.id(), dtype.kind() == DType.Kind.FLOAT ? (Object) (i * 0.5) : (Object) (long) i);
    }
    // Above the largest signed value, where signs would show.
    row.set("uint8", 55L + i).set("uint16", 65_000L + i).set("uint32", 4_294_967_000L + i);
    row.set("int8", (long) (i - 100)).set("flag", i % 3 == 0);
    row.set("holes", i % 5 == 0 ? null : (Object) (long) i);
    row.set("short", "text " + "é".repeat(i % 7));
    row.set("mixed", "x".repeat(i % 50 == 1 ? 5_000 : i % 11));
    row.set("gaps", i % 4 == 0 ? null : "g" + i);
    row.set("small", Tensor.ofFloats(new float[] {i, i + 1, i + 2}));
    row.set("large", Tensor.ofFloats(new float[512]));
    byte[] image = new byte[2_000 + i];
    image[0] = (byte) i;
    return row.set("image", Media.of(MediaKind.IMAGE, image, Map.of("codec", "jpeg")));
  }

  private Dataset dataset() {
    Dataset dataset = Dataset.create(folder.resolve("a.sheaf"));
    try (Transaction change = dataset.begin()) {
      NUMBERS.forEach(dtype -> change.addColumn(Column.of(dtype.id(), Type.scalar(dtype))));
      change.addColumn(Column.of("flag", Type.scalar(DType.BOOL)));
      change.addColumn(Column.of("holes", Type.scalar(DType.INT64)));
      for (String text : List.of("short", "mixed", "gaps")) {
        change.addColumn(Column.of(text, Type.UTF8));
      }
      change.addColumn(Column.of("small", Type.tensor(DType.FLOAT32, 3)));
      change.addColumn(Column.of("large", Type.tensor(DType.FLOAT32, 512)));
      change.addColumn(Column.of("image", Type.media(MediaKind.IMAGE)));
      for (int i = 0; i < ROWS; i++) {
        change.append(row(i));
      }
      change.commit("Add samples");
    }
    return dataset;
  }

  /** Returns all there is to see of a sample, by every way to read it. */
  private static List<Object> seen(Sample sample) {
    List<Object> seen = new ArrayList<>();
    for (DType dtype : NUMBERS) {
      seen.add(dtype.kind() == DType.Kind.FLOAT ? "" : sample.int64(dtype.id()));
      seen.add(sample.float64(dtype.id()));
      seen.add(sample.value(dtype.id()));
    }
    seen.add(sample.value("flag"));
    seen.add(sample.isNull("holes") ? "null" : sample.int64("holes"));
    for (String text : List.of("short", "mixed", "gaps")) {
      ByteBuffer bytes = sample.bytes(text);
      seen.add(bytes == null ? "null" : StandardCharsets.UTF_8.decode(bytes).toString());
      seen.add(sample.isNull(text) ? "null" : sample.text(text));
    }
    seen.add(sample.tensor("small"));
    seen.add(sample.tensor("large"));
    Media image = sample.media("image");
    seen.add(List.of(image.byteLength(), image.sha256(), image.facts(), image.bytes()));
    seen.add(sample.key());
    return seen;
  }

  private static Page copied(Version version, int index) {
    LocalSample sample = (LocalSample) version.sample(index);
    return sample.segment().base().copiedPage(sample.slot());
  }

  @Test
  void showsTheSameCells() {
    try (Dataset dataset = dataset()) {
      Version version = dataset.head();
      List<List<Object>> before = new ArrayList<>();
      version
          .scan()
          .forEach(
              batch -> {
                for (int i = 0; i < batch.size(); i++) {
                  before.add(seen(batch.sample(i)));
                }
              });
      assertThat(copied(version, 0)).isNull();
      List<List<Object>> after = new ArrayList<>();
      for (int round = 0; round < 2; round++) {
        after.clear();
        for (int i = 0; i < ROWS; i++) {
          after.add(seen(version.sample(i)));
        }
      }
      assertThat(after).isEqualTo(before);
      Page page = copied(version, 0);
      assertThat(page).isNotNull();
      assertThat(page.isMapped()).as("the copy takes the place of the page").isTrue();
      assertThatThrownBy(() -> version.sample(1).int64("float32"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not integer");
      assertThatThrownBy(() -> version.sample(0).int64("holes"))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void staysRightBelowALaterLayer() {
    try (Dataset dataset = dataset()) {
      Version old = dataset.head();
      for (int i = 0; i < ROWS; i++) {
        seen(old.sample(i));
      }
      assertThat(copied(old, 0)).isNotNull();
      try (Transaction change = dataset.begin()) {
        change.update(old.sample(7).id(), Map.of("int32", -7L, "short", "changed"));
        change.commit("Change one sample");
      }
      Version head = dataset.head();
      for (int i = 0; i < ROWS; i++) {
        Sample sample = head.sample(i);
        assertThat(sample.int64("int32")).isEqualTo(i == 7 ? -7 : i);
        assertThat(sample.text("short"))
            .isEqualTo(i == 7 ? "changed" : old.sample(i).text("short"));
        assertThat(sample.int64("int64")).isEqualTo(i);
      }
      assertThat(old.sample(7).int64("int32")).isEqualTo(7);
    }
  }
}

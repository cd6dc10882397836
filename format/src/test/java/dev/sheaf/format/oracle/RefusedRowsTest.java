package dev.sheaf.format.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.InvalidSchemaException;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that do not fit are refused whole, and what comes after them is as if they never came. */
class RefusedRowsTest {
  @TempDir Path temp;

  private static List<Type> types() {
    List<Type> types = new ArrayList<>();
    for (DType dtype : DType.values()) {
      types.add(Type.scalar(dtype));
      types.add(Type.tensor(dtype, 2));
      types.add(Type.tensor(dtype, Shape.ANY, 3));
    }
    types.addAll(
        List.of(Type.UTF8, Type.BINARY, Type.JSON, Type.DATE, Type.media(MediaKind.IMAGE)));
    types.add(new Type.Timestamp("ns", "UTC"));
    types.add(new Type.Timestamp("s", ""));
    types.add(Type.list(Type.UTF8));
    types.add(Type.list(Type.list(Type.scalar(DType.INT8))));
    types.add(new Type.Struct(List.of(new Type.Field("a", Type.DATE))));
    return types;
  }

  private static List<Object> values() {
    byte[] payload = {1, 2, 3};
    return Arrays.asList(
        new Object(),
        "text",
        "\ud800 unpaired",
        true,
        'c',
        -1,
        300,
        70_000L,
        1L << 40,
        Long.MIN_VALUE,
        BigInteger.ONE.shiftLeft(64),
        BigInteger.valueOf(-1),
        0.5f,
        1e300,
        payload,
        LocalDate.MAX,
        LocalDate.MIN,
        Instant.MAX,
        Instant.MIN,
        LocalDateTime.MIN,
        List.of("a", 1),
        List.of(List.of("a")),
        List.of(List.of(1, 1000)),
        Map.of("a", "no date"),
        Map.of("a", LocalDate.EPOCH, "b", 1),
        Map.of(1, 2),
        Tensor.ofFloats(new float[3]),
        Tensor.of(DType.UINT8, Shape.of(1, 3), ByteBuffer.wrap(payload)),
        Media.of(MediaKind.AUDIO, new byte[2000], Map.of()),
        Media.of(MediaKind.IMAGE, payload, Map.of("width", "wide")),
        Media.of(MediaKind.IMAGE, payload, Map.of("codec", 5)));
  }

  @Test
  void rowsAroundARefusedOneAreKept() {
    Randomness.repeat(
        1,
        random -> {
          int number = 0;
          for (Type type : types()) {
            Path path = temp.resolve(random.seed() + "-" + number++ + ".sheaf");
            try (Dataset dataset = Dataset.create(path)) {
              appendsAround(random, dataset, type);
            }
          }
        });
  }

  private static void appendsAround(Randomness random, Dataset dataset, Type type) {
    List<Object> good = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    Version version;
    try (Transaction change = dataset.begin()) {
      change.addColumn(Column.of("before", Type.UTF8));
      change.addColumn(Column.of("x", type));
      change.addColumn(Column.of("z", Type.tensor(DType.FLOAT32, 2)));
      for (Object value : values()) {
        append(change, RandomValues.value(random, type), good, keys);
        tryToAppend(change, value);
      }
      append(change, null, good, keys);
      version = change.commit("around");
    }
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      var sample = version.find(key).orElseThrow();
      assertThat(sample.text("before")).isEqualTo(key);
      CellAssert.same(type + " " + key, type, good.get(i), sample.value("x"));
      assertThat(sample.tensor("z")).isEqualTo(Tensor.ofFloats(new float[] {i, 1}));
    }
    assertThat(dataset.fsck(true, Progress.NONE).damaged()).isEmpty();
  }

  private static void append(
      Transaction change, Object value, List<Object> good, List<String> keys) {
    String key = "good-" + keys.size();
    Tensor tensor = Tensor.ofFloats(new float[] {keys.size(), 1});
    change.append(Row.of().key(key).set("before", key).set("x", value).set("z", tensor));
    good.add(value);
    keys.add(key);
  }

  /** Either it is taken or it is refused with the one exception that says so. */
  private static void tryToAppend(Transaction change, Object value) {
    long before = change.appended();
    Tensor tensor = Tensor.ofFloats(new float[] {7, 7});
    try {
      change.append(Row.of().set("before", "bad").set("x", value).set("z", tensor));
      assertThat(change.appended()).isEqualTo(before + 1);
    } catch (InvalidSchemaException e) {
      assertThat(e).hasMessageContaining("column=\"x");
      assertThat(change.appended()).isEqualTo(before);
    }
  }

  @Test
  void anUpdateThatDoesNotFitChangesNothing() {
    Path path = temp.resolve("update.sheaf");
    try (Dataset dataset = Dataset.create(path)) {
      SampleId id;
      try (Transaction change = dataset.begin()) {
        change.append(Row.of().key("a").set("day", LocalDate.EPOCH).set("n", 1L));
        id = change.commit("one").sample(0).id();
      }
      String head = dataset.head().commit().id();
      for (Object value : values()) {
        try (Transaction change = dataset.begin()) {
          change.update(id, Map.of("day", value, "n", 2L));
          assertThatThrownBy(() -> change.commit("bad")).isInstanceOf(InvalidSchemaException.class);
        } catch (InvalidSchemaException e) {
          assertThat(e).hasMessageContaining("column=\"day\"");
        }
        if (!(value instanceof LocalDate)) {
          assertThat(dataset.head().commit().id()).isEqualTo(head);
        }
      }
      assertThat(dataset.head().sample(0).int64("n")).isEqualTo(1);
    }
  }

  @Test
  void aTakenKeyIsRefusedAndTheRestIsKept() {
    try (Dataset dataset = Dataset.create(temp.resolve("keys.sheaf"))) {
      try (Transaction change = dataset.begin()) {
        change.append(Row.of().key("a").set("n", 1L));
        assertThatThrownBy(() -> change.append(Row.of().key("a").set("n", 2L)))
            .isInstanceOf(InvalidInputException.class)
            .hasMessage(
                "Key \"a\" is taken twice in this transaction."
                    + " Update the sample with that key, or give another key");
        change.append(Row.of().key("b").set("n", 3L));
        change.commit("two");
      }
      try (Transaction change = dataset.begin()) {
        assertThatThrownBy(() -> change.append(Row.of().key("a").set("n", 2L)))
            .hasMessageStartingWith("Key \"a\" is taken by a sample of the version");
        change.append(Row.of().key("c").set("n", 4L));
        Version version = change.commit("one more");
        assertThat(version.size()).isEqualTo(3);
        assertThat(version.find("a").orElseThrow().int64("n")).isEqualTo(1);
        assertThat(version.find("c").orElseThrow().int64("n")).isEqualTo(4);
      }
    }
  }
}

package dev.sheaf.format.export;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Row;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A dataset with a column of every type, in the order of the table in {@code docs/export.md}. The
 * same values every time; in {@code with_nulls} the last sample is null throughout.
 *
 * <p>As a program, writes it for other readers: {@code ManyTypes DATASET.sheaf PETS}.
 */
public final class ManyTypes {
  static final int SAMPLES = 5;

  private ManyTypes() {}

  /** Makes the dataset {@code args[0]} with pictures of {@code args[1]}. */
  public static void main(String[] args) {
    write(Path.of(args[0]), Path.of(args[1]), args.length > 2).close();
  }

  /** Returns the columns. */
  static List<Column> columns() {
    return List.of(
        Column.of("flag", Type.scalar(DType.BOOL)),
        Column.of("small", Type.scalar(DType.INT8)),
        Column.of("count", Type.scalar(DType.INT64)),
        Column.of("big", Type.scalar(DType.UINT64)),
        Column.of("nibble", Type.scalar(DType.I4)),
        Column.of("half", Type.scalar(DType.FLOAT16)),
        Column.of("brain", Type.scalar(DType.BFLOAT16)),
        Column.of("single", Type.scalar(DType.FLOAT32)),
        Column.of("score", Type.scalar(DType.FLOAT64)),
        Column.of("caption", Type.UTF8),
        Column.of("raw", Type.BINARY),
        Column.of("extra", Type.JSON),
        Column.of("day", Type.DATE),
        Column.of("moment", new Type.Timestamp("us", "UTC")),
        Column.of("local", new Type.Timestamp("ms", "")),
        Column.of("vector", Type.tensor(DType.FLOAT32, 4)),
        Column.of("grid", Type.tensor(DType.INT16, 2, 3)),
        Column.of("mask", Type.tensor(DType.BOOL, 3, 3)),
        Column.of("bits", Type.tensor(DType.U2, 5)),
        Column.of("brains", Type.tensor(DType.BFLOAT16, 2)),
        Column.of("ragged", Type.tensor(DType.FLOAT32, Shape.ANY, 2)),
        Column.of("tags", Type.list(Type.UTF8)),
        Column.of(
            "box",
            new Type.Struct(
                List.of(
                    new Type.Field("x", Type.scalar(DType.FLOAT32)),
                    new Type.Field("name", Type.UTF8)))),
        Column.of("image", Type.media(MediaKind.IMAGE)),
        Column.of("sound", Type.media(MediaKind.AUDIO)));
  }

  /** Writes the dataset and returns it open. */
  static Dataset write(Path path, Path pets, boolean withNulls) {
    Dataset dataset = Dataset.create(path);
    try (Transaction change = dataset.begin()) {
      columns().forEach(change::addColumn);
      for (int i = 0; i < SAMPLES; i++) {
        Row row = Row.of().key("set/sample." + i);
        if (!withNulls || i < SAMPLES - 1) {
          cells(i, pets).forEach(row::set);
        }
        change.append(row);
      }
      change.commit("Add one of each");
    }
    return dataset;
  }

  /** Returns the cells of a sample. */
  static Map<String, Object> cells(int i, Path pets) {
    Map<String, Object> cells = new LinkedHashMap<>();
    cells.put("flag", i % 2 == 0);
    cells.put("small", (long) i - 2);
    cells.put("count", (1L << 60) + i);
    cells.put("big", BigInteger.ONE.shiftLeft(64).subtract(BigInteger.valueOf(i + 1)));
    cells.put("nibble", (long) i - 8);
    cells.put("half", 0.5f * i);
    cells.put("brain", 1.5f * i);
    cells.put("single", 0.1f * i);
    cells.put("score", i / 3.0);
    cells.put("caption", i == 1 ? "" : "née \"" + i + "\",\n 猫");
    cells.put("raw", new byte[] {(byte) i, (byte) 0xff, 0});
    cells.put("extra", "{\"n\": " + i + ", \"deep\": [1.50, null]}");
    cells.put("day", LocalDate.of(2026, 11, 1 + i));
    cells.put("moment", Instant.parse("2026-11-01T10:00:00.000001Z").plusSeconds(i));
    cells.put("local", Instant.parse("2026-11-01T10:00:00.500Z").plusSeconds(i));
    cells.put("vector", Tensor.ofFloats(new float[] {i, 0.1f, -2.5f, 1e-7f}));
    cells.put("grid", shorts(i, 1, -2, 3, -4, 5));
    cells.put("mask", bytes(DType.BOOL, Shape.of(3, 3), 0b10101010 + i, 1));
    cells.put("bits", bytes(DType.U2, Shape.of(5), 0b11100100, i & 3));
    cells.put("brains", bytes(DType.BFLOAT16, Shape.of(2), 0xc0, 0x3f, 0x80 * (i & 1), 0x40));
    float[] values = new float[2 * i];
    for (int at = 0; at < values.length; at++) {
      values[at] = at / 4f;
    }
    cells.put("ragged", Tensor.ofFloats(values, i, 2));
    cells.put("tags", i == 2 ? List.of() : Arrays.asList("a" + i, null, "b"));
    Map<String, Object> box = new LinkedHashMap<>();
    box.put("x", 0.25f * i);
    box.put("name", i == 3 ? null : "box" + i);
    cells.put("box", box);
    cells.put("image", picture(pets, i));
    byte[] wave = "RIFF\0\0\0\0WAVEfmt ".getBytes(StandardCharsets.ISO_8859_1);
    wave[4] = (byte) i;
    cells.put("sound", Media.of(MediaKind.AUDIO, wave, Map.of("codec", "wav")));
    return cells;
  }

  private static Media picture(Path pets, int i) {
    try (Stream<Path> files = Files.list(pets.resolve("cat"))) {
      Path file = files.filter(one -> one.toString().endsWith(".jpg")).sorted().toList().get(i);
      return Media.of(MediaKind.IMAGE, Files.readAllBytes(file), Map.of("codec", "jpeg"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor shorts(int... values) {
    ByteBuffer data = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      data.putShort((short) value);
    }
    return Tensor.of(DType.INT16, Shape.of(2, 3), data.flip());
  }

  private static Tensor bytes(DType dtype, Shape shape, int... data) {
    byte[] bytes = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      bytes[i] = (byte) data[i];
    }
    return Tensor.of(dtype, shape, ByteBuffer.wrap(bytes));
  }
}

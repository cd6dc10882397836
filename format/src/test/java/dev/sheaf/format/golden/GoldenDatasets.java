package dev.sheaf.format.golden;

import static dev.sheaf.format.DType.FLOAT32;
import static dev.sheaf.format.DType.FLOAT64;
import static dev.sheaf.format.DType.INT32;
import static dev.sheaf.format.DType.INT64;
import static dev.sheaf.format.DType.INT8;
import static dev.sheaf.format.DType.UINT8;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The content of the golden datasets. Never to be changed once released; add another instead. */
final class GoldenDatasets {
  private static final long SEED = 20261101;

  private GoldenDatasets() {}

  /** Returns what writes each dataset, by name. */
  static Map<String, Consumer<GoldenBook>> all() {
    Map<String, Consumer<GoldenBook>> all = new LinkedHashMap<>();
    all.put("all-types", GoldenDatasets::allTypes);
    all.put("wide-values", GoldenDatasets::wideValues);
    all.put("edits-and-deletes", GoldenDatasets::editsAndDeletes);
    all.put("schema-changes", GoldenDatasets::schemaChanges);
    all.put("reordered", GoldenDatasets::reordered);
    all.put("many-pages", GoldenDatasets::manyPages);
    all.put("packed-by-git", GoldenDatasets::packedByGit);
    all.put("linked", GoldenDatasets::linked);
    return all;
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void allTypes(GoldenBook book) {
    Map<String, Type> types = new LinkedHashMap<>();
    Map<String, List<Object>> values = new LinkedHashMap<>();
    Random random = new Random(SEED);
    for (DType dtype : DType.values()) {
      scalarAndTensors(dtype, random, types, values);
    }
    simple(types, values);
    moments(types, values);
    nested(types, values);
    media(random, types, values);
    types.forEach(book::column);
    int rows = values.values().stream().mapToInt(List::size).max().orElseThrow();
    for (int row = 0; row < rows; row++) {
      Map<String, Object> cells = new LinkedHashMap<>();
      for (String name : types.keySet()) {
        List<Object> column = values.get(name);
        cells.put(name, row < column.size() ? column.get(row) : null);
      }
      book.append("row-" + row, cells);
    }
    book.commit("One column of every type");
  }

  private static void scalarAndTensors(
      DType dtype, Random random, Map<String, Type> types, Map<String, List<Object>> values) {
    String id = dtype.id();
    types.put(id, Type.scalar(dtype));
    values.put(id, scalars(dtype));
    Shape fixed = Shape.of(2, 3);
    types.put(id + " [2, 3]", new Type.Tensor(dtype, fixed));
    values.put(
        id + " [2, 3]",
        Arrays.asList(null, tensor(random, dtype, fixed), tensor(random, dtype, fixed)));
    types.put(id + " [?, 2]", Type.tensor(dtype, Shape.ANY, 2));
    values.put(
        id + " [?, 2]",
        Arrays.asList(
            null,
            tensor(random, dtype, Shape.of(0, 2)),
            tensor(random, dtype, Shape.of(1, 2)),
            tensor(random, dtype, Shape.of(5, 2))));
  }

  private static List<Object> scalars(DType dtype) {
    int bits = dtype.bits();
    return switch (dtype.kind()) {
      case BOOL -> Arrays.asList(null, false, true);
      case SIGNED ->
          Arrays.asList(null, 0L, 1L, -1L, (1L << (bits - 1)) - 1, -(1L << (bits - 2)) * 2);
      case UNSIGNED ->
          dtype == DType.UINT64
              ? Arrays.asList(
                  null,
                  0L,
                  1L,
                  Long.MAX_VALUE,
                  BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE))
              : Arrays.asList(null, 0L, 1L, (1L << bits) - 1);
      case FLOAT -> floats(dtype);
    };
  }

  /** Zeros of both signs, infinities, the least and the greatest, quiet and signalling NaN. */
  private static List<Object> floats(DType dtype) {
    List<Object> values = new ArrayList<>();
    values.add(null);
    switch (dtype) {
      case FLOAT16 -> {
        for (int bits : new int[] {0, 0x8000, 0x3c00, 0xfc00, 1, 0x7bff, 0x7e00, 0xfd01}) {
          values.add(HalfFloat.toFloat((short) bits));
        }
      }
      case BFLOAT16 -> {
        for (int bits : new int[] {0, 0x8000, 0x3f80, 0xff80, 1, 0x7f7f, 0x7fc0, 0xffa1}) {
          values.add(Float.intBitsToFloat(bits << 16));
        }
      }
      case FLOAT32 -> {
        for (int bits :
            new int[] {0, 1 << 31, 0x3f800000, 0xff800000, 1, 0x7f7fffff, 0x7fc00000, 0xffa12345}) {
          values.add(Float.intBitsToFloat(bits));
        }
      }
      default -> {
        for (long bits :
            new long[] {
              0,
              1L << 63,
              0x3ff0000000000000L,
              0xfff0000000000000L,
              1,
              0x7fefffffffffffffL,
              0x7ff8000000000000L,
              0xfff4000012345678L
            }) {
          values.add(Double.longBitsToDouble(bits));
        }
      }
    }
    return values;
  }

  private static Tensor tensor(Random random, DType dtype, Shape shape) {
    byte[] data = bytes(random, Math.toIntExact(dtype.byteLength(shape.elementCount())));
    int used = (int) (shape.elementCount() * dtype.bits() % 8);
    if (dtype.isPacked() && used != 0) {
      data[data.length - 1] &= (byte) ((1 << used) - 1);
    }
    return Tensor.of(dtype, shape, ByteBuffer.wrap(data));
  }

  private static void simple(Map<String, Type> types, Map<String, List<Object>> values) {
    types.put("utf8", Type.UTF8);
    values.put("utf8", Arrays.asList(null, "", "a", "é中😀", "\u0000 \n\"\\"));
    types.put("binary", Type.BINARY);
    values.put("binary", Arrays.asList(null, new byte[0], new byte[] {0}, new byte[] {-1, 1}));
    types.put("json", Type.JSON);
    values.put("json", Arrays.asList(null, "null", "{ \"a\": [1.50, 0] }", "\"\""));
    types.put("date", Type.DATE);
    values.put(
        "date",
        Arrays.asList(
            null, LocalDate.EPOCH, LocalDate.of(2026, 11, 1), LocalDate.of(-4000, 2, 28)));
    types.put("tensor []", Type.tensor(FLOAT64));
    values.put(
        "tensor []",
        Arrays.asList(null, Tensor.of(FLOAT64, Shape.of(), ByteBuffer.wrap(new byte[8]))));
    types.put("tensor [0, 4]", Type.tensor(INT32, 0, 4));
    values.put(
        "tensor [0, 4]",
        Arrays.asList(null, Tensor.of(INT32, Shape.of(0, 4), ByteBuffer.allocate(0))));
  }

  private static void moments(Map<String, Type> types, Map<String, List<Object>> values) {
    Instant moment = Instant.ofEpochSecond(1_793_491_200, 123_456_789);
    Instant early = Instant.ofEpochSecond(-1, 999_000_000);
    Map<String, ChronoUnit> units = new LinkedHashMap<>();
    units.put("s", ChronoUnit.SECONDS);
    units.put("ms", ChronoUnit.MILLIS);
    units.put("us", ChronoUnit.MICROS);
    units.put("ns", ChronoUnit.NANOS);
    for (String unit : units.keySet()) {
      Instant cut = moment.truncatedTo(units.get(unit));
      Instant cutEarly = early.truncatedTo(units.get(unit));
      types.put("timestamp " + unit, new Type.Timestamp(unit, ""));
      values.put(
          "timestamp " + unit,
          Arrays.asList(
              null,
              LocalDateTime.ofInstant(Instant.EPOCH, ZoneOffset.UTC),
              LocalDateTime.ofInstant(cut, ZoneOffset.UTC),
              LocalDateTime.ofInstant(cutEarly, ZoneOffset.UTC)));
      types.put("timestamp " + unit + " zone", new Type.Timestamp(unit, "Europe/Berlin"));
      values.put("timestamp " + unit + " zone", Arrays.asList(null, Instant.EPOCH, cut, cutEarly));
    }
  }

  private static void nested(Map<String, Type> types, Map<String, List<Object>> values) {
    types.put("list", Type.list(Type.scalar(INT32)));
    values.put("list", Arrays.asList(null, List.of(), List.of(1L), Arrays.asList(1L, null, -3L)));
    types.put("list of lists", Type.list(Type.list(Type.UTF8)));
    values.put(
        "list of lists",
        Arrays.asList(
            null,
            List.of(),
            Arrays.asList(List.of("a"), null, List.of(), Arrays.asList("b", null))));
    Type point =
        new Type.Struct(
            List.of(
                new Type.Field("x", Type.scalar(FLOAT32)),
                new Type.Field("a name", Type.UTF8),
                new Type.Field("mask", Type.tensor(DType.BOOL, 10))));
    Tensor mask = Tensor.of(DType.BOOL, Shape.of(10), ByteBuffer.wrap(new byte[] {0x55, 1}));
    Map<String, Object> one = new HashMap<>();
    one.put("x", 1.5f);
    one.put("a name", "");
    one.put("mask", mask);
    Map<String, Object> two = new HashMap<>(one);
    two.put("x", null);
    two.put("mask", null);
    types.put("struct", point);
    values.put("struct", Arrays.asList(null, one, two));
    types.put("boxes", Type.list(point));
    values.put("boxes", Arrays.asList(null, List.of(), Arrays.asList(one, null, two)));
    types.put("ragged in a list", Type.list(Type.tensor(UINT8, Shape.ANY)));
    values.put(
        "ragged in a list",
        Arrays.asList(
            null,
            List.of(),
            Arrays.asList(
                Tensor.of(UINT8, Shape.of(3), ByteBuffer.wrap(new byte[] {1, 2, 3})), null)));
  }

  private static void media(
      Random random, Map<String, Type> types, Map<String, List<Object>> values) {
    for (MediaKind kind : MediaKind.values()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("codec", "none");
      if (kind == MediaKind.IMAGE) {
        facts.put("width", 4);
        facts.put("height", 3);
        facts.put("channels", 1);
      }
      types.put(kind.id(), Type.media(kind));
      values.put(
          kind.id(),
          Arrays.asList(
              null,
              Media.of(kind, new byte[0], Map.of()),
              Media.of(kind, bytes(random, 12), facts),
              Media.of(kind, bytes(random, 1500), facts)));
    }
  }

  private static void wideValues(GoldenBook book) {
    Random random = new Random(SEED);
    book.column("caption", Type.UTF8);
    book.column("story", Type.UTF8);
    book.column("annotations", Type.JSON);
    book.column("bytes", Type.BINARY);
    book.column("image", Type.media(MediaKind.IMAGE));
    book.column("file", Type.media(MediaKind.FILE));
    book.column("embedding", Type.tensor(FLOAT32, 256));
    book.column("mask", Type.tensor(DType.U1, 3, 2735));
    book.column("audio", Type.tensor(DType.INT16, Shape.ANY));
    book.column("labels", Type.tensor(DType.U4, Shape.ANY, 3));
    byte[] shared = bytes(random, 2000);
    // The least number of rows whose embeddings and masks take more than 64 KiB.
    for (int i = 0; i < 65; i++) {
      Map<String, Object> cells = new LinkedHashMap<>();
      // Enough narrow text for the pages to be compressed.
      cells.put("caption", ("caption " + i + " of a picture. ").repeat(15));
      cells.put("embedding", i % 7 == 3 ? null : tensor(random, FLOAT32, Shape.of(256)));
      cells.put("mask", i % 11 == 5 ? null : mask(i));
      if (i % 9 == 0) {
        cells.put("story", ("Once upon a time, " + i + " times over. ").repeat(40 + i));
        cells.put("annotations", "[" + ("{\"box\": [1, 2, 3, " + i + "]}, ").repeat(60) + "{}]");
        cells.put("bytes", i % 2 == 0 ? shared : bytes(random, 1025));
        cells.put("audio", tensor(random, DType.INT16, Shape.of(600 + i)));
        cells.put("labels", tensor(random, DType.U4, Shape.of(701 + i, 3)));
      } else if (i % 9 == 1) {
        cells.put("story", "");
        cells.put("annotations", "{}");
        cells.put("bytes", bytes(random, 1024));
        cells.put("audio", tensor(random, DType.INT16, Shape.of(512)));
        cells.put("labels", tensor(random, DType.U4, Shape.of(0, 3)));
      }
      if (i % 6 == 0) {
        Map<String, Object> facts = Map.of("codec", "jpeg", "width", i, "height", 2 * i);
        byte[] payload = i % 12 == 0 ? shared : bytes(random, 1100 + i);
        cells.put("image", Media.of(MediaKind.IMAGE, payload, facts));
        cells.put("file", Media.of(MediaKind.FILE, i % 12 == 0 ? shared : new byte[0], Map.of()));
      }
      book.append("wide-" + i, cells);
    }
    book.commit("Values on both sides of 1 KiB");
    book.update("wide-0", Map.of("embedding", tensor(random, FLOAT32, Shape.of(256))));
    book.update("wide-3", Map.of("embedding", tensor(random, FLOAT32, Shape.of(256))));
    Map<String, Object> noTensors = new HashMap<>();
    noTensors.put("embedding", null);
    noTensors.put("mask", null);
    book.update("wide-1", noTensors);
    book.update(
        "wide-2",
        Map.of(
            "story", "Once more. ".repeat(200),
            "bytes", bytes(random, 1300),
            "image", Media.of(MediaKind.IMAGE, bytes(random, 1400), Map.of()),
            "audio", tensor(random, DType.INT16, Shape.of(700))));
    Map<String, Object> noValues = new HashMap<>();
    for (String name : List.of("story", "annotations", "bytes", "image", "audio", "labels")) {
      noValues.put(name, null);
    }
    book.update("wide-18", noValues);
    book.commit("Wide values in sparse layers, and taken away");
  }

  private static Tensor mask(int row) {
    byte[] data = new byte[1026];
    for (int i = 0; i < 1025; i++) {
      data[i] = (byte) (i * (row + 1) >>> 3);
    }
    data[1025] = (byte) (row & 0x1f);
    return Tensor.of(DType.U1, Shape.of(3, 2735), ByteBuffer.wrap(data));
  }

  private static void editsAndDeletes(GoldenBook book) {
    Random random = new Random(SEED);
    book.column("n", Type.scalar(INT8));
    book.column("label", Type.UTF8);
    book.column("score", Type.scalar(FLOAT32));
    book.column("image", Type.media(MediaKind.IMAGE));
    for (int i = 0; i < 40; i++) {
      Map<String, Object> cells = new LinkedHashMap<>();
      cells.put("n", (long) i);
      cells.put("label", i % 5 == 0 ? null : "label " + i % 3);
      cells.put("score", i / 4f);
      cells.put(
          "image", Media.of(MediaKind.IMAGE, bytes(random, i % 10 == 0 ? 1100 + i : i), Map.of()));
      book.append("edit-" + i, cells);
    }
    book.commit("Forty samples");
    for (int i = 0; i < 40; i += 7) {
      book.update("edit-" + i, Map.of("label", "changed", "score", -1f));
    }
    Map<String, Object> toNull = new HashMap<>();
    toNull.put("score", null);
    book.update("edit-1", toNull);
    for (int i = 3; i < 40; i += 11) {
      book.delete("edit-" + i);
    }
    book.commit("A sparse layer in the version tree, and deletes");
    book.rename("label", "class");
    book.widen("n", Type.scalar(INT64));
    book.widen("score", Type.scalar(FLOAT64));
    book.column(new Column("", "weight", Type.scalar(FLOAT32), "0.5", null), 0.5f);
    book.column(
        new Column(
            "", "twice", Type.scalar(INT64), "null", new Column.Derivation(List.of("n"), "2 * n")),
        null);
    book.commit("Renamed, widened, with a default and a derived column");
    book.column("note", Type.UTF8);
    for (int i = 0; i < 40; i++) {
      if (i % 11 != 3) {
        Map<String, Object> cells = new HashMap<>();
        cells.put("twice", 2L * i);
        cells.put("note", "note " + i + " " + hex(random, 450));
        book.update("edit-" + i, cells);
      }
    }
    book.commit("A sparse layer in a chunk");
    book.drop("score");
    book.update("edit-0", Map.of("n", 1L << 40, "weight", 2f));
    Media crop = Media.of(MediaKind.IMAGE, bytes(random, 2000), Map.of("codec", "png"));
    book.appendDerived("edit-0", "crop-0", Map.of("image", crop));
    String digest = CellJson.sha256(new byte[0]);
    List<Origin> origins =
        List.of(
            Origin.file("photos/é 1.jpg", digest),
            Origin.row("table.parquet", 1L << 40, ""),
            Origin.offset("lines.jsonl", 0, digest));
    for (int i = 0; i < origins.size(); i++) {
      Map<String, Object> cells = Map.of("n", (long) i, "class", "late", "weight", (float) i);
      book.append("late-" + i, origins.get(i), cells);
    }
    book.delete("edit-39");
    book.commit("Dropped, appended, derived");
  }

  private static void schemaChanges(GoldenBook book) {
    List<DType> numbers =
        Arrays.stream(DType.values()).filter(dtype -> dtype != DType.BOOL).toList();
    List<DType[]> pairs = new ArrayList<>();
    for (DType from : numbers) {
      for (DType to : numbers) {
        if (isWider(from, to)) {
          pairs.add(new DType[] {from, to});
        }
      }
    }
    for (DType[] pair : pairs) {
      book.column(name(pair), Type.scalar(pair[0]));
    }
    for (int row = 0; row < 9; row++) {
      Map<String, Object> cells = new LinkedHashMap<>();
      for (DType[] pair : pairs) {
        List<Object> values = scalars(pair[0]);
        cells.put(name(pair), row < values.size() ? values.get(row) : null);
      }
      book.append("row-" + row, cells);
    }
    book.commit("Narrow columns");
    for (DType[] pair : pairs) {
      book.widen(name(pair), Type.scalar(pair[1]));
    }
    defaults(book);
    book.commit("Widened in every way, and columns with defaults");
    Map<String, Object> cells = new LinkedHashMap<>();
    for (DType[] pair : pairs) {
      List<Object> values = scalars(pair[1]);
      cells.put(name(pair), values.get(values.size() - 1));
    }
    book.update("row-0", cells);
    cells.put("default utf8", null);
    cells.put("default bool", false);
    book.append("row-9", cells);
    book.append("row-10", Map.of());
    book.commit("Cells of both types, defaults that are filled in, shown, and overridden");
  }

  private static String name(DType[] pair) {
    return pair[0].id() + " to " + pair[1].id();
  }

  /** Follows the table of the specification. */
  private static boolean isWider(DType from, DType to) {
    if (from.kind() == DType.Kind.FLOAT) {
      return to == FLOAT64 && from != FLOAT64
          || to == FLOAT32 && (from == DType.FLOAT16 || from == DType.BFLOAT16);
    }
    return switch (to) {
      case FLOAT16 -> from.bits() <= 11;
      case BFLOAT16 -> from.bits() <= 8;
      case FLOAT32 -> from.bits() <= 24;
      case FLOAT64 -> from.bits() <= 53;
      default ->
          from.bits() < to.bits() && (from.kind() == to.kind() || to.kind() == DType.Kind.SIGNED);
    };
  }

  private static void defaults(GoldenBook book) {
    Map<String, Object> half = new HashMap<>();
    half.put("x", 0.5f);
    half.put("note", null);
    Type struct = Type.parse("struct<x: float32, note: utf8>");
    fallback(book, Type.scalar(DType.BOOL), "true", true);
    fallback(book, Type.scalar(INT8), "-128", -128L);
    fallback(
        book,
        Type.scalar(DType.UINT64),
        "18446744073709551615",
        BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE));
    fallback(book, Type.scalar(DType.I4), "-8", -8L);
    fallback(book, Type.scalar(DType.FLOAT16), "0.1", HalfFloat.toFloat((short) 0x2e66));
    fallback(book, Type.scalar(DType.BFLOAT16), "0.1", Float.intBitsToFloat(0x3dcd0000));
    fallback(book, Type.scalar(FLOAT32), "0.1", 0.1f);
    fallback(book, Type.scalar(FLOAT64), "0.1", 0.1);
    fallback(book, Type.UTF8, "\"\"", "");
    fallback(book, Type.JSON, "{ \"a\": [1, null] }", "{\"a\":[1,null]}");
    fallback(book, Type.DATE, "\"1969-12-31\"", LocalDate.of(1969, 12, 31));
    fallback(
        book,
        new Type.Timestamp("ms", "UTC"),
        "\"2026-11-01T10:00:00.5Z\"",
        Instant.ofEpochMilli(1_793_527_200_500L));
    fallback(
        book,
        new Type.Timestamp("ns", ""),
        "\"1970-01-01T00:00:00.000000001\"",
        LocalDateTime.of(1970, 1, 1, 0, 0, 0, 1));
    fallback(book, Type.list(Type.UTF8), "[\"a\", null]", Arrays.asList("a", null));
    fallback(book, struct, "{\"x\": 0.5}", half);
  }

  private static void fallback(GoldenBook book, Type type, String json, Object value) {
    book.column(new Column("", "default " + type, type, json, null), value);
  }

  private static void reordered(GoldenBook book) {
    int rows = 3300;
    book.column("n", Type.scalar(INT32));
    for (int i = 0; i < rows; i++) {
      book.append("k" + i, Map.of("n", (long) i));
    }
    book.commit("More keys than a leaf of the version tree holds");
    book.reorder(IntStream.range(0, rows).map(i -> (i * 1237 + 11) % rows).boxed().toList());
    book.commit("Shuffled");
    List<Integer> half = new ArrayList<>(IntStream.range(0, rows / 2).boxed().toList());
    Collections.reverse(half);
    book.reorder(half);
    book.commit("The first half, backwards");
    for (int i = 0; i < 200; i += 3) {
      book.delete("k" + (i * 1237 + 11) % rows);
    }
    for (int i = 0; i < 5; i++) {
      book.append("new-" + i, Map.of("n", -1L - i));
    }
    book.commit("Deleted and appended");
  }

  private static void manyPages(GoldenBook book) {
    book.column("n", Type.scalar(INT32));
    book.column("caption", Type.UTF8);
    book.column("story", Type.UTF8);
    for (int i = 0; i < 1200; i++) {
      Map<String, Object> cells = new LinkedHashMap<>();
      cells.put("n", (long) i);
      cells.put("caption", ("A caption, number " + i + ". ").repeat(40).substring(0, 800));
      if (i % 3 == 0) {
        cells.put("story", ("A story, number " + i + ". ").repeat(100));
      }
      book.append("page-" + i, cells);
    }
    book.commit("Several compressed pages in the layer and in the text chunk");
    book.append("alone", Map.of("n", -1L));
    book.commit("A second segment");
    book.update("page-1199", Map.of("caption", "changed"));
    book.update("alone", Map.of("caption", "changed"));
    book.commit("One change in each segment");
  }

  private static void packedByGit(GoldenBook book) {
    book.column("n", Type.scalar(INT32));
    book.column("label", Type.UTF8);
    for (int i = 0; i < 20; i++) {
      book.append("k" + i, Map.of("n", (long) i, "label", "label " + i));
    }
    book.commit("Twenty samples");
    for (int i = 0; i < 4; i++) {
      book.update("k" + i, Map.of("label", "changed"));
      book.delete("k" + (i + 10));
      book.commit("Change " + i);
    }
    book.packByGit(Map.of("v1", 3, "v2", 1));
  }

  /** Text that does not compress to nothing. */
  private static String hex(Random random, int bytes) {
    return HexFormat.of().formatHex(bytes(random, bytes));
  }

  /** Payloads in files of two folders beside the dataset, and how such cells change. */
  private static void linked(GoldenBook book) {
    Random random = new Random(SEED);
    byte[] shard = bytes(random, 9_000);
    byte[] whole = bytes(random, 1_300);
    byte[] own = bytes(random, 2_000);
    book.outside("outside/shards/0.bin", shard);
    book.outside("outside/a whole.bin", whole);
    book.outside("more/one.bin", own);
    book.column("file", Type.media(MediaKind.FILE));
    book.column("n", Type.scalar(INT32));
    book.append("range", Map.of("file", book.link("outside", "shards/0.bin", 512, 3_000), "n", 1));
    book.append("next", Map.of("file", book.link("outside", "shards/0.bin", 3_512, 5_488), "n", 2));
    book.append("whole", Map.of("file", book.link("outside", "a whole.bin", 0, 1_300), "n", 3));
    book.append(
        "copied", Map.of("file", Media.of(MediaKind.FILE, bytes(random, 1_500), Map.of()), "n", 4));
    book.append(
        "inline", Map.of("file", Media.of(MediaKind.FILE, bytes(random, 100), Map.of()), "n", 5));
    book.append("null", Map.of("n", 6));
    book.commit("Ranges, a whole file, and payloads of the dataset's own");
    // A link in the place of a payload, a payload in the place of a link, a link to another folder.
    book.update("copied", Map.of("file", book.link("more", "one.bin", 0, own.length)));
    book.update("range", Map.of("file", Media.of(MediaKind.FILE, bytes(random, 4_000), Map.of())));
    book.commit("Other links");
  }
}

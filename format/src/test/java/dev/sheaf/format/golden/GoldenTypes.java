package dev.sheaf.format.golden;

import static dev.sheaf.format.DType.FLOAT32;
import static dev.sheaf.format.DType.FLOAT64;
import static dev.sheaf.format.DType.INT32;
import static dev.sheaf.format.DType.INT8;
import static dev.sheaf.format.DType.UINT8;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The golden datasets about types: one with a column of every type, one whose columns are widened
 * and have defaults. Never to be changed once released.
 */
final class GoldenTypes {
  static final long SEED = 20261101;

  private GoldenTypes() {}

  static void allTypes(GoldenBook book) {
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

  static Tensor tensor(Random random, DType dtype, Shape shape) {
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

  static void schemaChanges(GoldenBook book) {
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

  static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}

package dev.sheaf.format.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.impl.UnionMapWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One column of each Arrow type, written by Arrow and read as a source: the value, and null beside
 * it.
 */
class ArrowTypesTest {
  @TempDir Path folder;

  private final BufferAllocator allocator = new RootAllocator();
  private final List<FieldVector> vectors = new ArrayList<>();
  private final DictionaryProvider.MapDictionaryProvider dictionaries =
      new DictionaryProvider.MapDictionaryProvider();
  private final List<FieldVector> dictionaryVectors = new ArrayList<>();

  @AfterEach
  void release() {
    vectors.forEach(FieldVector::close);
    dictionaryVectors.forEach(FieldVector::close);
    allocator.close();
  }

  private <V extends FieldVector> void add(V vector, Consumer<V> first) {
    vector.allocateNew();
    first.accept(vector);
    vector.setValueCount(2);
    vectors.add(vector);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private SampleSource written(boolean stream) throws IOException {
    Path file = folder.resolve(stream ? "t.arrows" : "t.arrow");
    try (OutputStream out = Files.newOutputStream(file)) {
      VectorSchemaRoot root = new VectorSchemaRoot(vectors);
      root.setRowCount(2);
      try (ArrowWriter writer =
          stream
              ? new ArrowStreamWriter(root, dictionaries, Channels.newChannel(out))
              : new ArrowFileWriter(root, dictionaries, Channels.newChannel(out))) {
        writer.start();
        writer.writeBatch();
        writer.end();
      }
    }
    return SourceTests.open(file);
  }

  private void check(String type, Object value) throws IOException {
    for (boolean stream : new boolean[] {false, true}) {
      SampleSource source = written(stream);
      assertThat(source.columns().get(0).type()).hasToString(type);
      List<Map<String, Object>> rows = SourceTests.rows(source);
      assertThat(rows.get(0).get("x")).isEqualTo(value);
      assertThat(rows.get(1)).containsEntry("x", null);
    }
  }

  @Test
  void readsIntegers() throws IOException {
    add(new TinyIntVector("x", allocator), v -> v.set(0, -7));
    check("int8", -7L);
  }

  @Test
  void readsUnsignedIntegersAbove63Bits() throws IOException {
    add(new UInt8Vector("x", allocator), v -> v.set(0, -1L));
    check("uint64", new BigInteger("18446744073709551615"));
  }

  @Test
  void readsTruthValues() throws IOException {
    add(new BitVector("x", allocator), v -> v.set(0, 1));
    check("bool", true);
  }

  @Test
  void readsLargeText() throws IOException {
    add(new LargeVarCharVector("x", allocator), v -> v.set(0, utf8("é")));
    check("utf8", "é");
  }

  @Test
  void readsBytes() throws IOException {
    add(new VarBinaryVector("x", allocator), v -> v.set(0, new byte[] {1, 2}));
    check("binary", new byte[] {1, 2});
  }

  @Test
  void readsBytesOfFixedLength() throws IOException {
    add(new FixedSizeBinaryVector("x", allocator, 3), v -> v.set(0, new byte[] {1, 2, 3}));
    check("binary", new byte[] {1, 2, 3});
  }

  @Test
  void readsDatesInMilliseconds() throws IOException {
    add(new DateMilliVector("x", allocator), v -> v.set(0, -86_400_000L));
    check("date", LocalDate.of(1969, 12, 31));
  }

  @Test
  void readsTimestampsWithAZone() throws IOException {
    add(new TimeStampMilliTZVector("x", allocator, "Europe/Berlin"), v -> v.set(0, 1_500L));
    check("timestamp<ms, Europe/Berlin>", Instant.ofEpochMilli(1_500));
  }

  @Test
  void readsTimestampsWithoutAZone() throws IOException {
    add(new TimeStampNanoVector("x", allocator), v -> v.set(0, -1L));
    check("timestamp<ns>", Instant.ofEpochSecond(-1, 999_999_999));
  }

  @Test
  void readsTimesOfDayAsText() throws IOException {
    add(new TimeMicroVector("x", allocator), v -> v.set(0, 3_600_000_001L));
    check("utf8", "01:00:00.000001");
  }

  @Test
  void readsDurationsAsTheirNumber() throws IOException {
    FieldType type = FieldType.nullable(new ArrowType.Duration(TimeUnit.MILLISECOND));
    add(new DurationVector("x", type, allocator), v -> v.set(0, 42L));
    check("int64", 42L);
  }

  @Test
  void readsDecimalsExactly() throws IOException {
    add(new DecimalVector("x", allocator, 20, 2), v -> v.set(0, new BigDecimal("1234567890.10")));
    check("utf8", "1234567890.10");
  }

  @Test
  void readsDecimalsWithoutFractionAsIntegers() throws IOException {
    add(new DecimalVector("x", allocator, 18, 0), v -> v.set(0, new BigDecimal("-12")));
    check("int64", -12L);
  }

  @Test
  void readsColumnsOfNull() throws IOException {
    vectors.add(new NullVector("x", 2));
    SampleSource source = written(false);
    assertThat(source.columns().get(0).vacant()).isTrue();
    assertThat(SourceTests.rows(source)).allMatch(row -> row.get("x") == null);
  }

  @Test
  void readsLists() throws IOException {
    add(
        new ListVector("x", allocator, FieldType.nullable(new ArrowType.List()), null),
        v -> {
          v.addOrGetVector(FieldType.nullable(new ArrowType.Int(32, true)));
          IntVector data = (IntVector) v.getDataVector();
          v.startNewValue(0);
          data.setSafe(0, 5);
          data.setNull(1);
          data.setValueCount(2);
          v.endValue(0, 2);
        });
    check("list<int32>", Arrays.asList(5L, null));
  }

  @Test
  void readsFixedListsOfNumbersAsTensors() throws IOException {
    add(fixedList(null), ArrowTypesTest::fill);
    check("tensor<float32, [4]>", dev.sheaf.format.Tensor.ofFloats(new float[] {0, 1, 2, 3}));
  }

  @Test
  void readsTheCanonicalFixedShapeTensor() throws IOException {
    Map<String, String> extension =
        Map.of(
            "ARROW:extension:name", "arrow.fixed_shape_tensor",
            "ARROW:extension:metadata", "{\"shape\":[2,2]}");
    add(fixedList(extension), ArrowTypesTest::fill);
    check(
        "tensor<float32, [2, 2]>",
        dev.sheaf.format.Tensor.ofFloats(new float[] {0, 1, 2, 3}, 2, 2));
  }

  private FixedSizeListVector fixedList(Map<String, String> extension) {
    FieldType type = new FieldType(true, new ArrowType.FixedSizeList(4), null, extension);
    FixedSizeListVector vector = new FixedSizeListVector("x", allocator, type, null);
    vector.addOrGetVector(
        FieldType.nullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)));
    return vector;
  }

  private static void fill(FixedSizeListVector list) {
    Float4Vector data = (Float4Vector) list.getDataVector();
    for (int i = 0; i < 8; i++) {
      data.setSafe(i, i);
    }
    list.setNotNull(0);
  }

  @Test
  void readsStructs() throws IOException {
    add(
        StructVector.empty("x", allocator),
        v -> {
          v.addOrGet("a", FieldType.nullable(new ArrowType.Int(16, true)), SmallIntVector.class)
              .setSafe(0, 3);
          v.addOrGet("b", FieldType.nullable(new ArrowType.Utf8()), VarCharVector.class)
              .setSafe(0, utf8("y"));
          v.setIndexDefined(0);
        });
    check("struct<a: int16, b: utf8>", Map.of("a", 3L, "b", "y"));
  }

  @Test
  void readsMapsAsListsOfKeyAndValue() throws IOException {
    add(
        MapVector.empty("x", allocator, false),
        v -> {
          UnionMapWriter writer = v.getWriter();
          writer.setPosition(0);
          writer.startMap();
          writer.startEntry();
          writer.key().bigInt().writeBigInt(1);
          writer.value().bigInt().writeBigInt(2);
          writer.endEntry();
          writer.endMap();
          writer.setValueCount(2);
        });
    check("list<struct<key: int64, value: int64>>", List.of(Map.of("key", 1L, "value", 2L)));
  }

  @Test
  void readsDictionariesAsTheirValues() throws IOException {
    VarCharVector words = new VarCharVector("words", allocator);
    words.allocateNew();
    words.set(0, utf8("red"));
    words.set(1, utf8("blue"));
    words.setValueCount(2);
    dictionaryVectors.add(words);
    Dictionary dictionary = new Dictionary(words, new DictionaryEncoding(1, false, null));
    dictionaries.put(dictionary);
    try (VarCharVector plain = new VarCharVector("x", allocator)) {
      plain.allocateNew();
      plain.set(0, utf8("blue"));
      plain.setValueCount(2);
      vectors.add((FieldVector) DictionaryEncoder.encode(plain, dictionary));
    }
    check("utf8", "blue");
  }

  @Test
  void readsTheCanonicalJson() throws IOException {
    FieldType json =
        new FieldType(
            true, new ArrowType.Utf8(), null, Map.of("ARROW:extension:name", "arrow.json"));
    add(new VarCharVector("x", json, allocator), v -> v.set(0, utf8("{\"a\": 1.0}")));
    check("json", "{\"a\": 1.0}");
  }

  @Test
  void reportsTextThatIsNotUtf8WithItsRow() throws IOException {
    add(new VarCharVector("x", allocator), v -> v.set(0, new byte[] {'a', (byte) 0xff}));
    SampleSource source = written(false);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> SourceTests.rows(source))
        .hasMessageContaining("invalid UTF-8 at byte 1")
        .hasMessageContaining("row=0");
  }

  @Test
  void keepsFieldsOfUnknownExtensionsAsTheirStorage() throws IOException {
    FieldType type =
        new FieldType(
            true, new ArrowType.Int(64, true), null, Map.of("ARROW:extension:name", "acme.money"));
    add(new BigIntVector("x", type, allocator), v -> v.set(0, 9));
    check("int64", 9L);
  }
}

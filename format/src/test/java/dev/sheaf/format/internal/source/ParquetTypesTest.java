package dev.sheaf.format.internal.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Type;
import dev.sheaf.format.testdata.TestFiles;
import io.airlift.compress.lz4.Lz4Compressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/** One column of each Parquet type, with a value in the first row and null in the second. */
class ParquetTypesTest {
  @TempDir Path folder;

  private SampleSource written(
      String column, CompressionCodecName codec, List<Consumer<Group>> rows) throws IOException {
    return written(column, codec, rows, Map.of());
  }

  private SampleSource written(
      String column,
      CompressionCodecName codec,
      List<Consumer<Group>> rows,
      Map<String, String> metadata)
      throws IOException {
    MessageType schema = MessageTypeParser.parseMessageType("message m { " + column + " }");
    Path file = folder.resolve("t.parquet");
    Files.deleteIfExists(file);
    SimpleGroupFactory groups = new SimpleGroupFactory(schema);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withCompressionCodec(codec)
            .withCodecFactory(new Codecs())
            .withExtraMetaData(metadata)
            .build()) {
      for (Consumer<Group> row : rows) {
        Group group = groups.newGroup();
        row.accept(group);
        writer.write(group);
      }
    }
    return SourceTests.open(file);
  }

  /** Parquet's own compressors need more of Hadoop than we have. */
  private static final class Codecs implements CompressionCodecFactory {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
      return new BytesInputCompressor() {
        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
          byte[] plain = bytes.toInputStream().readAllBytes();
          return BytesInput.from(
              switch (codec) {
                case SNAPPY -> Snappy.compress(plain);
                case ZSTD -> Zstd.compress(plain);
                case LZ4_RAW -> lz4(plain);
                case GZIP -> gzip(plain);
                default -> plain;
              });
        }

        @Override
        public CompressionCodecName getCodecName() {
          return codec;
        }

        @Override
        public void release() {}
      };
    }

    private static byte[] lz4(byte[] plain) {
      Lz4Compressor compressor = new Lz4Compressor();
      byte[] out = new byte[compressor.maxCompressedLength(plain.length)];
      return Arrays.copyOf(out, compressor.compress(plain, 0, plain.length, out, 0, out.length));
    }

    private static byte[] gzip(byte[] plain) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (GZIPOutputStream packing = new GZIPOutputStream(out)) {
        packing.write(plain);
      }
      return out.toByteArray();
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
      throw new UnsupportedOperationException("writing only");
    }

    @Override
    public void release() {}
  }

  private void check(String column, Consumer<Group> first, String type, Object value)
      throws IOException {
    SampleSource source =
        written(column, CompressionCodecName.UNCOMPRESSED, List.of(first, row -> {}));
    assertThat(source.columns().get(0).type()).hasToString(type);
    List<Map<String, Object>> rows = SourceTests.rows(source);
    assertThat(rows.get(0).get("x")).isEqualTo(value);
    assertThat(rows.get(1)).containsEntry("x", null);
  }

  @Test
  void readsIntegersOfEveryWidth() throws IOException {
    check("optional int32 x;", row -> row.add("x", -3), "int32", -3L);
    check("optional int32 x (INTEGER(8,true));", row -> row.add("x", -3), "int8", -3L);
    check("optional int32 x (INTEGER(16,false));", row -> row.add("x", 65535), "uint16", 65535L);
    check("optional int32 x (INTEGER(32,false));", row -> row.add("x", -1), "uint32", 4294967295L);
    check("optional int64 x;", row -> row.add("x", Long.MIN_VALUE), "int64", Long.MIN_VALUE);
    check(
        "optional int64 x (INTEGER(64,false));",
        row -> row.add("x", -1L),
        "uint64",
        new BigInteger("18446744073709551615"));
  }

  @Test
  void readsFloatsAndTruthValues() throws IOException {
    check("optional boolean x;", row -> row.add("x", true), "bool", true);
    check("optional float x;", row -> row.add("x", 0.1f), "float32", 0.1f);
    check("optional double x;", row -> row.add("x", Double.NaN), "float64", Double.NaN);
    check(
        "optional fixed_len_byte_array(2) x (FLOAT16);",
        row -> row.add("x", Binary.fromConstantByteArray(new byte[] {0, 0x3c})),
        "float16",
        1.0f);
  }

  @Test
  void readsTextAndBytes() throws IOException {
    check("optional binary x (STRING);", row -> row.add("x", "é"), "utf8", "é");
    check("optional binary x (ENUM);", row -> row.add("x", "A"), "utf8", "A");
    check("optional binary x (JSON);", row -> row.add("x", "{\"a\": 1.0}"), "json", "{\"a\": 1.0}");
    check("optional binary x;", row -> row.add("x", "ab"), "binary", new byte[] {'a', 'b'});
    check(
        "optional fixed_len_byte_array(16) x (UUID);",
        row -> row.add("x", Binary.fromConstantByteArray(new byte[16])),
        "utf8",
        "00000000-0000-0000-0000-000000000000");
  }

  private static final String FLOATS =
      "optional group x (LIST) { repeated group list { optional float element; } }";
  private static final String LISTS_OF_FLOATS =
      "optional group x (LIST) { repeated group list { optional group element (LIST) {"
          + " repeated group list { optional float element; } } } }";

  private Type declared(String column, String key, String json) throws IOException {
    SampleSource source =
        written(
            column,
            CompressionCodecName.UNCOMPRESSED,
            List.of(row -> {}),
            Map.of(key, json.replace('\'', '"')));
    return SourceTests.types(source).get("x");
  }

  private Type feature(String column, String feature) throws IOException {
    return declared(column, "huggingface", "{'info':{'features':{'x':" + feature + "}}}");
  }

  @Test
  void readsTensorsThatTheMetadataDeclares() throws IOException {
    assertThat(declared(FLOATS, "sheaf", "{'types':{'x':'tensor<float32, [2]>'}}"))
        .isEqualTo(Type.tensor(DType.FLOAT32, 2));
    assertThat(feature(LISTS_OF_FLOATS, "{'_type':'Array2D','dtype':'float32','shape':[null,2]}"))
        .isEqualTo(Type.tensor(DType.FLOAT32, Shape.ANY, 2));
    for (String kind : List.of("Sequence", "List")) {
      String value = "{'dtype':'float32','_type':'Value'}";
      String list = "{'feature':" + value + ",'length':%d,'_type':'" + kind + "'}";
      assertThat(feature(FLOATS, list.formatted(384))).isEqualTo(Type.tensor(DType.FLOAT32, 384));
      assertThat(feature(FLOATS, list.formatted(-1)))
          .isEqualTo(Type.list(Type.scalar(DType.FLOAT32)));
    }
  }

  @Test
  void passesOverDeclarationsThatDoNotFit() throws IOException {
    Type lists = Type.list(Type.list(Type.scalar(DType.FLOAT32)));
    for (String feature :
        List.of(
            "{'_type':'Array2D','dtype':'float64','shape':[2,2]}",
            "{'_type':'Array3D','dtype':'float32','shape':[2,2,2]}",
            "{'_type':'Array2D','dtype':'float32','shape':[-7,2]}",
            "{'_type':'Array2D','dtype':'string','shape':[2,2]}",
            "{'_type':'Array2D','shape':'wide'}",
            "[{'_type':'Value'}]",
            "null")) {
      assertThat(feature(LISTS_OF_FLOATS, feature)).as(feature).isEqualTo(lists);
    }
    assertThat(declared(LISTS_OF_FLOATS, "huggingface", "{'info'")).isEqualTo(lists);
    assertThat(declared(LISTS_OF_FLOATS, "sheaf", "{'types':{'x':'no type'}}")).isEqualTo(lists);
    assertThat(declared(LISTS_OF_FLOATS, "sheaf", "{'types':{'x':'int64'}}")).isEqualTo(lists);
    assertThat(declared("optional int64 x;", "sheaf", "{'types':{'x':'utf8'}}"))
        .isEqualTo(Type.scalar(DType.INT64));
  }

  @Test
  void readsDecimalsExactly() throws IOException {
    check("optional int32 x (DECIMAL(5,2));", row -> row.add("x", -150), "utf8", "-1.50");
    check("optional int64 x (DECIMAL(18,0));", row -> row.add("x", 7L), "int64", 7L);
    check(
        "optional binary x (DECIMAL(30,1));",
        row -> row.add("x", Binary.fromConstantByteArray(BigInteger.TEN.pow(25).toByteArray())),
        "utf8",
        "1000000000000000000000000.0");
  }

  @Test
  void readsDatesAndTimes() throws IOException {
    check("optional int32 x (DATE);", row -> row.add("x", -1), "date", LocalDate.of(1969, 12, 31));
    check(
        "optional int64 x (TIMESTAMP(MICROS,true));",
        row -> row.add("x", 1_500_000L),
        "timestamp<us, UTC>",
        Instant.ofEpochMilli(1500));
    check(
        "optional int64 x (TIMESTAMP(NANOS,false));",
        row -> row.add("x", 1L),
        "timestamp<ns>",
        Instant.ofEpochSecond(0, 1));
    check("optional int32 x (TIME(MILLIS,true));", row -> row.add("x", 1), "utf8", "00:00:00.001");
    check(
        "optional int96 x;",
        row -> row.add("x", new NanoTime(2_440_589, 5)),
        "timestamp<ns>",
        Instant.ofEpochSecond(86_400, 5));
  }

  @Test
  void readsListsMapsAndStructs() throws IOException {
    check(
        "optional group x (LIST) { repeated group list { optional int32 element; } }",
        row -> {
          Group list = row.addGroup("x");
          list.addGroup("list").add("element", 1);
          list.addGroup("list");
        },
        "list<int32>",
        Arrays.asList(1L, null));
    check(
        "optional group x (LIST) { repeated int32 array; }",
        row -> row.addGroup("x").append("array", 1).append("array", 2),
        "list<int32>",
        List.of(1L, 2L));
    check(
        "optional group x (MAP) { repeated group key_value { required binary key (STRING);"
            + " optional int64 value; } }",
        row -> row.addGroup("x").addGroup("key_value").append("key", "k").append("value", 3L),
        "list<struct<key: utf8, value: int64>>",
        List.of(Map.of("key", "k", "value", 3L)));
    check(
        "optional group x { optional int32 a; optional group b { optional boolean c; } }",
        row -> row.addGroup("x").append("a", 1).addGroup("b").append("c", false),
        "struct<a: int32, b: struct<c: bool>>",
        Map.of("a", 1L, "b", Map.of("c", false)));
  }

  @Test
  void makesMediaOfBytesAndPath() throws IOException {
    byte[] picture = Files.readAllBytes(TestFiles.PETS.resolve("cat/cat_01.jpg"));
    SampleSource source =
        written(
            "optional group image { optional binary bytes; optional binary path (STRING); }"
                + " optional int64 label;",
            CompressionCodecName.UNCOMPRESSED,
            List.of(
                row ->
                    row.append("label", 1L)
                        .addGroup("image")
                        .append("bytes", Binary.fromConstantByteArray(picture))
                        .append("path", "cat.jpg"),
                row -> row.append("label", 2L)));
    assertThat(SourceTests.schema(source))
        .containsExactly("image: media<image>", "image_path: utf8", "label: int64");
    List<Map<String, Object>> rows = SourceTests.rows(source);
    assertThat(((Media) rows.get(0).get("image")).toBytes()).isEqualTo(picture);
    assertThat(rows.get(0)).containsEntry("image_path", "cat.jpg");
    assertThat(rows.get(1)).containsEntry("image", null).containsEntry("label", 2L);
  }

  @Test
  void readsCompressedPages() throws IOException {
    for (CompressionCodecName codec :
        List.of(
            CompressionCodecName.GZIP,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.ZSTD,
            CompressionCodecName.LZ4_RAW)) {
      String text = "abcabcabc".repeat(1000);
      SampleSource source =
          written(
              "optional binary x (STRING);",
              codec,
              List.of(row -> row.add("x", text), row -> row.add("x", "y")));
      assertThat(SourceTests.rows(source)).hasSize(2).first().isEqualTo(Map.of("x", text));
    }
  }
}

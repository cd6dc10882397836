package dev.sheaf.format.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Version;
import dev.sheaf.format.testdata.TestFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports, read by readers that are not ours. The last sample is null throughout. */
class ReadBackTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Dataset dataset;
  private Version version;

  @BeforeEach
  void makeDataset() {
    dataset = ManyTypes.write(folder.resolve("many.sheaf"), TestFiles.PETS, true);
    version = dataset.head();
  }

  private Path export(ExportFormat format, Version of, String... columns) {
    Path out = folder.resolve("out");
    Export export = Export.of(of).to(format, out);
    (columns.length == 0 ? export : export.columns(columns)).run();
    return out;
  }

  private boolean isNull(long row) {
    return row == ManyTypes.SAMPLES - 1;
  }

  @AfterEach
  void close() {
    dataset.close();
  }

  @Test
  void arrowJavaReadsArrow() throws IOException {
    Path file = export(ExportFormat.ARROW, version).resolve("data-000000.arrow");
    try (FileChannel channel = FileChannel.open(file);
        RootAllocator allocator = new RootAllocator();
        ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
      VectorSchemaRoot root = reader.getVectorSchemaRoot();
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(root.getRowCount()).isEqualTo(ManyTypes.SAMPLES);
      BigIntVector count = (BigIntVector) root.getVector("count");
      Float4Vector brain = (Float4Vector) root.getVector("brain");
      VarCharVector caption = (VarCharVector) root.getVector("caption");
      FixedSizeListVector vector = (FixedSizeListVector) root.getVector("vector");
      StructVector image = (StructVector) root.getVector("image");
      assertThat(root.getVector("grid").getField().getMetadata())
          .containsEntry("ARROW:extension:name", "arrow.fixed_shape_tensor")
          .containsEntry("ARROW:extension:metadata", "{\"shape\":[2,3]}");
      for (int i = 0; i < ManyTypes.SAMPLES; i++) {
        assertThat(caption.isNull(i)).isEqualTo(isNull(i));
        assertThat(image.isNull(i)).isEqualTo(isNull(i));
        assertThat(vector.isNull(i)).isEqualTo(isNull(i));
        if (!isNull(i)) {
          Sample sample = version.sample(i);
          assertThat(count.get(i)).isEqualTo(sample.int64("count"));
          assertThat((double) brain.get(i)).isEqualTo(sample.float64("brain"));
          assertThat(new String(caption.get(i), StandardCharsets.UTF_8))
              .isEqualTo(sample.text("caption"));
          assertThat(((VarBinaryVector) image.getChild("bytes")).get(i))
              .isEqualTo(sample.media("image").toBytes());
          assertThat(vector.getObject(i)).isEqualTo(List.of((float) i, 0.1f, -2.5f, 1e-7f));
        }
      }
      assertThat(reader.loadNextBatch()).isFalse();
    }
  }

  @Test
  void parquetJavaReadsParquet() throws IOException {
    Path file = export(ExportFormat.PARQUET, version).resolve("data-000000.parquet");
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new Unzstd())
            .usePageChecksumVerification(true)
            .build();
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
      MessageType schema = reader.getFileMetaData().getSchema();
      JsonNode features =
          JSON.readTree(reader.getFileMetaData().getKeyValueMetaData().get("huggingface"))
              .path("info")
              .path("features");
      assertThat(features.path("image").path("_type").asText()).isEqualTo("Image");
      assertThat(features.path("sound").path("_type").asText()).isEqualTo("Audio");
      assertThat(features.path("grid").path("_type").asText()).isEqualTo("Array2D");
      assertThat(features.path("tags").toString())
          .isEqualTo("[{\"dtype\":\"string\",\"_type\":\"Value\"}]");
      assertThat(features.has("extra")).isFalse();
      PageReadStore pages = reader.readNextRowGroup();
      RecordReader<Group> rows =
          new ColumnIOFactory()
              .getColumnIO(schema)
              .getRecordReader(pages, new GroupRecordConverter(schema));
      assertThat(pages.getRowCount()).isEqualTo(ManyTypes.SAMPLES);
      for (int i = 0; i < ManyTypes.SAMPLES; i++) {
        Group row = rows.read();
        assertThat(row.getFieldRepetitionCount("caption")).isEqualTo(isNull(i) ? 0 : 1);
        if (!isNull(i)) {
          Sample sample = version.sample(i);
          assertThat(row.getString("caption", 0)).isEqualTo(sample.text("caption"));
          assertThat(row.getLong("count", 0)).isEqualTo(sample.int64("count"));
          assertThat((double) row.getFloat("brain", 0)).isEqualTo(sample.float64("brain"));
          assertThat(row.getGroup("image", 0).getBinary("bytes", 0).getBytes())
              .isEqualTo(sample.media("image").toBytes());
          assertThat(row.getGroup("image", 0).getFieldRepetitionCount("path")).isZero();
          Group second = row.getGroup("grid", 0).getGroup("list", 1).getGroup("element", 0);
          assertThat(second.getGroup("list", 2).getInteger("element", 0)).isEqualTo(5);
          assertThat(row.getGroup("ragged", 0).getFieldRepetitionCount("list")).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void commonsCompressReadsWebDataset() throws IOException {
    Path file = export(ExportFormat.WEBDATASET, version).resolve("shard-000000.tar");
    Map<String, byte[]> members = new LinkedHashMap<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(Files.newInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        members.put(entry.getName(), tar.readAllBytes());
      }
    }
    assertThat(
            members.keySet().stream().map(name -> name.substring(0, name.indexOf('.'))).distinct())
        .containsExactly(
            "set%2Fsample%2E0",
            "set%2Fsample%2E1", "set%2Fsample%2E2", "set%2Fsample%2E3", "set%2Fsample%2E4");
    assertThat(members.keySet().stream().filter(name -> name.startsWith("set%2Fsample%2E4")))
        .containsExactly("set%2Fsample%2E4.json");
    Sample sample = version.sample(3);
    String key = "set%2Fsample%2E3.";
    assertThat(members.get(key + "image.jpg")).isEqualTo(sample.media("image").toBytes());
    assertThat(members.get(key + "sound.wav")).isEqualTo(sample.media("sound").toBytes());
    assertThat(members.get(key + "txt"))
        .isEqualTo(sample.text("caption").getBytes(StandardCharsets.UTF_8));
    assertThat(members.get("set%2Fsample%2E1.txt")).isEmpty();
    JsonNode object = JSON.readTree(members.get(key + "json"));
    assertThat(object.path("extra").toString()).isEqualTo("{\"n\":3,\"deep\":[1.5,null]}");
    assertThat(object.path("box").path("name").isNull()).isTrue();
    Array mask = Array.read(members.get(key + "mask.npy"));
    assertThat(mask.header()).contains("'descr': '|b1'").contains("'shape': (3, 3)");
    assertThat(mask.data().remaining()).isEqualTo(9);
  }

  @Test
  void aTinyReaderReadsNpz() throws IOException {
    Version whole = version.pick(0, 1, 2, 3);
    Path out = export(ExportFormat.NPZ, whole, "caption", "count", "vector", "bits", "day", "half");
    Map<String, Array> arrays = new TreeMap<>();
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(out.resolve("data.npz")))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
        arrays.put(entry.getName(), Array.read(zip.readAllBytes()));
      }
    }
    assertThat(arrays)
        .containsOnlyKeys(
            "caption.npy", "count.npy", "vector.npy", "bits.npy", "day.npy", "half.npy");
    assertThat(arrays.get("vector.npy").header())
        .contains("'descr': '<f4'")
        .contains("'shape': (4, 4)");
    assertThat(arrays.get("half.npy").header()).contains("'descr': '<f2'");
    assertThat(arrays.get("day.npy").header()).contains("'descr': '<M8[D]'");
    for (int i = 0; i < 4; i++) {
      Sample sample = whole.sample(i);
      assertThat(arrays.get("count.npy").data().getLong(8 * i)).isEqualTo(sample.int64("count"));
      Tensor bits = sample.tensor("bits");
      for (int j = 0; j < 5; j++) {
        assertThat((long) arrays.get("bits.npy").data().get(5 * i + j)).isEqualTo(bits.element(j));
      }
      assertThat(text(arrays.get("caption.npy"), i)).isEqualTo(sample.text("caption"));
    }
  }

  private static String text(Array array, int row) {
    int width = array.data().remaining() / 4;
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < width; i += 4) {
      int point = array.data().getInt(row * width + i);
      if (point != 0) {
        text.appendCodePoint(point);
      }
    }
    return text.toString();
  }

  @Test
  void shardsOfMdsAreLaidOutAsItsWriterDoes() throws IOException {
    Version whole = version.pick(0, 1, 2, 3);
    Path out = export(ExportFormat.MDS, whole, "image", "count", "caption");
    JsonNode shard = JSON.readTree(out.resolve("index.json").toFile()).path("shards").get(0);
    assertThat(shard.path("column_names").toString())
        .isEqualTo("[\"caption\",\"count\",\"image\"]");
    assertThat(shard.path("column_encodings").toString()).isEqualTo("[\"str\",\"int64\",\"jpeg\"]");
    assertThat(shard.path("column_sizes").toString()).isEqualTo("[null,8,null]");
    byte[] bytes = Files.readAllBytes(out.resolve("shard.00000.mds"));
    assertThat(shard.path("raw_data").path("bytes").asLong()).isEqualTo(bytes.length);
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(data.getInt(0)).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      Sample sample = whole.sample(i);
      int at = data.getInt(4 + 4 * i);
      byte[] caption = sample.text("caption").getBytes(StandardCharsets.UTF_8);
      byte[] image = sample.media("image").toBytes();
      assertThat(data.getInt(at)).isEqualTo(caption.length);
      assertThat(data.getInt(at + 4)).isEqualTo(image.length);
      assertThat(data.getLong(at + 8 + caption.length)).isEqualTo(sample.int64("count"));
      int end = at + 16 + caption.length + image.length;
      assertThat(data.getInt(8 + 4 * i)).isEqualTo(end);
      assertThat(bytes).endsWith(i == 3 ? image : new byte[0]);
    }
  }

  @Test
  void linesOfJsonKeepNullEmptyAndZeroApart() throws IOException {
    Path out = export(ExportFormat.JSONL, version);
    List<String> lines = Files.readAllLines(out.resolve("data.jsonl"));
    assertThat(lines).hasSize(ManyTypes.SAMPLES);
    JsonNode last = JSON.readTree(lines.get(ManyTypes.SAMPLES - 1));
    last.forEach(value -> assertThat(value.isNull()).isTrue());
    assertThat(last.size()).isEqualTo(ManyTypes.columns().size());
    assertThat(JSON.readTree(lines.get(1)).path("caption").asText("null")).isEmpty();
    assertThat(JSON.readTree(lines.get(2)).path("tags").toString()).isEqualTo("[]");
    assertThat(lines.get(1)).contains("\"single\":0.10000000149011612");
    JsonNode first = JSON.readTree(lines.get(0));
    assertThat(Files.readAllBytes(out.resolve(first.path("image").asText())))
        .isEqualTo(version.sample(0).media("image").toBytes());
  }

  /** One array of NumPy. */
  private record Array(String header, ByteBuffer data) {
    static Array read(byte[] file) {
      assertThat(file).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
      int length = (file[8] & 0xff) | (file[9] & 0xff) << 8;
      assertThat((10 + length) % 64).isZero();
      String header = new String(file, 10, length, StandardCharsets.US_ASCII);
      assertThat(header).endsWith("\n");
      return new Array(
          header,
          ByteBuffer.wrap(file, 10 + length, file.length - 10 - length)
              .slice()
              .order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  /** Decompresses pages, which Parquet's own classes leave to Hadoop. */
  private static final class Unzstd implements CompressionCodecFactory {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
      throw new UnsupportedOperationException();
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
      return new BytesInputDecompressor() {
        @Override
        public BytesInput decompress(BytesInput bytes, int size) throws IOException {
          byte[] page = bytes.toInputStream().readAllBytes();
          InputStream plain =
              new ByteArrayInputStream(
                  codec == CompressionCodecName.ZSTD ? Zstd.decompress(page, size) : page);
          return BytesInput.from(plain, size);
        }

        @Override
        public void decompress(ByteBuffer in, int compressed, ByteBuffer out, int size) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void release() {}
      };
    }

    @Override
    public void release() {}
  }
}

package dev.sheaf.format.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.Zstd;
import dev.sheaf.format.ChunkInfo;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.HalfFloat;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.SeekableReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Arrow's own reader finds in every chunk the values that the library returns. The same is done
 * with pyarrow, for every cell, by {@code .ci/extra/10-pyarrow.sh}.
 */
class ArrowReaderTest {
  @TempDir static Path folder;

  private static Dataset dataset;

  private final Map<String, Integer> compared = new TreeMap<>();
  private final Map<String, List<Object>> columns = new HashMap<>();

  @BeforeAll
  static void write() {
    dataset = InteropDataset.write(folder.resolve("interop.sheaf"));
  }

  @AfterAll
  static void close() {
    dataset.close();
  }

  @Test
  void opensEveryChunk() throws IOException {
    Set<String> chunks = new HashSet<>();
    Set<String> roles = new HashSet<>();
    int compressed = 0;
    int blobs = 0;
    for (CommitInfo commit : dataset.log("main", 100)) {
      for (ChunkInfo chunk : dataset.chunks(dataset.at(commit.id()))) {
        if (!chunks.add(chunk.id())) {
          continue;
        }
        roles.add(chunk.role());
        Codecs codecs = new Codecs();
        try (BufferAllocator allocator = new RootAllocator();
            ArrowFileReader reader = open(bytes(path(chunk.id())), allocator, codecs)) {
          VectorSchemaRoot root = reader.getVectorSchemaRoot();
          while (reader.loadNextBatch()) {
            assertThat(root.getRowCount()).isPositive();
            if (root.getVector(0) instanceof LargeVarBinaryVector values) {
              blobs += assertChecksums(values, (UInt4Vector) root.getVector(1));
            }
          }
        }
        compressed += codecs.used > 0 ? 1 : 0;
      }
    }
    assertThat(roles).containsExactlyInAnyOrder("layer", "tensor", "wide", "keys");
    assertThat(chunks).hasSizeGreaterThan(20);
    assertThat(compressed).isPositive();
    assertThat(blobs).isPositive();
  }

  private static int assertChecksums(LargeVarBinaryVector values, UInt4Vector checksums) {
    for (int i = 0; i < values.getValueCount(); i++) {
      CRC32C crc = new CRC32C();
      crc.update(values.get(i));
      assertThat(checksums.get(i)).isEqualTo((int) crc.getValue());
    }
    return values.getValueCount();
  }

  @Test
  void showsTheCellsOfAVersionThatWasEdited() throws IOException {
    Version version = dataset.head();
    JsonNode listing = new ObjectMapper().readTree(dataset.filesJson(version));
    assertThat(listing.get("commit").textValue()).isEqualTo(version.commit().id());
    Map<String, String> ids = new HashMap<>();
    listing
        .get("columns")
        .forEach(column -> ids.put(column.get("name").textValue(), column.get("id").textValue()));
    long index = 0;
    for (JsonNode run : listing.get("runs")) {
      JsonNode segment = listing.get("segments").get(run.get("segment").intValue());
      BitSet deleted = new BitSet();
      segment.get("deleted").forEach(slot -> deleted.set(slot.intValue()));
      assertThat(run.get("index").longValue()).isEqualTo(index);
      int first = run.get("slot").intValue();
      for (int slot = first; slot < first + run.get("slots").intValue(); slot++) {
        if (deleted.get(slot)) {
          count("deleted");
          continue;
        }
        Sample sample = version.sample(index++);
        for (String column :
            List.of("id", "text", "label", "large float32", "large float64", "image")) {
          compare(sample, column, find(segment, ids.get(column), slot));
        }
      }
    }
    assertThat(index).isEqualTo(version.size()).isEqualTo(listing.get("rows").longValue());
    assertThat(compared)
        .containsOnlyKeys(
            "no layer", "null", "deleted", "int64", "utf8", "inline", "blob", "text page", "tensor")
        .allSatisfy((what, number) -> assertThat(number).as(what).isPositive());
  }

  @Test
  void showsDefaultsRoundedToTheirType() {
    Sample first = dataset.head().sample(0);
    float half = HalfFloat.toFloat(HalfFloat.fromFloat(0.1f));
    assertThat(first.value("default float16")).isEqualTo(half);
    assertThat(first.value("default bfloat16")).isEqualTo(Float.intBitsToFloat(0x3dcd0000));
    assertThat(first.value("default float32")).isEqualTo(0.1f);
  }

  /** Where a cell lies: a layer, the position of its field, its row. */
  private record Found(JsonNode layer, int field, int row) {}

  private static Found find(JsonNode segment, String column, int slot) {
    for (int k = segment.get("layers").size() - 1; k >= 0; k--) {
      JsonNode layer = segment.get("layers").get(k);
      for (int i = 0; i < layer.get("columns").size(); i++) {
        JsonNode one = layer.get("columns").get(i);
        if (!one.get("id").textValue().equals(column) || one.has("aspect")) {
          continue;
        }
        int row = layer.has("slots") ? -1 : slot;
        for (int r = 0; row < 0 && layer.has("slots") && r < layer.get("slots").size(); r++) {
          row = layer.get("slots").get(r).intValue() == slot ? r : -1;
        }
        if (row >= 0) {
          return new Found(layer, i, row);
        }
      }
    }
    return null;
  }

  private void compare(Sample sample, String column, Found found) throws IOException {
    if (found == null) {
      assertThat(sample.isNull(column)).as(column).isTrue();
      count("no layer");
      return;
    }
    String file =
        found.layer.has("file")
            ? found.layer.get("file").textValue()
            : "git:" + found.layer.get("git").textValue();
    Object cell = rows(file, found.field).get(found.row);
    if (cell == null) {
      assertThat(sample.isNull(column)).as(column).isTrue();
      count("null");
      return;
    }
    JsonNode layout = found.layer.get("columns").get(found.field);
    if (layout.has("tensors")) {
      byte[] row = (byte[]) rows(layout.get("tensors").textValue(), 0).get(found.row);
      assertThat(sample.tensor(column).data()).isEqualTo(ByteBuffer.wrap(row));
      CRC32C crc = new CRC32C();
      crc.update(row);
      assertThat(cell).isEqualTo((int) crc.getValue());
      count("tensor");
    } else if (cell instanceof Long number) {
      assertThat(sample.int64(column)).isEqualTo(number);
      count("int64");
    } else if (cell instanceof String text) {
      assertThat(sample.text(column)).isEqualTo(text);
      count("utf8");
    } else if (cell instanceof byte[] bytes) {
      assertThat(payload(sample, column)).isEqualTo(ByteBuffer.wrap(bytes));
      count("inline");
    } else if (cell instanceof Descriptor ref) {
      String blob = found.layer.get("blobs").get(ref.chunk).textValue();
      if (ref.row == null) {
        byte[] range = range(blob, ref);
        assertThat(payload(sample, column)).isEqualTo(ByteBuffer.wrap(range));
        CRC32C crc = new CRC32C();
        crc.update(range);
        assertThat((int) crc.getValue()).isEqualTo(ref.crc);
        count("blob");
      } else {
        assertThat(sample.text(column)).isEqualTo(textRow(blob, ref));
        count("text page");
      }
    } else {
      throw new AssertionError(cell.getClass());
    }
  }

  private static ByteBuffer payload(Sample sample, String column) {
    return column.equals("image") ? sample.media(column).bytes() : sample.tensor(column).data();
  }

  private void count(String what) {
    compared.merge(what, 1, Integer::sum);
  }

  /** A value that lies elsewhere. */
  private record Descriptor(int chunk, long offset, int length, int crc, Integer row) {}

  /** Returns a column of a file, all record batches one after the other. */
  private List<Object> rows(String file, int field) throws IOException {
    String name = file + "#" + field;
    List<Object> known = columns.get(name);
    if (known != null) {
      return known;
    }
    List<Object> rows = new ArrayList<>();
    try (BufferAllocator allocator = new RootAllocator();
        ArrowFileReader reader = open(bytes(file), allocator, new Codecs())) {
      FieldVector vector = reader.getVectorSchemaRoot().getVector(field);
      while (reader.loadNextBatch()) {
        for (int i = 0; i < vector.getValueCount(); i++) {
          rows.add(cell(vector, i));
        }
      }
    }
    columns.put(name, rows);
    return rows;
  }

  private static Object cell(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    }
    if (vector instanceof VarCharVector texts) {
      return new String(texts.get(row), StandardCharsets.UTF_8);
    }
    if (vector instanceof BigIntVector numbers) {
      return numbers.get(row);
    }
    if (vector instanceof UInt4Vector checksums) {
      return checksums.get(row);
    }
    if (vector instanceof FixedSizeListVector lists) {
      FieldVector values = lists.getDataVector();
      int elements = lists.getListSize();
      int width = Math.toIntExact(values.getDataBuffer().writerIndex() / values.getValueCount());
      byte[] bytes = new byte[elements * width];
      values.getDataBuffer().getBytes((long) row * bytes.length, bytes);
      return bytes;
    }
    StructVector struct = (StructVector) vector;
    Object inline = struct.getChild("inline").getObject(row);
    StructVector ref = (StructVector) struct.getChild("ref");
    assertThat(ref.isNull(row)).isEqualTo(inline != null);
    if (inline != null) {
      return inline instanceof byte[] ? inline : inline.toString();
    }
    return new Descriptor(
        ((UInt4Vector) ref.getChild("chunk")).get(row),
        ((UInt8Vector) ref.getChild("offset")).get(row),
        Math.toIntExact(((UInt8Vector) ref.getChild("length")).get(row)),
        ((UInt4Vector) ref.getChild("crc32c")).get(row),
        ref.getChild("row").isNull(row) ? null : ((UInt4Vector) ref.getChild("row")).get(row));
  }

  private byte[] range(String file, Descriptor ref) throws IOException {
    byte[] range = new byte[ref.length];
    ByteBuffer.wrap(bytes(file)).get(Math.toIntExact(ref.offset), range);
    return range;
  }

  private String textRow(String file, Descriptor ref) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        ArrowFileReader reader = open(bytes(file), allocator, new Codecs())) {
      for (ArrowBlock block : reader.getRecordBlocks()) {
        if (block.getOffset() == ref.offset) {
          assertThat(block.getMetadataLength() + block.getBodyLength()).isEqualTo(ref.length);
          assertThat(reader.loadRecordBatch(block)).isTrue();
          FieldVector texts = reader.getVectorSchemaRoot().getVector(0);
          return new String(((VarCharVector) texts).get(ref.row), StandardCharsets.UTF_8);
        }
      }
    }
    throw new AssertionError("no record batch begins at " + ref.offset + " of " + file);
  }

  private static String path(String chunk) {
    return "chunks/" + chunk.substring(0, 2) + "/" + chunk + ".arrow";
  }

  private static byte[] bytes(String file) throws IOException {
    if (!file.startsWith("git:")) {
      return Files.readAllBytes(dataset.path().resolve(file));
    }
    try (Repository repository =
        FileRepositoryBuilder.create(dataset.path().resolve("git").toFile())) {
      return repository.open(ObjectId.fromString(file.substring(4))).getBytes();
    }
  }

  private static ArrowFileReader open(byte[] bytes, BufferAllocator allocator, Codecs codecs) {
    return new ArrowFileReader(
        new SeekableReadChannel(new ByteArrayReadableSeekableByteChannel(bytes)),
        allocator,
        codecs);
  }

  /** Arrow's ZSTD compression of buffers, without the module that has it. */
  private static final class Codecs implements CompressionCodec.Factory {
    private int used;

    @Override
    public CompressionCodec createCodec(CompressionUtil.CodecType type) {
      if (type == CompressionUtil.CodecType.NO_COMPRESSION) {
        return NoCompressionCodec.INSTANCE;
      }
      assertThat(type).isEqualTo(CompressionUtil.CodecType.ZSTD);
      used++;
      return new ZstdDecompressor();
    }

    @Override
    public CompressionCodec createCodec(CompressionUtil.CodecType type, int level) {
      return createCodec(type);
    }
  }

  private static final class ZstdDecompressor extends AbstractCompressionCodec {
    @Override
    public CompressionUtil.CodecType getCodecType() {
      return CompressionUtil.CodecType.ZSTD;
    }

    @Override
    protected ArrowBuf doCompress(BufferAllocator allocator, ArrowBuf plain) {
      throw new UnsupportedOperationException("reading only");
    }

    @Override
    protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf packed) {
      byte[] frame = new byte[Math.toIntExact(packed.writerIndex() - 8)];
      packed.getBytes(8, frame);
      byte[] plain = Zstd.decompress(frame, Math.toIntExact(packed.getLong(0)));
      ArrowBuf buffer = allocator.buffer(plain.length);
      buffer.setBytes(0, plain);
      buffer.writerIndex(plain.length);
      return buffer;
    }
  }
}

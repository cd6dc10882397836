package dev.sheaf.format.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.CorruptDataException;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.git.CommitRequest;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells that break one rule of the specification each, under checksums that hold. */
class LyingCellsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int INLINE_VALIDITY = 1;
  private static final int SOURCE_VALIDITY = 1;
  private static final int UNIT_VALIDITY = 4;
  private static final int LENGTH_VALUES = 10;
  private static final int SHA256_VALIDITY = 19;
  private static final int SHAPE_VALIDITY = 20;
  private static final int SHAPE_AXES = 22;

  @TempDir(factory = MemoryFolder.class)
  Path temp;

  private Path path;

  /** Row 0 is short, row 1 is long, row 2 is null. */
  @BeforeEach
  void write() {
    path = temp.resolve("lies.sheaf");
    try (Dataset dataset = Dataset.create(path);
        Transaction change = dataset.begin()) {
      change.addColumn(Column.of("boxes", Type.tensor(DType.FLOAT32, Shape.ANY, 3)));
      change.addColumn(Column.of("bytes", Type.BINARY));
      change.addColumn(Column.of("image", Type.media(MediaKind.IMAGE)));
      change.addColumn(Column.of("n", Type.scalar(DType.INT64)));
      change.addColumn(
          new Column(
              "",
              "twice",
              Type.scalar(DType.INT64),
              "null",
              new Column.Derivation(List.of("n"), "2 * n")));
      int[] lengths = {2, 200};
      for (int row = 0; row < 2; row++) {
        byte[] bytes = new byte[lengths[row] * 12];
        change.append(
            Row.of()
                .key("k" + row)
                .origin(Origin.file("f" + row, ""))
                .set("boxes", Tensor.of(DType.FLOAT32, Shape.of(lengths[row], 3), buffer(bytes)))
                .set("bytes", bytes)
                .set("image", Media.of(MediaKind.IMAGE, bytes, Map.of()))
                .set("n", (long) row)
                .set("twice", 2L * row));
      }
      change.append(Row.of().key("k2"));
      change.commit("first");
    }
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes);
  }

  private static String find(TreeSnapshot tree, String folder, String pattern) {
    for (TreeSnapshot.Entry entry : tree.list(folder)) {
      String at = folder + "/" + entry.name();
      String found = entry.isTree() ? find(tree, at, pattern) : at;
      if (found.matches(".*/" + pattern)) {
        return found;
      }
    }
    return "";
  }

  /** Changes a JSON leaf. */
  private void leaf(String folder, String pattern, Consumer<ObjectNode> change) throws IOException {
    try (GitStore git = GitStore.open(path.resolve("git"))) {
      TreeSnapshot tree = git.resolve("main");
      String leaf = find(tree, folder, pattern);
      ObjectNode node = (ObjectNode) MAPPER.readTree(tree.read(leaf));
      change.accept(node);
      byte[] bytes = (node + "\n").getBytes(StandardCharsets.UTF_8);
      git.commit("main", CommitRequest.of("a lie", head -> new TreeEdit().put(leaf, bytes)));
    }
  }

  private byte[] chunk(String id) throws IOException {
    return Files.readAllBytes(file(id));
  }

  private Path file(String id) {
    return path.resolve("chunks").resolve(id.substring(0, 2)).resolve(id + ".arrow");
  }

  /** Changes one byte of a buffer of a column in the only page, and its checksum. */
  private void cell(String column, int buffer, int at, int xor) throws IOException {
    leaf(
        "segments",
        "[0-9a-f]{16}\\.json",
        node -> {
          try {
            LayerRecord record =
                LayerRecord.parse(node.toString().getBytes(StandardCharsets.UTF_8), "record");
            String id = record.chunk().orElseThrow();
            byte[] bytes = chunk(id);
            int page = (int) record.pageOffset(0);
            bytes[bufferAt(record, bytes, column, buffer) + at] ^= (byte) xor;
            int crc = Checksums.crc32c(bytes, page, record.pageLength(0));
            ((ArrayNode) node.get("pages").get("crc32c")).set(0, Integer.toUnsignedLong(crc));
            Files.write(file(id), bytes);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private static int bufferAt(LayerRecord record, byte[] bytes, String column, int buffer) {
    int number = buffer;
    for (LayerColumn before : record.columns()) {
      if (before.name().equals(column)) {
        break;
      }
      number += before.layout().physical().buffers();
    }
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int page = (int) record.pageOffset(0);
    int metadata = file.getInt(page + 4);
    Message message = Message.getRootAsMessage(file.slice(page + 8, metadata));
    RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
    assertThat(batch.buffers(number).length()).isPositive();
    return page + 8 + metadata + (int) batch.buffers(number).offset();
  }

  private void refused(int row, Consumer<Sample> read, String message) {
    try (Dataset dataset = Dataset.open(path)) {
      Sample sample = dataset.head().sample(row);
      assertThatThrownBy(() -> read.accept(sample))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageStartingWith(message);
      // Damage costs what is damaged, and no more.
      assertThat(sample.key()).isEqualTo("k" + row);
      assertThat(dataset.head().sample(2).isNull("bytes")).isTrue();
    }
  }

  @Test
  void valuesInNoPlaceAreRefused() throws IOException {
    cell("bytes", INLINE_VALIDITY, 0, 1);
    refused(0, sample -> sample.bytes("bytes"), "Value is nowhere");
    refused(0, sample -> sample.value("bytes"), "Value is nowhere");
    cell("image", INLINE_VALIDITY, 0, 1);
    refused(0, sample -> sample.media("image").toBytes(), "Value is nowhere");
    cell("boxes", INLINE_VALIDITY, 0, 1);
    refused(0, sample -> sample.tensor("boxes"), "Value is nowhere");
  }

  @Test
  void payloadsTakeNoMemoryForBytesThatAreNotThere() throws IOException {
    long before = Cases.allocatedBytes();
    // 512 MiB longer than it is.
    cell("image", LENGTH_VALUES, 8 + 3, 0x20);
    refused(1, sample -> sample.media("image").toBytes(), "Chunk file is too short");
    refused(1, sample -> sample.media("image").bytes(), "Chunk file is too short");
    refused(
        1,
        sample -> sample.media("image").copyTo(ByteBuffer.allocate(9)),
        "Chunk file is too short");
    cell("image", LENGTH_VALUES, 8 + 7, 0x40);
    refused(1, sample -> sample.media("image").toBytes(), "Descriptor with offset=");
    assertThat(Cases.allocatedBytes() - before).isLessThan(64 << 20);
  }

  @Test
  void originsWithoutAPartAreRefused() throws IOException {
    cell("_origin", SOURCE_VALIDITY, 0, 1);
    refused(0, Sample::origin, "Origin has no source");
    cell("_origin", UNIT_VALIDITY, 0, 2);
    refused(1, Sample::origin, "Origin has no unit");
  }

  @Test
  void valuesInTwoPlacesAreRefused() throws IOException {
    cell("bytes", INLINE_VALIDITY, 0, 2);
    refused(1, sample -> sample.bytes("bytes"), "Value is in its page and elsewhere");
    cell("image", INLINE_VALIDITY, 0, 2);
    refused(1, sample -> sample.media("image").bytes(), "Value is in its page and elsewhere");
    cell("boxes", INLINE_VALIDITY, 0, 2);
    refused(1, sample -> sample.tensor("boxes"), "Value is in its page and elsewhere");
  }

  @Test
  void payloadsWithoutDigestAreRefused() throws IOException {
    cell("image", SHA256_VALIDITY, 0, 1);
    refused(0, sample -> sample.media("image").sha256(), "Payload without a SHA-256");
  }

  @Test
  void axesThatAreNotOfTheTypeAreRefused() throws IOException {
    // The second axis of the long tensor, 3 of [200, 3].
    cell("boxes", SHAPE_AXES, 12, 1);
    refused(
        1,
        sample -> sample.tensor("boxes"),
        "Value is damaged: expected the shape [?, 3], got [200, 2]");
  }

  @Test
  void axesThatTheElementsDoNotFillAreRefused() throws IOException {
    cell("boxes", SHAPE_AXES, 8, 1);
    refused(
        1,
        sample -> sample.tensor("boxes"),
        "Value is damaged: elements do not fill the shape: expected 2412 bytes");
  }

  @Test
  void tensorsWithoutShapeAreRefused() throws IOException {
    cell("boxes", SHAPE_VALIDITY, 0, 2);
    refused(1, sample -> sample.tensor("boxes"), "Value is damaged: tensor without a shape");
  }

  @Test
  void layersOfAWiderTypeThanTheSchemaAreRefused() throws IOException {
    try (Dataset dataset = Dataset.open(path)) {
      String id = dataset.head().schema().column("n").id();
      leaf("schema", id + ".json", node -> node.put("type", "int32"));
    }
    refused(0, sample -> sample.int64("n"), "Layer has cells of type int64, the schema says int32");
  }

  @Test
  void digestsOfInputsOfAnotherTypeAreRefused() throws IOException {
    leaf(
        "segments",
        "[0-9a-f]{16}\\.json",
        node ->
            node.get("columns")
                .forEach(
                    column -> {
                      if (column.has("aspect")) {
                        ((ObjectNode) column).put("type", "float64");
                      }
                    }));
    try (Dataset dataset = Dataset.open(path)) {
      assertThatThrownBy(() -> dataset.head().sample(0).isStale("twice"))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("digests of the inputs of column \"twice\"");
    }
  }

  @Test
  void keysOfSlotsThatAreNotThereAreRefused() throws IOException {
    try (GitStore git = GitStore.open(path.resolve("git"))) {
      TreeSnapshot tree = git.resolve("main");
      String record = find(tree, "segments", SegmentRecord.RECORD.replace(".", "\\."));
      String leaf = find(tree, "segments", "keys\\.arrow");
      ObjectNode node = (ObjectNode) MAPPER.readTree(tree.read(record));
      ObjectNode keys = (ObjectNode) node.get("keys");
      byte[] bytes = tree.read(leaf);
      int from = keys.get("offset").intValue();
      int length = keys.get("length").intValue();
      // The slots are the last buffer of the body: three of two bytes, padded to eight.
      bytes[from + length - 8] ^= 0x40;
      keys.put("crc32c", Integer.toUnsignedLong(Checksums.crc32c(bytes, from, length)));
      byte[] changed = (node + "\n").getBytes(StandardCharsets.UTF_8);
      git.commit(
          "main",
          CommitRequest.of("a lie", head -> new TreeEdit().put(leaf, bytes).put(record, changed)));
    }
    try (Dataset dataset = Dataset.open(path)) {
      assertThatThrownBy(() -> dataset.head().find("k0"))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageStartingWith("Key index names slot ");
    }
  }
}

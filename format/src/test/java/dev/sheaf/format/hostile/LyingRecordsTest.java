package dev.sheaf.format.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Randomness;
import dev.sheaf.format.Row;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.UnsupportedFormatException;
import dev.sheaf.format.golden.Golden;
import dev.sheaf.format.internal.git.CommitRequest;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.io.Checksums;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Versions whose checksums all hold and whose records and pages lie: any value, or a
 * DatasetException, and nothing else.
 */
class LyingRecordsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final long LIMIT_BYTES = 8 << 20;
  private static final List<JsonNode> HOSTILE =
      List.of(
          NODES.numberNode(-1),
          NODES.numberNode(0),
          NODES.numberNode(1),
          NODES.numberNode(65_536),
          NODES.numberNode(Integer.MAX_VALUE),
          NODES.numberNode(1L << 31),
          NODES.numberNode(1L << 40),
          NODES.numberNode(Long.MAX_VALUE),
          NODES.numberNode(BigInteger.ONE.shiftLeft(64)),
          NODES.numberNode(0.5),
          NODES.numberNode(1e300),
          NODES.nullNode(),
          NODES.booleanNode(true),
          NODES.textNode(""),
          NODES.textNode("../../../etc/passwd"),
          NODES.textNode("0".repeat(64)),
          NODES.textNode("f".repeat(16)),
          NODES.textNode("int64"),
          NODES.textNode("utf8"),
          NODES.textNode("tensor<float64, [9223372036854775807, 2]>"),
          NODES.textNode("tensor<uint8, [2000000000]>"),
          NODES.textNode("list<".repeat(40) + "utf8" + ">".repeat(40)),
          NODES.textNode("media<image>"),
          NODES.textNode("struct<>"),
          NODES.arrayNode(),
          NODES.objectNode());

  @TempDir(factory = MemoryFolder.class)
  Path temp;

  private Path path;
  private GitStore git;
  private String base;

  static List<Golden> goldens() {
    return Golden.all();
  }

  private void open(Golden golden) {
    path = golden.copyTo(temp);
    openGit();
  }

  private void openGit() {
    git = GitStore.open(path.resolve("git"));
    base = git.resolve("main").commitId();
    // What classes take when they are loaded is not the first lie's.
    for (WholeRead.Way way : WholeRead.Way.values()) {
      WholeRead.readAnything(path, way);
    }
  }

  /**
   * Commits one leaf changed, and every other one as it was in {@code intact}; in place of the lie
   * before, for a check reads all that the branch has.
   */
  private void commit(Map<String, byte[]> intact, Map<String, byte[]> changed) {
    git.reset("main", base, "liar");
    git.commit(
        "main",
        CommitRequest.of(
            "a lie",
            head -> {
              TreeEdit edit = new TreeEdit();
              intact.forEach(edit::put);
              changed.forEach(edit::put);
              return edit;
            }));
  }

  private static Map<String, byte[]> leaves(TreeSnapshot tree, String folder) {
    Map<String, byte[]> leaves = new TreeMap<>();
    for (TreeSnapshot.Entry entry : tree.list(folder)) {
      String at = folder.isEmpty() ? entry.name() : folder + "/" + entry.name();
      if (entry.isTree()) {
        leaves.putAll(leaves(tree, at));
      } else {
        leaves.put(at, tree.read(at));
      }
    }
    return leaves;
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void lyingLeavesAreRefusedOrRead(Golden golden) throws IOException {
    lyingLeaves(golden, 30);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("goldens")
  void everyLyingLeafIsRefusedOrRead(Golden golden) throws IOException {
    lyingLeaves(golden, 2000);
  }

  private void lyingLeaves(Golden golden, int most) throws IOException {
    Randomness random = Randomness.ofThisRun();
    open(golden);
    Map<String, byte[]> intact = leaves(git.resolve("main"), "");
    List<Map.Entry<String, byte[]>> lies = new ArrayList<>();
    for (Map.Entry<String, byte[]> leaf : intact.entrySet()) {
      List<byte[]> changed =
          leaf.getKey().endsWith(".json")
              ? jsonLies(leaf.getValue())
              : binaryLies(random, leaf.getValue());
      changed.forEach(bytes -> lies.add(Map.entry(leaf.getKey(), bytes)));
    }
    random.shuffle(lies);
    try (Cases cases = new Cases(LIMIT_BYTES)) {
      for (Map.Entry<String, byte[]> lie : lies.subList(0, Math.min(most, lies.size()))) {
        commit(intact, Map.of(lie.getKey(), lie.getValue()));
        WholeRead.Way way = WholeRead.Way.values()[(int) (cases.count() % 3)];
        cases.run(
            lie.getKey() + " as " + shown(lie.getValue()), () -> WholeRead.readAnything(path, way));
      }
      System.out.printf(
          "lying leaves: %s: %d of %d, %d of them refused somewhere;"
              + " an access took at most %d KiB%n",
          golden, cases.count(), lies.size(), cases.refused(), cases.mostBytes() >> 10);
    } catch (Exception | AssertionError e) {
      throw random.failure(e);
    } finally {
      git.close();
    }
  }

  private static String shown(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.length() > 2000 ? text.substring(0, 2000) : text;
  }

  /** Returns the document with each of its values changed in turn. */
  private static List<byte[]> jsonLies(byte[] leaf) throws IOException {
    List<byte[]> lies = new ArrayList<>();
    JsonNode whole = MAPPER.readTree(leaf);
    // The document that is changed: put back after each lie.
    changes(whole, () -> lies.add(bytes(whole)));
    lies.add(new byte[0]);
    lies.add("[".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
    lies.add("{\"rows\":1e999999999}".getBytes(StandardCharsets.US_ASCII));
    lies.add(("{\"rows\":" + "9".repeat(100_000) + "}").getBytes(StandardCharsets.US_ASCII));
    lies.add(Arrays.copyOf(leaf, leaf.length / 2));
    return lies;
  }

  private static byte[] bytes(JsonNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void changes(JsonNode node, Runnable changed) {
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        JsonNode before = object.get(name);
        changes(before, changed);
        for (JsonNode hostile : HOSTILE) {
          object.set(name, hostile);
          changed.run();
        }
        object.remove(name);
        changed.run();
        object.set(name, before);
      }
    } else if (node instanceof ArrayNode array) {
      // Of long lists, the first three elements.
      for (int i = 0; i < Math.min(3, array.size()); i++) {
        JsonNode before = array.get(i);
        changes(before, changed);
        for (JsonNode hostile : HOSTILE) {
          array.set(i, hostile);
          changed.run();
        }
        array.set(i, before);
        array.insert(i, before);
        changed.run();
        array.remove(i);
        array.remove(i);
        changed.run();
        array.insert(i, before);
      }
    }
  }

  private static List<byte[]> binaryLies(Randomness random, byte[] leaf) {
    List<byte[]> lies = new ArrayList<>();
    for (int i = 0; i < 40 && leaf.length > 0; i++) {
      lies.add(lie(random, leaf, 0, leaf.length));
    }
    for (int i = 0; i < 10; i++) {
      lies.add(Arrays.copyOf(leaf, random.below(leaf.length + 1)));
    }
    return lies;
  }

  /** Returns the bytes with one place of a range changed: a bit, a byte, or a hostile number. */
  private static byte[] lie(Randomness random, byte[] bytes, int from, int to) {
    byte[] lie = bytes.clone();
    int at = random.between(from, to - 1);
    ByteBuffer buffer = ByteBuffer.wrap(lie).order(ByteOrder.LITTLE_ENDIAN);
    switch (random.below(4)) {
      case 0 -> lie[at] ^= (byte) (1 << random.below(8));
      case 1 -> lie[at] = random.oneOf((byte) 0, (byte) -1, (byte) 0x7f, (byte) 0x80);
      case 2 -> {
        int word = Math.min(at & ~3, lie.length - 4);
        if (word >= 0) {
          buffer.putInt(
              word,
              random.oneOf(
                  -1, Integer.MAX_VALUE, Integer.MIN_VALUE, lie.length, buffer.getInt(word) + 1));
        }
      }
      default -> {
        int word = Math.min(at & ~7, lie.length - 8);
        if (word >= 0) {
          buffer.putLong(
              word, random.oneOf(-1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, 1L << 30));
        }
      }
    }
    return lie;
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void lyingPagesAreRefusedOrRead(Golden golden) throws IOException {
    lyingPages(golden, 30);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("goldens")
  void manyLyingPagesAreRefusedOrRead(Golden golden) throws IOException {
    lyingPages(golden, 2000);
  }

  /** Changes a page of a layer and fixes its checksum in the record of the layer. */
  private void lyingPages(Golden golden, int most) throws IOException {
    Randomness random = Randomness.ofThisRun();
    open(golden);
    Map<String, byte[]> intact = leaves(git.resolve("main"), "");
    List<String> records =
        intact.keySet().stream()
            .filter(name -> name.matches("segments/.*/[0-9a-f]{16}\\.json"))
            .toList();
    try (Cases cases = new Cases(LIMIT_BYTES)) {
      for (int i = 0; i < most; i++) {
        String record = random.pick(records);
        ObjectNode node = (ObjectNode) MAPPER.readTree(intact.get(record));
        String leaf = record.replace(".json", ".arrow");
        Path file = node.has("chunk") ? chunk(node.get("chunk").textValue()) : null;
        byte[] bytes = file == null ? intact.get(leaf) : Files.readAllBytes(file);
        ObjectNode pages = (ObjectNode) node.get("pages");
        int page = random.below(pages.get("offset").size());
        int offset = pages.get("offset").get(page).intValue();
        int length = pages.get("length").get(page).intValue();
        int metadata = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(offset + 4);
        int to = random.chance(50) ? offset + 8 + metadata : offset + length;
        byte[] lie = lie(random, bytes, offset, to);
        int crc = Checksums.crc32c(lie, offset, length);
        ((ArrayNode) pages.get("crc32c")).set(page, Integer.toUnsignedLong(crc));
        if (file == null) {
          commit(intact, Map.of(record, bytes(node), leaf, lie));
        } else {
          Files.delete(file);
          Files.write(file, lie);
          commit(intact, Map.of(record, bytes(node)));
        }
        WholeRead.Way way = WholeRead.Way.values()[(int) (cases.count() % 3)];
        int at = Arrays.mismatch(bytes, lie);
        cases.run(record + " place " + at, () -> WholeRead.readAnything(path, way));
        if (file != null) {
          Files.delete(file);
          Files.write(file, bytes);
        }
      }
      System.out.printf(
          "lying pages: %s: %d, %d of them refused somewhere; an access took at most %d KiB%n",
          golden, cases.count(), cases.refused(), cases.mostBytes() >> 10);
    } catch (Exception | AssertionError e) {
      throw random.failure(e);
    } finally {
      git.close();
    }
  }

  private Path chunk(String id) {
    return path.resolve("chunks").resolve(id.substring(0, 2)).resolve(id + ".arrow");
  }

  @Test
  void lyingPagesOfTextAreRefusedOrRead() throws IOException {
    lyingText(60);
  }

  @Tag("slow")
  @Test
  void manyLyingPagesOfTextAreRefusedOrRead() throws IOException {
    lyingText(3000);
  }

  /** Changes a compressed page of text and fixes its checksum wherever a descriptor gives it. */
  private void lyingText(int most) throws IOException {
    Randomness random = Randomness.ofThisRun();
    path = temp.resolve("text.sheaf");
    try (Dataset dataset = Dataset.create(path);
        Transaction change = dataset.begin()) {
      for (int i = 0; i < 3; i++) {
        change.append(Row.of().key("k" + i).set("story", ("once " + i + " ").repeat(300)));
      }
      change.commit("stories");
    }
    openGit();
    Map<String, byte[]> intact = leaves(git.resolve("main"), "");
    String record =
        intact.keySet().stream()
            .filter(name -> name.matches("segments/.*/[0-9a-f]{16}\\.json"))
            .findFirst()
            .orElseThrow();
    ObjectNode node = (ObjectNode) MAPPER.readTree(intact.get(record));
    Path layerFile = chunk(node.get("chunk").textValue());
    Path textFile = chunk(node.get("blobs").get(0).textValue());
    byte[] layer = Files.readAllBytes(layerFile);
    byte[] text = Files.readAllBytes(textFile);
    int offset = node.get("pages").get("offset").get(0).intValue();
    int length = node.get("pages").get("length").get(0).intValue();
    int[] range = textPage(text);
    try (Cases cases = new Cases(LIMIT_BYTES)) {
      for (int i = 0; i < most; i++) {
        byte[] lie = lie(random, text, range[0], range[1]);
        byte[] lyingLayer = layer.clone();
        replaceAll(
            lyingLayer,
            Checksums.crc32c(text, range[0], range[1] - range[0]),
            Checksums.crc32c(lie, range[0], range[1] - range[0]));
        int crc = Checksums.crc32c(lyingLayer, offset, length);
        ((ArrayNode) node.get("pages").get("crc32c")).set(0, Integer.toUnsignedLong(crc));
        Files.delete(layerFile);
        Files.write(layerFile, lyingLayer);
        Files.delete(textFile);
        Files.write(textFile, lie);
        commit(intact, Map.of(record, bytes(node)));
        int at = Arrays.mismatch(text, lie);
        cases.run("place " + at, () -> WholeRead.readAnything(path, WholeRead.Way.SAMPLE));
      }
      assertThat(cases.refused()).isPositive();
      System.out.printf(
          "lying pages of text: %d, %d of them refused somewhere; an access took at most %d KiB%n",
          cases.count(), cases.refused(), cases.mostBytes() >> 10);
    } catch (Exception | AssertionError e) {
      throw random.failure(e);
    } finally {
      git.close();
    }
  }

  /** Returns where the only record batch of a file begins and ends: after its schema. */
  private static int[] textPage(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int from = 8 + 8 + bytes.getInt(12);
    var message =
        org.apache.arrow.flatbuf.Message.getRootAsMessage(
            bytes.slice(from + 8, bytes.getInt(from + 4)).order(ByteOrder.LITTLE_ENDIAN));
    return new int[] {from, from + 8 + bytes.getInt(from + 4) + (int) message.bodyLength()};
  }

  private static void replaceAll(byte[] bytes, int before, int after) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 4 <= bytes.length; at++) {
      if (buffer.getInt(at) == before) {
        buffer.putInt(at, after);
      }
    }
  }

  @Test
  void anUnknownReaderFeatureRefusesTheVersion() {
    open(new Golden(Golden.root().resolve("all-types")));
    format("{\"format\":1,\"reader\":[\"zones\"],\"writer\":[]}");
    assertThatThrownBy(() -> read(path))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageStartingWith("Dataset needs the feature \"zones\" to read it at ")
        .hasMessageEndingWith(". Update Sheaf");
    format("{\"format\":2,\"reader\":[],\"writer\":[]}");
    assertThatThrownBy(() -> read(path))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageStartingWith("Format version is not supported: expected 1, got 2 at ");
    git.close();
  }

  @Test
  void anUnknownWriterFeatureRefusesWritersAlone() {
    open(new Golden(Golden.root().resolve("all-types")));
    format("{\"format\":1,\"reader\":[],\"writer\":[\"zones\"]}");
    read(path);
    try (Dataset dataset = Dataset.open(path)) {
      assertThatThrownBy(dataset::begin)
          .isInstanceOf(UnsupportedFormatException.class)
          .hasMessageStartingWith("Dataset needs the feature \"zones\" to write it at ");
    }
    git.close();
  }

  @Test
  void aFormatLeafThatIsNoneIsRefused() {
    open(new Golden(Golden.root().resolve("all-types")));
    for (String text :
        List.of(
            "",
            "{",
            "[]",
            "null",
            "{}",
            "{\"format\":\"1\",\"reader\":[],\"writer\":[]}",
            "{\"format\":1.0,\"reader\":[],\"writer\":[]}",
            "{\"format\":1,\"reader\":{}}",
            "{\"format\":1,\"reader\":[1],\"writer\":[]}",
            "{\"format\":-1,\"reader\":[]}",
            "{\"format\":99999999999999999999,\"reader\":[]}",
            "\u0000",
            "[".repeat(100_000),
            "{\"format\":" + "9".repeat(50_000) + "}")) {
      format(text);
      assertThatThrownBy(() -> read(path)).as(text).isInstanceOf(DatasetException.class);
    }
    git.close();
  }

  private void format(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    commit(Map.of(), Map.of("format.json", bytes));
  }

  private static void read(Path path) {
    try (Dataset dataset = Dataset.open(path)) {
      assertThat(dataset.head().sample(0).media(MediaKind.IMAGE.id())).isNull();
    }
  }
}

package dev.sheaf.format.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Row;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.git.CommitRequest;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.Hash128;
import dev.sheaf.format.internal.layer.LayerRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The worked example of the specification: its bytes are those that the writer makes, and they are
 * enough to read a sample.
 */
class SpecExampleTest {
  private static final Pattern BLOCK =
      Pattern.compile("<!-- example: (\\S+) -->\\s*```\\w*\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PAGE = Pattern.compile("chunks/../([0-9a-f]{64})\\.arrow#page-0");
  private static final Pattern SEGMENT = Pattern.compile("segments/.*/segment\\.json");
  private static final String EMPTY_TREE = "tree-of-an-empty-dataset";

  @TempDir static Path folder;

  private static Map<String, byte[]> written;
  private static Map<String, byte[]> documented;

  /** Prints the blocks of the document, to be pasted there after a change of the format. */
  public static void main(String[] args) throws IOException {
    Path made = Files.createTempDirectory("sheaf-example");
    write(made)
        .forEach(
            (name, bytes) -> {
              boolean json = name.endsWith(".json");
              String body =
                  json || name.equals(EMPTY_TREE)
                      ? new String(bytes, StandardCharsets.UTF_8)
                      : hex(bytes);
              System.out.printf(
                  "<!-- example: %s -->%n```%s%n%s```%n%n", name, json ? "json" : "", body);
            });
  }

  @BeforeAll
  static void readDocument() throws IOException {
    written = write(folder);
    documented = document();
  }

  @Test
  void documentHasTheBytesThatAreWritten() {
    assertThat(documented.keySet()).isEqualTo(written.keySet());
    written.forEach(
        (name, bytes) -> assertThat(text(documented.get(name))).as(name).isEqualTo(text(bytes)));
  }

  @Test
  void runIsNamedAsTheDocumentSays() throws NoSuchAlgorithmException {
    MessageDigest samples = MessageDigest.getInstance("SHA-256");
    addSample(samples, "a", "a cat", 7L);
    addSample(samples, "b", null, -1L);
    addSample(samples, "c", "", 3L);
    MessageDigest run = MessageDigest.getInstance("SHA-256");
    run.update(HexFormat.of().parseHex(text(documented.get(EMPTY_TREE)).strip()));
    run.update(samples.digest());
    String name = HexFormat.of().formatHex(run.digest(), 0, 8);
    assertThat(documented.keySet()).contains("segments/" + name + "/0000000000/000000/deleted");

    MessageDigest column = MessageDigest.getInstance("SHA-256");
    column.update(HexFormat.of().parseHex(name));
    column.update("caption".getBytes(StandardCharsets.UTF_8));
    String id = HexFormat.of().formatHex(column.digest(), 0, 8);
    assertThat(text(documented.get("schema/" + id + ".json"))).contains("\"caption\"");
  }

  @Test
  void hashesOfCellsAreThoseOfTheDocument() {
    String first = said("`([0-9a-f]{32})` is XXH3-128 of");
    String second = said("`([0-9a-f]{32})` of `02 ");
    Hash128 a = CellHash.of(0, "a cat".getBytes(StandardCharsets.UTF_8));
    Hash128 c = CellHash.of(2, new byte[0]);
    assertThat(a).hasToString(first);
    assertThat(c).hasToString(second);
    String record = text(documented.get(segmentRecord()));
    assertThat(record).contains("\"count\":2,\"bytes\":5,\"hash\":\"" + a.plus(c) + "\"");
  }

  /** A dataset of the documented leaves, and of a chunk that has the documented page alone. */
  @Test
  void datasetIsReadFromTheBytesOfTheDocumentAlone() throws IOException {
    Path path = folder.resolve("copied.sheaf");
    TreeEdit leaves = new TreeEdit();
    documented.forEach(
        (name, bytes) -> {
          if (!name.startsWith("chunks/") && !name.equals(EMPTY_TREE)) {
            leaves.put(name, bytes);
          }
        });
    try (GitStore git = GitStore.create(path.resolve("git"), "main")) {
      git.commit("main", CommitRequest.of("The example", head -> leaves));
    }
    LayerRecord record = dense(documented).orElseThrow();
    byte[] chunk = new byte[(int) record.pageOffset(0) + record.pageLength(0)];
    byte[] page = documented.get(pageName());
    System.arraycopy(page, 0, chunk, (int) record.pageOffset(0), page.length);
    Path file = path.resolve(pageName().replace("#page-0", ""));
    Files.createDirectories(file.getParent());
    Files.write(file, chunk);

    try (Dataset dataset = Dataset.open(path)) {
      Version version = dataset.head();
      assertThat(version.size()).isEqualTo(2);
      Sample sample = version.sample(1);
      assertThat(sample.id()).hasToString(said("So the sample id is `([^`]+)`"));
      assertThat(sample.key()).isEqualTo("c");
      assertThat(sample.text("caption")).isEmpty();
      assertThat(sample.int64("score")).isEqualTo(5);
      assertThat(sample.value("weight")).isEqualTo(1.5f);
      assertThat(version.sample(0).text("caption")).isEqualTo("a cat");
      assertThat(version.find("a").orElseThrow().index()).isZero();
      assertThat(version.find("b")).isEmpty();
      assertThat(version.find("c").orElseThrow().index()).isEqualTo(1);
    }
  }

  /** The table below the page of the example is right about where the cells lie. */
  @Test
  void cellsLieWhereTheDocumentSays() {
    ByteBuffer page = ByteBuffer.wrap(documented.get(pageName())).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(page.getInt(0)).isEqualTo(-1);
    int body = 8 + page.getInt(4);
    Matcher said = Pattern.compile("The body begins at 0x([0-9a-f]+)").matcher(documentText());
    assertThat(said.find()).isTrue();
    assertThat(body).isEqualTo(Integer.parseInt(said.group(1), 16));
    assertThat(new String(page.array(), 0x120, 3, StandardCharsets.UTF_8)).isEqualTo("abc");
    assertThat(page.get(0x128)).isEqualTo((byte) 0b101);
    assertThat(List.of(page.getInt(0x130), page.getInt(0x134), page.getInt(0x138)))
        .containsExactly(0, 5, 5);
    assertThat(new String(page.array(), 0x140, 5, StandardCharsets.UTF_8)).isEqualTo("a cat");
    assertThat(List.of(page.getShort(0x148), page.getShort(0x14a), page.getShort(0x14c)))
        .containsExactly((short) 7, (short) -1, (short) 3);
  }

  private static void addSample(MessageDigest run, String key, String caption, long score)
      throws NoSuchAlgorithmException {
    MessageDigest content = MessageDigest.getInstance("SHA-256");
    if (caption != null) {
      addCell(content, "caption", caption.getBytes(StandardCharsets.UTF_8));
    }
    byte[] number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(score).array();
    addCell(content, "score", number);
    byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
    run.update(ByteBuffer.allocate(8).putLong(utf8.length).array());
    run.update(utf8);
    run.update(content.digest());
  }

  private static void addCell(MessageDigest content, String name, byte[] canonical) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    content.update(ByteBuffer.allocate(8).putLong(utf8.length).array());
    content.update(utf8);
    content.update(ByteBuffer.allocate(8).putLong(canonical.length).array());
    content.update(canonical);
  }

  private static String pageName() {
    return named(PAGE);
  }

  private static String segmentRecord() {
    return named(SEGMENT);
  }

  private static String named(Pattern pattern) {
    return documented.keySet().stream()
        .filter(name -> pattern.matcher(name).matches())
        .findFirst()
        .orElseThrow();
  }

  /** Writes the dataset of the example and returns its leaves and its page by name. */
  private static Map<String, byte[]> write(Path parent) throws IOException {
    Path path = parent.resolve("tiny.sheaf");
    Map<String, byte[]> found = new TreeMap<>();
    try (Dataset dataset = Dataset.create(path)) {
      found.put(
          EMPTY_TREE, (dataset.head().commit().tree() + "\n").getBytes(StandardCharsets.UTF_8));
      try (Transaction change = dataset.begin()) {
        change.addColumn(Column.of("caption", Type.UTF8));
        change.addColumn(Column.of("score", Type.scalar(DType.INT16)));
        change.append(Row.of().key("a").set("caption", "a cat").set("score", 7));
        change.append(Row.of().key("b").set("caption", null).set("score", -1));
        change.append(Row.of().key("c").set("caption", "").set("score", 3));
        change.commit("Append three samples");
      }
      Version three = dataset.head();
      try (Transaction change = dataset.begin()) {
        change.addColumn(new Column("", "weight", Type.scalar(DType.FLOAT32), "1.5", null));
        change.delete(three.sample(1).id());
        change.update(three.sample(2).id(), Map.of("score", 5));
        change.commit("Delete b, change c, add a column with a default");
      }
    }
    try (GitStore git = GitStore.open(path.resolve("git"))) {
      collect(git.resolve("main"), "", found);
    }
    addPage(path, found);
    return found;
  }

  private static void collect(TreeSnapshot tree, String folder, Map<String, byte[]> found) {
    for (TreeSnapshot.Entry entry : tree.list(folder)) {
      String name = folder.isEmpty() ? entry.name() : folder + "/" + entry.name();
      if (entry.isTree()) {
        collect(tree, name, found);
      } else {
        found.put(name, tree.read(name));
      }
    }
  }

  /** Adds the bytes of page 0 of the layer whose pages lie in a chunk. */
  private static void addPage(Path dataset, Map<String, byte[]> found) throws IOException {
    LayerRecord record = dense(found).orElseThrow();
    String id = record.chunk().orElseThrow();
    String file = "chunks/" + id.substring(0, 2) + "/" + id + ".arrow";
    byte[] whole = Files.readAllBytes(dataset.resolve(file));
    int from = (int) record.pageOffset(0);
    found.put(file + "#page-0", Arrays.copyOfRange(whole, from, from + record.pageLength(0)));
  }

  private static Optional<LayerRecord> dense(Map<String, byte[]> leaves) {
    return leaves.entrySet().stream()
        .filter(leaf -> leaf.getKey().matches("segments/.*/[0-9a-f]{16}\\.json"))
        .map(leaf -> LayerRecord.parse(leaf.getValue(), leaf.getKey()))
        .filter(record -> record.chunk().isPresent())
        .findFirst();
  }

  /** Returns what the document says where {@code pattern} matches first. */
  private static String said(String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(documentText());
    assertThat(found.find()).as(pattern).isTrue();
    return found.group(1);
  }

  private static String documentText() {
    try {
      Path docs = Path.of(System.getProperty("sheaf.root", ".."), "docs");
      return Files.readString(docs.resolve("format-spec.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, byte[]> document() {
    Map<String, byte[]> found = new TreeMap<>();
    Matcher blocks = BLOCK.matcher(documentText());
    while (blocks.find()) {
      String name = blocks.group(1);
      boolean isText = name.endsWith(".json") || name.equals(EMPTY_TREE);
      byte[] bytes =
          isText ? blocks.group(2).getBytes(StandardCharsets.UTF_8) : bytes(blocks.group(2));
      found.put(name, bytes);
    }
    return found;
  }

  private static byte[] bytes(String dump) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String line : dump.lines().toList()) {
      String digits = line.replaceFirst("^\\w+  ", "").replaceFirst("   .*", "");
      out.writeBytes(HexFormat.of().parseHex(digits.replace(" ", "")));
    }
    return out.toByteArray();
  }

  /** Returns 16 bytes a line, each line behind its offset. */
  private static String hex(byte[] bytes) {
    StringBuilder dump = new StringBuilder();
    for (int at = 0; at < bytes.length; at += 16) {
      dump.append(String.format("%04x ", at));
      for (int i = at; i < Math.min(bytes.length, at + 16); i++) {
        dump.append(i % 8 == 0 ? "  " : " ").append(String.format("%02x", bytes[i]));
      }
      dump.append('\n');
    }
    return dump.toString().replaceAll("(?m)^(\\w+)   ", "$1  ");
  }

  private static String text(byte[] bytes) {
    boolean printable =
        bytes != null && bytes.length > 0 && (bytes[0] == '{' || bytes.length == 41);
    return bytes == null
        ? "absent"
        : printable ? new String(bytes, StandardCharsets.UTF_8) : HexFormat.of().formatHex(bytes);
  }
}

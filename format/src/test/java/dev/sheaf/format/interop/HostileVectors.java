package dev.sheaf.format.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.DatasetException;
import dev.sheaf.format.Version;
import dev.sheaf.format.golden.CellJson;
import dev.sheaf.format.golden.Golden;
import dev.sheaf.format.internal.git.CommitRequest;
import dev.sheaf.format.internal.git.GitStore;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.io.Checksums;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Damaged copies of the golden datasets, and what this library says of each: the error on opening,
 * or for each sample and column the cell or the error.
 *
 * <p>{@code NAME/expected.json} has {@code error}, or {@code columns} and {@code samples}, where a
 * sample is an array of cells and a cell that cannot be read is {@code {"error":{…}}}.
 */
final class HostileVectors {
  private static final int MOST_SAMPLES = 40;

  private final Path folder;
  private int count;

  private HostileVectors(Path folder) {
    this.folder = folder;
  }

  /** A dataset about to be damaged. */
  private static final class Victim {
    final Path path;
    final Map<String, byte[]> leaves = new TreeMap<>();
    private final Map<String, byte[]> intact;

    Victim(Path path) {
      this.path = path;
      try (GitStore git = GitStore.open(path.resolve("git"))) {
        collect(git.resolve("main"), "");
      }
      this.intact = new TreeMap<>(leaves);
    }

    private void collect(TreeSnapshot tree, String at) {
      for (TreeSnapshot.Entry entry : tree.list(at)) {
        String name = at.isEmpty() ? entry.name() : at + "/" + entry.name();
        if (entry.isTree()) {
          collect(tree, name);
        } else {
          leaves.put(name, tree.read(name));
        }
      }
    }

    /** Returns the path of the first leaf whose path matches. */
    String leaf(String pattern) {
      return leaves.keySet().stream()
          .filter(name -> name.matches(pattern))
          .findFirst()
          .orElseThrow();
    }

    ObjectNode json(String leaf) {
      try {
        return (ObjectNode) WriteVectors.MAPPER.readTree(leaves.get(leaf));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void text(String leaf, String text) {
      leaves.put(leaf, text.getBytes(UTF_8));
    }

    /** The record of the first dense layer whose pages are a chunk. */
    String layer() {
      return leaves.keySet().stream()
          .filter(name -> name.matches("segments/.*/[0-9a-f]{16}\\.json"))
          .filter(name -> json(name).has("chunk") && !json(name).has("slots"))
          .findFirst()
          .orElseThrow();
    }

    Path chunk(String name) {
      return path.resolve("chunks").resolve(name.substring(0, 2)).resolve(name + ".arrow");
    }

    byte[] read(String chunk) {
      try {
        return Files.readAllBytes(chunk(chunk));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void write(String chunk, byte[] bytes) {
      try {
        Files.write(chunk(chunk), bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void flip(String chunk, long at) {
      byte[] bytes = read(chunk);
      bytes[(int) at] ^= 0x10;
      write(chunk, bytes);
    }

    void commit() {
      if (leaves.equals(intact)) {
        return;
      }
      try (GitStore git = GitStore.open(path.resolve("git"))) {
        git.commit(
            "main",
            CommitRequest.of(
                "Damage",
                head -> {
                  TreeEdit edit = new TreeEdit();
                  leaves.forEach(edit::put);
                  intact.keySet().stream()
                      .filter(name -> !leaves.containsKey(name))
                      .forEach(edit::remove);
                  return edit;
                }));
      }
    }
  }

  /** What is done to a dataset. */
  private interface Damage {
    void to(Victim victim) throws IOException;
  }

  /** Writes all cases; returns how many. */
  static int write(Path folder) throws IOException {
    HostileVectors vectors = new HostileVectors(folder);
    vectors.formats();
    vectors.orders();
    vectors.records();
    vectors.chunks();
    vectors.pages();
    vectors.repositories();
    return vectors.count;
  }

  private void formats() throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("unknown-feature", "{\"format\":1,\"reader\":[\"time-travel\"],\"writer\":[]}");
    texts.put("unknown-writer-feature", "{\"format\":1,\"reader\":[],\"writer\":[\"zones\"]}");
    texts.put("newer-format", "{\"format\":2,\"reader\":[],\"writer\":[]}");
    texts.put("format-spaced", " { \"writer\": [], \"x\": {}, \"reader\": [ ], \"format\": 1 } ");
    texts.put("format-text", "{\"format\":\"1\",\"reader\":[],\"writer\":[]}");
    texts.put("format-deep", "[".repeat(100_000));
    texts.put("format-digits", "{\"format\":" + "9".repeat(50_000) + "}");
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      damage(entry.getKey(), "all-types", v -> v.text("format.json", entry.getValue()));
    }
    damage("format-missing", "all-types", v -> v.leaves.remove("format.json"));
  }

  private void orders() throws IOException {
    String leaf = "order/000.leaf";
    damage("order-root-missing", "all-types", v -> v.leaves.remove("order/counts"));
    damage("order-leaf-missing", "all-types", v -> v.leaves.remove(leaf));
    damage("order-bit", "edits-and-deletes", v -> v.leaves.get(leaf)[30] ^= 4);
    damage("order-short", "all-types", v -> v.leaves.put(leaf, new byte[10]));
    order("order-newer", leaf, 4, (byte) 2);
    order("order-version", leaf, 4, (byte) 0);
    order("order-magic", leaf, 0, (byte) 'X');
    order("order-kind", leaf, 5, (byte) 9);
    order("order-level", leaf, 6, (byte) 1);
    order("order-flags", leaf, 7, (byte) 2);
    order("order-count", leaf, 9, (byte) 2);
    order("order-segments", leaf, 15, (byte) 0x7f);
    order("order-live", leaf, 16, (byte) 1);
    order("order-counts-live", "order/counts", 16, (byte) 1);
    order("order-counts-child", "order/counts", 24, (byte) 1);
    order("order-run-index", leaf, 40, (byte) 200);
    order("order-run-slots", leaf, 50, (byte) 2);
    damage(
        "deletions-missing",
        "edits-and-deletes",
        v -> v.leaves.remove(v.leaf("segments/.*/deleted")));
    damage(
        "deletions-damaged",
        "edits-and-deletes",
        v -> v.leaves.put(v.leaf("segments/.*/deleted"), new byte[] {1, 2, 3}));
  }

  /** Changes a byte of a blob of the order, and sets its checksum right. */
  private void order(String name, String leaf, int at, byte value) throws IOException {
    damage(
        name,
        "edits-and-deletes",
        v -> {
          byte[] bytes = v.leaves.get(leaf).clone();
          bytes[at] = value;
          int length = bytes.length - 4;
          ByteBuffer.wrap(bytes)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putInt(length, Checksums.crc32c(bytes, 0, length));
          v.leaves.put(leaf, bytes);
        });
  }

  private void records() throws IOException {
    damage(
        "segment-missing", "wide-values", v -> v.leaves.remove(v.leaf("segments/.*segment.json")));
    damage("layer-missing", "wide-values", v -> v.leaves.remove(v.layer()));
    damage(
        "layer-leaf-missing",
        "edits-and-deletes",
        v -> v.leaves.remove(v.leaf("segments/.*/[0-9a-f]{16}\\.arrow")));
    damage(
        "layer-leaf-short",
        "edits-and-deletes",
        v ->
            v.leaves.compute(
                v.leaf("segments/.*/[0-9a-f]{16}\\.arrow"), (n, b) -> Arrays.copyOf(b, 50)));
    record("layer-unknown-form", "\"form\":\"plain\"", "\"form\":\"sparse\"");
    record("layer-unknown-type", "\"type\":\"utf8\"", "\"type\":\"utf9\"");
    record("layer-wrong-type", "\"type\":\"utf8\"", "\"type\":\"binary\"");
    record("layer-wrong-width", "\"width\":", "\"width\":9");
    record("layer-rows", "\\{\"rows\":", "{\"rows\":1");
    record("layer-no-blobs", "\"blobs\":\\[[^\\]]*\\]", "\"blobs\":[]");
    record("layer-bad-blobs", "\"blobs\":\\[\"..", "\"blobs\":[\"../");
    record("layer-page-length", "\"length\":\\[", "\"length\":[1");
    record("layer-page-negative", "\"offset\":\\[", "\"offset\":[-");
    record("layer-page-far", "\"offset\":\\[", "\"offset\":[99999");
    record("layer-page-rows", "\"rows\":\\[[0-9]", "\"rows\":[-1");
    record("layer-fraction", "\"offset\":\\[([0-9]+)", "\"offset\":[$1.5");
    damage("schema-stranger", "all-types", v -> v.text("schema/readme.txt", "hello"));
    damage(
        "schema-unknown-type",
        "all-types",
        v -> v.text(v.leaf("schema/.*"), "{\"name\":\"x\",\"type\":\"quaternion\",\"rank\":0}"));
    damage(
        "schema-no-name",
        "all-types",
        v -> v.text(v.leaf("schema/.*"), "{\"name\":\"\",\"type\":\"utf8\",\"rank\":0}"));
  }

  private void record(String name, String what, String with) throws IOException {
    damage(
        name,
        "wide-values",
        v -> {
          String layer = v.layer();
          String text = new String(v.leaves.get(layer), UTF_8);
          String changed = text.replaceFirst(what, with);
          if (changed.equals(text)) {
            throw new IllegalStateException("nothing to replace for " + name + " in " + text);
          }
          v.text(layer, changed);
        });
  }

  private void chunks() throws IOException {
    damage("chunk-missing", "wide-values", v -> Files.delete(v.chunk(main(v))));
    damage(
        "chunk-short", "wide-values", v -> v.write(main(v), Arrays.copyOf(v.read(main(v)), 300)));
    damage(
        "page-bit",
        "many-pages",
        v -> {
          ObjectNode pages = (ObjectNode) v.json(v.layer()).get("pages");
          v.flip(main(v), pages.get("offset").get(1).longValue() + 400);
        });
    damage(
        "tensor-bit",
        "wide-values",
        v -> {
          ObjectNode tensor = (ObjectNode) v.json(v.layer()).get("tensors").get(0);
          long row = tensor.get("width").longValue();
          v.flip(tensor.get("chunk").textValue(), tensor.get("offset").longValue() + row + 7);
        });
    for (int i = 0; i < 2; i++) {
      int number = i;
      damage("blob-missing-" + i, "wide-values", v -> Files.delete(v.chunk(blob(v, number))));
      damage("blob-short-" + i, "wide-values", v -> shorten(v, blob(v, number)));
      damage(
          "blob-bit-" + i,
          "wide-values",
          v -> v.flip(blob(v, number), v.read(blob(v, number)).length / 2));
    }
  }

  private static void shorten(Victim victim, String chunk) {
    byte[] bytes = victim.read(chunk);
    victim.write(chunk, Arrays.copyOf(bytes, bytes.length / 3));
  }

  private static String main(Victim victim) {
    return victim.json(victim.layer()).get("chunk").textValue();
  }

  private static String blob(Victim victim, int number) {
    return victim.json(victim.layer()).get("blobs").get(number).textValue();
  }

  /** Pages that lie, with checksums that hold. */
  private void pages() throws IOException {
    Random random = new Random(20_261_101);
    for (String golden : List.of("all-types", "wide-values", "edits-and-deletes")) {
      for (int i = 0; i < 25; i++) {
        damage("lying-page-" + golden + "-" + i, golden, v -> lie(random, v));
      }
    }
  }

  private static void lie(Random random, Victim victim) {
    String layer = victim.layer();
    ObjectNode node = victim.json(layer);
    ObjectNode pages = (ObjectNode) node.get("pages");
    int page = random.nextInt(pages.get("offset").size());
    int offset = pages.get("offset").get(page).intValue();
    int length = pages.get("length").get(page).intValue();
    byte[] bytes = victim.read(main(victim));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int metadata = buffer.getInt(offset + 4);
    int end = random.nextBoolean() ? 8 + metadata : length;
    int at = offset + (random.nextInt(end) & ~3);
    int[] lies = {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0, buffer.getInt(at) + 1, length};
    buffer.putInt(at, lies[random.nextInt(lies.length)]);
    victim.write(main(victim), bytes);
    int crc = Checksums.crc32c(bytes, offset, length);
    ((ArrayNode) pages.get("crc32c")).set(page, Integer.toUnsignedLong(crc));
    victim.text(layer, node.toString());
  }

  private void repositories() throws IOException {
    damage("repository-no-head", "all-types", v -> Files.delete(v.path.resolve("git/HEAD")));
    config(
        "repository-sha256",
        "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n");
    config(
        "repository-reftable",
        "[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable\n");
    config("repository-newer", "[core]\n\trepositoryformatversion = 2\n\tbare = true\n");
    damage(
        "repository-ref",
        "all-types",
        v -> Files.writeString(v.path.resolve("git/refs/heads/main"), "nonsense\n"));
    damage(
        "repository-lost",
        "all-types",
        v -> Files.writeString(v.path.resolve("git/refs/heads/main"), "12".repeat(20) + "\n"));
  }

  private void config(String name, String text) throws IOException {
    damage(name, "all-types", v -> Files.writeString(v.path.resolve("git/config"), text));
  }

  private static Golden golden(String name) {
    return new Golden(Golden.root().resolve(name));
  }

  private void damage(String name, String golden, Damage damage) throws IOException {
    Path at = Files.createDirectories(folder.resolve(name));
    Path copy = golden(golden).copyTo(at);
    Path path = Files.move(copy, at.resolve("dataset.sheaf"));
    Victim victim = new Victim(path);
    damage.to(victim);
    victim.commit();
    WriteVectors.MAPPER.writeValue(at.resolve("expected.json").toFile(), read(path));
    count++;
  }

  private static ObjectNode read(Path path) {
    ObjectNode node = WriteVectors.NODES.objectNode();
    try (Dataset dataset = Dataset.open(path)) {
      Version version = dataset.head();
      node.put("size", version.size());
      node.set("columns", WriteVectors.columns(version));
      ArrayNode samples = node.putArray("samples");
      long shown = Math.min(MOST_SAMPLES, version.size());
      for (long i = 0; i < shown; i++) {
        long index = version.size() <= MOST_SAMPLES ? i : i * version.size() / MOST_SAMPLES;
        ObjectNode sample = samples.addObject();
        sample.put("index", index);
        ArrayNode cells = sample.putArray("cells");
        for (Column column : version.schema()) {
          try {
            Object value = version.select(column.name()).sample(index).value(column.name());
            cells.add(CellJson.of(column.type(), value));
          } catch (DatasetException e) {
            cells.addObject().set("error", error(e));
          }
        }
      }
    } catch (DatasetException e) {
      node.removeAll();
      node.set("error", error(e));
    }
    return node;
  }

  /** Returns the facts of an error. */
  static ObjectNode error(DatasetException e) {
    ObjectNode node = WriteVectors.NODES.objectNode();
    node.put("type", e.getClass().getSimpleName());
    node.put("code", e.code());
    node.put("headline", e.headline());
    node.put("hint", e.hint());
    ArrayNode location = node.putArray("location");
    e.location().parts().forEach(location::add);
    return node;
  }
}

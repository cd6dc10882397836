package dev.sheaf.format.golden;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.Media;
import dev.sheaf.format.MediaKind;
import dev.sheaf.format.Origin;
import dev.sheaf.format.Row;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Shape;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Type;
import dev.sheaf.format.Version;
import dev.sheaf.format.internal.blob.HeapMedia;
import dev.sheaf.format.internal.blob.LinkTarget;
import dev.sheaf.format.internal.io.LinkName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a dataset and, beside it, what each version must show: kept in plain maps, so that what is
 * expected does not come from the code that is tested.
 */
final class GoldenBook implements AutoCloseable {
  /** Of longer versions, every sixtieth sample is kept. */
  private static final int MOST_SHOWN = 400;

  private static final int STEP = 60;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Dataset dataset;
  private final List<ObjectNode> versions = new ArrayList<>();
  private Map<String, Type> types = new LinkedHashMap<>();
  private final Map<String, Type> systemTypes = new LinkedHashMap<>();
  private final Map<String, Cell> defaults = new HashMap<>();
  private final Map<String, List<String>> inputs = new LinkedHashMap<>();
  private Map<String, Sample> samples = new LinkedHashMap<>();
  private final Map<String, Integer> tags = new TreeMap<>();
  private Transaction change;

  /** A cell as it was written. */
  private record Cell(Type type, Object value) {}

  /** A sample, and what the inputs of its derived cells were when these were written. */
  private record Sample(Map<String, Cell> cells, Map<String, Map<String, JsonNode>> seen) {}

  GoldenBook(Dataset dataset) {
    this.dataset = dataset;
    this.change = dataset.begin();
    versions.add(shown(change.base()));
  }

  /** Writes a file beside the dataset, which payloads can be linked to. */
  void outside(String name, byte[] bytes) {
    Path file = dataset.path().resolveSibling(name);
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a payload that stays in a file beside the dataset. */
  Media link(String root, String path, int offset, int length) {
    try {
      byte[] file = Files.readAllBytes(dataset.path().resolveSibling(root).resolve(path));
      byte[] payload = Arrays.copyOfRange(file, offset, offset + length);
      return new HeapMedia(MediaKind.FILE, payload, Map.of())
          .linked(new LinkTarget(LinkName.of(root, path), offset));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void column(String name, Type type) {
    column(Column.of(name, type), null);
  }

  /** Adds a column whose default is given in both of its forms. */
  void column(Column column, Object fallback) {
    change.addColumn(column);
    types.put(column.name(), column.type());
    defaults.put(column.name(), new Cell(column.type(), fallback));
    column.derived().ifPresent(derived -> inputs.put(column.name(), derived.inputs()));
  }

  void drop(String name) {
    change.dropColumn(name);
    types.remove(name);
  }

  void rename(String from, String to) {
    change.renameColumn(from, to);
    Map<String, Type> renamed = new LinkedHashMap<>();
    types.forEach((name, type) -> renamed.put(name.equals(from) ? to : name, type));
    types = renamed;
    defaults.put(to, defaults.remove(from));
    for (Sample sample : samples.values()) {
      if (sample.cells.containsKey(from)) {
        sample.cells.put(to, sample.cells.remove(from));
      }
    }
  }

  void widen(String name, Type wider) {
    change.widenColumn(name, wider);
    types.put(name, wider);
  }

  void append(String key, Map<String, Object> cells) {
    append(key, null, cells);
  }

  void append(String key, Origin origin, Map<String, Object> cells) {
    Row row = Row.of().key(key);
    if (origin != null) {
      row.origin(origin);
    }
    cells.forEach(row::set);
    change.append(row);
    remember(key, cells);
    if (origin != null) {
      system(key, "_origin", Type.parse(Golden.ORIGIN), cell(origin));
    }
  }

  void appendDerived(String parent, String key, Map<String, Object> cells) {
    Row row = Row.of().key(key);
    cells.forEach(row::set);
    SampleId id = id(parent);
    change.appendDerived(id, "crop", "box=[0, 0, 8, 8]", row);
    remember(key, cells);
    Map<String, Object> place = new HashMap<>();
    place.put("run", new BigInteger(Long.toUnsignedString(id.run())));
    place.put("ordinal", id.ordinal());
    system(key, "_parent", Type.parse("struct<run: uint64, ordinal: uint64>"), place);
    system(key, "_kind", Type.UTF8, "crop");
    system(key, "_span", Type.UTF8, "box=[0, 0, 8, 8]");
  }

  private static Map<String, Object> cell(Origin origin) {
    Map<String, Object> cell = new HashMap<>();
    cell.put("source", origin.source());
    cell.put(
        "unit",
        List.of(Origin.Unit.WHOLE, Origin.Unit.OFFSET, Origin.Unit.ROW).indexOf(origin.unit()));
    cell.put("position", origin.position());
    byte[] digest = HexFormat.of().parseHex(origin.sha256());
    cell.put(
        "sha256",
        digest.length == 0 ? null : Tensor.of(DType.UINT8, Shape.of(32), ByteBuffer.wrap(digest)));
    return cell;
  }

  private void system(String key, String name, Type type, Object value) {
    systemTypes.put(name, type);
    samples.get(key).cells.put(name, new Cell(type, value));
  }

  private void remember(String key, Map<String, Object> cells) {
    Sample sample = new Sample(new HashMap<>(), new HashMap<>());
    samples.put(key, sample);
    types.forEach(
        (name, type) -> {
          Cell fallback = defaults.get(name);
          sample.cells.put(
              name, cells.containsKey(name) ? new Cell(type, cells.get(name)) : fallback);
        });
    system(key, "_key", Type.UTF8, key);
    look(sample, cells);
  }

  void update(String key, Map<String, Object> cells) {
    change.update(id(key), cells);
    Sample sample = samples.get(key);
    cells.forEach((name, value) -> sample.cells.put(name, new Cell(types.get(name), value)));
    look(sample, cells);
  }

  /** Keeps the inputs of the derived cells that were written. */
  private void look(Sample sample, Map<String, Object> written) {
    inputs.forEach(
        (name, from) -> {
          if (written.containsKey(name)) {
            sample.seen.put(name, seen(sample, from));
          }
        });
  }

  private Map<String, JsonNode> seen(Sample sample, List<String> columns) {
    Map<String, JsonNode> seen = new HashMap<>();
    columns.forEach(name -> seen.put(name, json(sample, name, types.get(name))));
    return seen;
  }

  void delete(String key) {
    change.delete(id(key));
    samples.remove(key);
  }

  void reorder(List<Integer> order) {
    change.reorder(order.stream().mapToLong(Integer::longValue).toArray());
    List<String> keys = new ArrayList<>(samples.keySet());
    Map<String, Sample> reordered = new LinkedHashMap<>();
    order.forEach(i -> reordered.put(keys.get(i), samples.get(keys.get(i))));
    samples = reordered;
  }

  private SampleId id(String key) {
    return change.base().find(key).orElseThrow().id();
  }

  void commit(String message) {
    Version version = change.commit(message);
    change.close();
    versions.add(shown(version));
    change = dataset.begin();
  }

  private ObjectNode shown(Version version) {
    Map<String, Type> all = new LinkedHashMap<>(types);
    all.putAll(systemTypes);
    ObjectNode node = NODES.objectNode();
    node.put("tree", version.commit().tree());
    ArrayNode columns = node.putArray("columns");
    all.forEach((name, type) -> columns.addObject().put("name", name).put("type", type.toString()));
    node.put("size", samples.size());
    node.put("keys", CellJson.sha256(String.join("\n", samples.keySet()).getBytes(UTF_8)));
    ArrayNode list = node.putArray("samples");
    long index = -1;
    for (Map.Entry<String, Sample> entry : samples.entrySet()) {
      if (++index % (samples.size() > MOST_SHOWN ? STEP : 1) != 0) {
        continue;
      }
      ObjectNode sample = list.addObject();
      sample.put("index", index);
      sample.put("id", version.sample(index).id().toString());
      sample.put("key", entry.getKey());
      ArrayNode stale = NODES.arrayNode();
      inputs.forEach(
          (name, from) -> {
            Cell cell = entry.getValue().cells.getOrDefault(name, defaults.get(name));
            if (cell.value != null
                && !seen(entry.getValue(), from).equals(entry.getValue().seen.get(name))) {
              stale.add(name);
            }
          });
      if (!inputs.isEmpty()) {
        sample.set("stale", stale);
      }
      ObjectNode cells = sample.putObject("cells");
      all.forEach((name, type) -> cells.set(name, json(entry.getValue(), name, type)));
    }
    return node;
  }

  private JsonNode json(Sample sample, String name, Type type) {
    Cell cell = sample.cells.getOrDefault(name, defaults.get(name));
    if (cell == null || cell.value == null) {
      return NODES.nullNode();
    }
    return cell.type.equals(type)
        ? CellJson.of(type, cell.value)
        : CellJson.widened((Type.Scalar) cell.type, (Type.Scalar) type, cell.value);
  }

  /** Asks for tags, by the number of commits before the head, and to be packed by Git. */
  void packByGit(Map<String, Integer> backByTag) {
    tags.putAll(backByTag);
  }

  /** Returns the tags, by the number of commits before the head; none without packing. */
  Map<String, Integer> tags() {
    return tags;
  }

  /** Returns what every version shows, the oldest first. */
  ObjectNode expected() {
    ObjectNode expected = NODES.objectNode();
    ObjectNode refs = expected.putObject("tags");
    tags.forEach((name, back) -> refs.put(name, "main~" + back));
    ArrayNode array = expected.putArray("versions");
    for (int i = 0; i < versions.size(); i++) {
      int back = versions.size() - 1 - i;
      ObjectNode node = NODES.objectNode().put("rev", back == 0 ? "main" : "main~" + back);
      node.setAll(versions.get(i));
      array.add(node);
    }
    return expected;
  }

  @Override
  public void close() {
    change.close();
  }
}

package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.io.Checksums;
import dev.sheaf.format.internal.layer.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads and writes {@code schema/<column id>.json}. Spec: {@code docs/format-spec.md#schema}. */
public final class SchemaLeaves {
  static final String FOLDER = "schema";

  private SchemaLeaves() {}

  /**
   * A column with its rank, by which columns are ordered.
   *
   * @param aliases the ids of columns that a merge united with this one, sorted: a branch may still
   *     know it by one of them
   */
  public record Ranked(Column column, long rank, List<String> aliases) {
    /** Copies the list. */
    public Ranked {
      aliases = List.copyOf(aliases);
    }

    /** Creates a column that was never united with another. */
    public Ranked(Column column, long rank) {
      this(column, rank, List.of());
    }

    /** Returns the id and then those of the columns united with it. */
    public List<String> ids() {
      List<String> ids = new ArrayList<>(List.of(column.id()));
      ids.addAll(aliases);
      return ids;
    }

    /** Returns another state of the same column. */
    public Ranked with(Column other) {
      return new Ranked(other, rank, aliases);
    }
  }

  /**
   * Returns the ids that columns of one version have in another which has them, too: the same, or
   * another one where a merge united the column with another since.
   */
  public static Map<String, String> same(Map<String, Ranked> from, Map<String, Ranked> to) {
    Map<String, String> ids = new TreeMap<>();
    from.keySet().stream().filter(to::containsKey).forEach(id -> ids.put(id, id));
    Map<String, Ranked> left = new TreeMap<>(to);
    left.keySet().removeAll(ids.values());
    for (Ranked column : from.values()) {
      String id = column.column().id();
      if (ids.containsKey(id)) {
        continue;
      }
      left.values().stream()
          .filter(other -> !Collections.disjoint(other.ids(), column.ids()))
          .findFirst()
          .ifPresent(
              other -> {
                ids.put(id, other.column().id());
                left.remove(other.column().id());
              });
    }
    return ids;
  }

  /** Returns the columns of a version by id. */
  static Map<String, Ranked> read(TreeSnapshot tree) {
    Map<String, Ranked> columns = new TreeMap<>();
    for (TreeSnapshot.Entry entry : tree.list(FOLDER)) {
      String path = FOLDER + "/" + entry.name();
      if (!entry.name().matches("[0-9a-f]{16}\\.json")) {
        throw Json.bad(path, "unexpected name", null);
      }
      String id = entry.name().substring(0, 16);
      columns.put(id, parse(id, tree.read(path), path));
    }
    return columns;
  }

  /** Returns the schema: data columns by rank, then those of Sheaf. */
  static Schema schema(Map<String, Ranked> columns) {
    List<Ranked> sorted = new ArrayList<>(columns.values());
    sorted.sort(
        Comparator.comparing((Ranked ranked) -> ranked.column().name().startsWith("_"))
            .thenComparing(Ranked::rank)
            .thenComparing(ranked -> ranked.column().id()));
    return Schema.of(sorted.stream().map(Ranked::column).toList());
  }

  private static Ranked parse(String id, byte[] bytes, String path) {
    ObjectNode node = Json.parse(bytes, path);
    Column.Derivation derivation = null;
    if (node.has("derived")) {
      ObjectNode derived = Json.object(node, "derived", path);
      derivation =
          new Column.Derivation(
              Json.texts(derived, "inputs", path), Json.text(derived, "code", path));
    }
    JsonNode fallback = node.get("default");
    Column column =
        new Column(
            id,
            Json.text(node, "name", path),
            Type.parse(Json.text(node, "type", path)),
            fallback == null ? "null" : fallback.toString(),
            derivation);
    List<String> aliases = node.has("aliases") ? Json.texts(node, "aliases", path) : List.of();
    return new Ranked(column, Json.number(node, "rank", 0, Long.MAX_VALUE, path), aliases);
  }

  /** Returns a leaf's bytes. */
  public static byte[] toBytes(Ranked ranked) {
    Column column = ranked.column();
    ObjectNode node = Json.object();
    node.put("name", column.name());
    node.put("type", column.type().toString());
    node.put("rank", ranked.rank());
    JsonNode fallback = Json.value(column.defaultJson(), FOLDER);
    if (!fallback.isNull()) {
      node.set("default", fallback);
    }
    column
        .derived()
        .ifPresent(
            derivation -> {
              ObjectNode derived = node.putObject("derived");
              ArrayNode inputs = derived.putArray("inputs");
              derivation.inputs().forEach(inputs::add);
              derived.put("code", derivation.code());
            });
    if (!ranked.aliases().isEmpty()) {
      ArrayNode aliases = node.putArray("aliases");
      ranked.aliases().forEach(aliases::add);
    }
    return Json.bytes(node);
  }

  /** Returns for each id of columns that were united with others the ids of that column. */
  static Map<String, List<String>> united(Collection<Ranked> columns) {
    Map<String, List<String>> united = new TreeMap<>();
    for (Ranked column : columns) {
      if (!column.aliases().isEmpty()) {
        column.ids().forEach(id -> united.putIfAbsent(id, column.ids()));
      }
    }
    return united;
  }

  /**
   * Returns the id that a column goes by in a version.
   *
   * @param united what {@link #united} returns
   */
  static String idIn(TreeSnapshot tree, String column, Map<String, List<String>> united) {
    List<String> ids = united.getOrDefault(column, List.of());
    return ids.isEmpty() || tree.objectId(path(column)).isPresent()
        ? column
        : ids.stream().filter(id -> tree.objectId(path(id)).isPresent()).findFirst().orElse(column);
  }

  /** Tells whether a sample without a cell of a column shows null. */
  static boolean hasNullDefault(TreeSnapshot tree, String id) {
    return parse(id, tree.read(path(id)), path(id)).column().defaultJson().equals("null");
  }

  /** Returns the path of a column's leaf. */
  public static String path(String id) {
    return FOLDER + "/" + id + ".json";
  }

  /**
   * Returns the id of a column: the first 64 bits of SHA-256 over the run that adds it and its
   * name.
   */
  public static String id(long run, String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + utf8.length).putLong(run).put(utf8);
    return Checksums.hex(Checksums.sha256(bytes.array())).substring(0, 16);
  }
}

package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Location;
import dev.sheaf.format.UnsupportedFormatException;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code format.json}: the version of the format and the features that readers and writers must
 * know. An unknown one refuses. Spec: {@code docs/format-spec.md#features}.
 */
public final class FormatLeaf {
  static final String PATH = "format.json";
  private static final int VERSION = 1;

  /** Some payloads lie in files of the outside. */
  static final String LINKED = "linked";

  private static final Set<String> READER_FEATURES = Set.of(LINKED);
  private static final Set<String> WRITER_FEATURES = Set.of();

  private FormatLeaf() {}

  /** Returns the leaf of a new dataset. */
  static byte[] fresh() {
    ObjectNode node = Json.object();
    node.put("format", VERSION);
    node.putArray("reader");
    node.putArray("writer");
    return Json.bytes(node);
  }

  /** Adds a feature that readers must know to a version, if it is not there. */
  static void require(String feature, TreeSnapshot head, TreeEdit edit) {
    ObjectNode node = Json.parse(head.read(PATH), PATH);
    if (add(node, "reader", List.of(feature))) {
      edit.put(PATH, Json.bytes(node));
    }
  }

  /** Adds the features of another version whose layers may come into this one. */
  public static void unite(TreeSnapshot ours, TreeSnapshot theirs, TreeEdit edit) {
    unite(ours, List.of(theirs), edit);
  }

  /** Adds the features of other versions whose layers may come into this one. */
  public static void unite(TreeSnapshot ours, List<TreeSnapshot> others, TreeEdit edit) {
    ObjectNode node = Json.parse(ours.read(PATH), PATH);
    boolean added = false;
    for (TreeSnapshot theirs : others) {
      ObjectNode other = Json.parse(theirs.read(PATH), PATH);
      added |= add(node, "reader", Json.texts(other, "reader", PATH));
      added |= add(node, "writer", Json.texts(other, "writer", PATH));
    }
    if (added) {
      edit.put(PATH, Json.bytes(node));
    }
  }

  private static boolean add(ObjectNode node, String field, List<String> features) {
    Set<String> all = new TreeSet<>(Json.texts(node, field, PATH));
    boolean added = all.addAll(features);
    ArrayNode array = node.putArray(field);
    all.forEach(array::add);
    return added;
  }

  /** Refuses what this reader does not know. */
  static void check(byte[] leaf, Location dataset) {
    ObjectNode node = Json.parse(leaf, PATH);
    long version = Json.number(node, "format", 0, Long.MAX_VALUE, PATH);
    if (version != VERSION) {
      throw new UnsupportedFormatException(
          "SHEAF-FMT-001",
          "Format version is not supported: expected " + VERSION + ", got " + version,
          dataset,
          "Update Sheaf");
    }
    refuseUnknown(Json.texts(node, "reader", PATH), READER_FEATURES, "read", dataset);
  }

  /** Refuses what this writer does not know. */
  static void checkWriter(byte[] leaf, Location dataset) {
    ObjectNode node = Json.parse(leaf, PATH);
    refuseUnknown(Json.texts(node, "writer", PATH), WRITER_FEATURES, "write", dataset);
  }

  private static void refuseUnknown(
      List<String> needed, Set<String> known, String verb, Location dataset) {
    for (String feature : needed) {
      if (!known.contains(feature)) {
        throw new UnsupportedFormatException(
            "SHEAF-FMT-002",
            "Dataset needs the feature \"" + feature + "\" to " + verb + " it",
            dataset,
            "Update Sheaf");
      }
    }
  }
}

package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Location;
import dev.sheaf.format.UnsupportedFormatException;
import dev.sheaf.format.internal.layer.Json;
import java.util.List;
import java.util.Set;

/**
 * {@code format.json}: the version of the format and the features that readers and writers must
 * know. An unknown one refuses. Spec: {@code docs/format-spec.md#features}.
 */
final class FormatLeaf {
  static final String PATH = "format.json";
  private static final int VERSION = 1;
  private static final Set<String> READER_FEATURES = Set.of();
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

package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.ChunkInfo;
import dev.sheaf.format.Column;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.layer.Json;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.OrderRun;
import dev.sheaf.format.internal.order.SegmentKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lists what a version is made of, for people and for other readers of Arrow. */
final class VersionFiles {
  private VersionFiles() {}

  /** Returns the chunks, in the order of the samples that first need them. */
  static List<ChunkInfo> chunks(VersionState state, ChunkStore store) {
    Map<String, String> roles = new LinkedHashMap<>();
    for (SegmentKey key : state.segmentKeys()) {
      SegmentReader segment = state.segment(key).reader();
      for (LayerReader layer : segment.layers()) {
        LayerRecord record = layer.record();
        record.chunk().ifPresent(chunk -> roles.putIfAbsent(chunk, "layer"));
        record.tensors().values().forEach(tensor -> roles.putIfAbsent(tensor.chunk(), "tensor"));
        record.blobs().stream()
            .filter(blob -> !LinkName.isLink(blob))
            .forEach(blob -> roles.putIfAbsent(blob, "wide"));
      }
      SegmentRecord.Keys keys = segment.record().keys();
      if (keys != null && !keys.chunk().isEmpty()) {
        roles.putIfAbsent(keys.chunk(), "keys");
      }
    }
    List<ChunkInfo> chunks = new ArrayList<>();
    roles.forEach((id, role) -> chunks.add(new ChunkInfo(id, role, store.size(id))));
    return chunks;
  }

  /** Returns about how many bytes samples show from each root of links. */
  static Map<String, Long> linkedBytes(VersionState state) {
    Map<String, Long> bytes = new TreeMap<>();
    for (SegmentKey key : state.segmentKeys()) {
      state
          .segment(key)
          .reader()
          .record()
          .blobs()
          .forEach(
              (name, live) -> {
                if (LinkName.isLink(name) && live > 0) {
                  bytes.merge(LinkName.root(name), live, Long::sum);
                }
              });
    }
    return bytes;
  }

  static String json(VersionState state) {
    ObjectNode node = Json.object();
    node.put("commit", state.tree().commitId());
    node.put("rows", state.order().size());
    ArrayNode columns = node.putArray("columns");
    for (Column column : state.schema()) {
      columns
          .addObject()
          .put("id", column.id())
          .put("name", column.name())
          .put("type", column.type().toString())
          .set("default", Json.value(column.defaultJson(), "schema"));
    }
    ArrayNode runs = node.putArray("runs");
    Map<SegmentKey, Integer> numbers = new LinkedHashMap<>();
    Iterator<OrderRun> iterator = state.order().runs(0, state.order().size());
    while (iterator.hasNext()) {
      OrderRun run = iterator.next();
      int number = numbers.computeIfAbsent(run.segment(), key -> numbers.size());
      runs.addObject()
          .put("segment", number)
          .put("slot", run.firstSlot())
          .put("slots", run.slotCount())
          .put("index", run.firstIndex())
          .put("live", run.live());
    }
    ArrayNode segments = node.putArray("segments");
    numbers.keySet().forEach(key -> segment(segments.addObject(), state, key));
    return new String(Json.bytes(node), StandardCharsets.UTF_8).strip();
  }

  private static void segment(ObjectNode node, VersionState state, SegmentKey key) {
    SegmentReader segment = state.segment(key).reader();
    String folder = SegmentRecord.path(key);
    node.put("run", String.format("%016x", key.run()));
    node.put("first", Long.toUnsignedString(key.first()));
    node.put("rows", segment.record().rows());
    ArrayNode deleted = node.putArray("deleted");
    segment.deleted().forEach((org.roaringbitmap.IntConsumer) deleted::add);
    ArrayNode layers = node.putArray("layers");
    for (LayerReader layer : segment.layers()) {
      layer(layers.addObject(), state, folder, layer);
    }
  }

  private static void layer(ObjectNode node, VersionState state, String folder, LayerReader layer) {
    LayerRecord record = layer.record();
    if (record.chunk().isPresent()) {
      node.put("file", file(record.chunk().get()));
    } else {
      String path = folder + "/" + layer.name() + ".arrow";
      node.put("git", state.tree().objectId(path).orElseThrow());
    }
    node.put("rows", record.rows());
    record
        .slots()
        .ifPresent(
            slots -> {
              ArrayNode list = node.putArray("slots");
              slots.forEach((org.roaringbitmap.IntConsumer) list::add);
            });
    ArrayNode columns = node.putArray("columns");
    for (int i = 0; i < record.columns().size(); i++) {
      LayerColumn column = record.columns().get(i);
      ObjectNode one = columns.addObject();
      one.put("id", column.column());
      one.put("field", column.layout().field().getName());
      one.put("form", column.form().id());
      one.put("type", column.type().toString());
      if (!column.aspect().equals(LayerColumn.CELLS)) {
        one.put("aspect", column.aspect());
      }
      LayerRecord.TensorChunk tensor = record.tensors().get(i);
      if (tensor != null) {
        one.put("tensors", file(tensor.chunk()));
      }
    }
    if (!record.blobs().isEmpty()) {
      ArrayNode blobs = node.putArray("blobs");
      record.blobs().forEach(blob -> blobs.add(file(blob)));
    }
  }

  /** Returns the path of a chunk in the dataset; the root of links stays what it is. */
  private static String file(String chunk) {
    return LinkName.isLink(chunk)
        ? chunk
        : "chunks/" + chunk.substring(0, 2) + "/" + chunk + ".arrow";
  }
}

package dev.sheaf.format.internal.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.ChunkInfo;
import dev.sheaf.format.Column;
import dev.sheaf.format.internal.io.ChunkStore;
import dev.sheaf.format.internal.io.LinkName;
import dev.sheaf.format.internal.io.MovedChunk;
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
import java.util.Optional;
import java.util.TreeMap;

/** Lists what a version is made of, for people and for other readers of Arrow. */
final class VersionFiles {
  private final VersionState state;
  private final ChunkStore store;
  private final Map<String, MovedChunk> moves = new TreeMap<>();

  private VersionFiles(VersionState state, ChunkStore store) {
    this.state = state;
    this.store = store;
  }

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
    roles.forEach(
        (id, role) -> {
          String there = moved(id, store).flatMap(MovedChunk::successor).orElse(id);
          chunks.add(new ChunkInfo(there, role, store.size(there)));
        });
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

  static String json(VersionState state, ChunkStore store) {
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
    VersionFiles files = new VersionFiles(state, store);
    numbers.keySet().forEach(key -> files.segment(segments.addObject(), key));
    files.addMoves(node);
    return new String(Json.bytes(node), StandardCharsets.UTF_8).strip();
  }

  private void segment(ObjectNode node, SegmentKey key) {
    SegmentReader segment = state.segment(key).reader();
    String folder = SegmentRecord.path(key);
    node.put("run", String.format("%016x", key.run()));
    node.put("first", Long.toUnsignedString(key.first()));
    node.put("rows", segment.record().rows());
    ArrayNode deleted = node.putArray("deleted");
    segment.deleted().forEach((org.roaringbitmap.IntConsumer) deleted::add);
    ArrayNode layers = node.putArray("layers");
    for (LayerReader layer : segment.layers()) {
      layer(layers.addObject(), folder, layer);
    }
  }

  private void layer(ObjectNode node, String folder, LayerReader layer) {
    LayerRecord record = layer.record();
    if (record.chunk().isPresent()) {
      node.put("file", file(record.chunk().get()));
    } else {
      String path = folder + "/" + layer.name() + ".arrow";
      node.put("git", state.tree().objectId(path).orElseThrow());
    }
    node.put("rows", record.rows());
    addPurged(node, layer);
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
      record.blobs().forEach(blob -> blobs.add(blob(blob)));
    }
  }

  /** Lists the rows of a layer that were purged, which are null in its file. */
  private void addPurged(ObjectNode node, LayerReader layer) {
    LayerRecord record = layer.record();
    if (record.chunk().flatMap(chunk -> moved(chunk, store)).isEmpty()) {
      return;
    }
    ArrayNode rows = node.putArray("purged");
    for (int page = 0; page < record.pages(); page++) {
      for (int at : layer.page(page).purged().rows()) {
        rows.add(record.firstRow(page) + at);
      }
    }
  }

  private void addMoves(ObjectNode node) {
    if (moves.isEmpty()) {
      return;
    }
    ArrayNode list = node.putArray("moved");
    moves.forEach(
        (chunk, moved) -> {
          ObjectNode one = list.addObject();
          one.put("file", path(chunk));
          moved.successor().ifPresent(successor -> one.put("successor", path(successor)));
          ArrayNode ranges = one.putArray("ranges");
          for (MovedChunk.Range range : moved.ranges()) {
            ObjectNode entry = ranges.addObject();
            entry.put("offset", range.offset()).put("length", range.length());
            if (range instanceof MovedChunk.Kept kept) {
              entry.put("target", kept.target());
            } else if (range instanceof MovedChunk.Rewritten page) {
              entry.put("target", page.target());
              ArrayNode rows = entry.putArray("purged");
              page.rows().keySet().forEach(rows::add);
            }
          }
        });
  }

  /** Returns the file that has the rows of a chunk today. */
  private String file(String chunk) {
    return path(moved(chunk, store).flatMap(MovedChunk::successor).orElse(chunk));
  }

  /** Returns the file of a chunk that descriptors name, and notes where its ranges are now. */
  private String blob(String chunk) {
    moved(chunk, store).ifPresent(moved -> moves.put(chunk, moved));
    return path(chunk);
  }

  /** Returns what became of a chunk that is gone; a missing one is for fsck to tell of. */
  private static Optional<MovedChunk> moved(String chunk, ChunkStore store) {
    return store.moved(chunk).isEmpty() ? Optional.empty() : store.resolved(chunk);
  }

  /** Returns the path of a chunk in the dataset; the root of links stays what it is. */
  private static String path(String chunk) {
    return LinkName.isLink(chunk)
        ? chunk
        : "chunks/" + chunk.substring(0, 2) + "/" + chunk + ".arrow";
  }
}

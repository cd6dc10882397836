package dev.sheaf.format.internal.concat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.Column;
import dev.sheaf.format.Media;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.engine.Defaults;
import dev.sheaf.format.internal.engine.SchemaLeaves;
import dev.sheaf.format.internal.engine.Sinks;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.Json;
import dev.sheaf.format.internal.layer.KeyIndex;
import dev.sheaf.format.internal.layer.LayerBuilder;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * One segment of a source as the result has it: its own layers, under the ids that their columns
 * have in the result, and above them a sparse layer with the cells that these would show wrongly.
 * Where nothing is to be changed, its leaves are byte for byte those of the source.
 */
final class SegmentTake {
  private final SourceCells source;
  private final RoaringBitmap added;
  private final RoaringBitmap leftOut;
  private final Map<Integer, String> keys = new TreeMap<>();
  private final Map<Integer, Object> parents = new TreeMap<>();
  private final Map<Integer, Map<Column, Object>> overrides = new TreeMap<>();
  private final List<LayerBuilder.DraftLayer> drafts = new ArrayList<>();
  private final List<List<Column>> draftColumns = new ArrayList<>();
  private KeyIndex.Written keyIndex;
  private ColumnUnion union;
  private ColumnUnion.Mapping mapping;
  private final boolean hasPurged;

  /**
   * Creates it.
   *
   * @param added the slots that the result shows
   * @param leftOut the slots that the source shows and the result does not
   * @param hasPurged whether cells of these cannot be read
   */
  SegmentTake(SourceCells source, RoaringBitmap added, RoaringBitmap leftOut, boolean hasPurged) {
    this.source = source;
    this.added = added;
    this.leftOut = leftOut;
    this.hasPurged = hasPurged;
  }

  SourceCells source() {
    return source;
  }

  /** Returns the slots that the result shows; not to be changed. */
  RoaringBitmap added() {
    return added;
  }

  /** Returns the slots that the result has and does not show. */
  RoaringBitmap deleted() {
    return RoaringBitmap.or(source.reader().deleted(), leftOut);
  }

  /** Gives a sample another key. */
  void rename(int slot, String key) {
    keys.put(slot, key);
  }

  /** Gives a part another whole. */
  void parent(int slot, Object cell) {
    parents.put(slot, cell);
  }

  /** Writes the cells and keys that are other than in the source. */
  void draft(ColumnUnion result, ColumnUnion.Mapping ids, Sinks sinks) {
    union = result;
    mapping = ids;
    ids.pairs().forEach((column, id) -> fillDefaults(column, result.column(id)));
    override(SourceCells.KEY, keys);
    override(SourceTake.PARENT, parents);
    writeLayers(sinks);
    if (!keys.isEmpty()) {
      writeKeys(sinks);
    }
  }

  /** A sample without a cell shows the default of its source, which may be another one here. */
  private void fillDefaults(Column theirs, Column ours) {
    Object shown = Defaults.widen(Defaults.value(theirs), theirs.type(), ours.type());
    if (SegmentCells.same(ours, shown, Defaults.value(ours))) {
      return;
    }
    RoaringBitmap slots = added.clone();
    slots.andNot(source.cells().written(0).getOrDefault(theirs.id(), new RoaringBitmap()));
    slots.forEach((IntConsumer) slot -> override(slot, ours, shown));
  }

  private void override(String name, Map<Integer, ?> cells) {
    if (!cells.isEmpty()) {
      Column theirs = source.state().schema().column(name);
      Column ours = union.column(mapping.pairs().get(theirs));
      cells.forEach((slot, cell) -> override(slot, ours, cell));
    }
  }

  private void override(int slot, Column column, Object value) {
    overrides.computeIfAbsent(slot, s -> new LinkedHashMap<>()).put(column, value);
  }

  private void writeLayers(Sinks sinks) {
    Map<String, List<Column>> columns = new TreeMap<>();
    Map<String, List<Integer>> slots = new TreeMap<>();
    overrides.forEach(
        (slot, cells) -> {
          List<Column> sorted = new ArrayList<>(cells.keySet());
          sorted.sort((a, b) -> a.id().compareTo(b.id()));
          String name = String.join("/", sorted.stream().map(Column::id).toList());
          columns.put(name, sorted);
          slots.computeIfAbsent(name, n -> new ArrayList<>()).add(slot);
        });
    columns.forEach((name, of) -> writeLayer(of, slots.get(name), sinks));
  }

  private void writeLayer(List<Column> columns, List<Integer> slots, Sinks sinks) {
    LayerBuilder builder = new LayerBuilder(sinks);
    columns.forEach(column -> builder.addColumn(column.name(), LayerColumn.CELLS, column.type()));
    RoaringBitmap bitmap = new RoaringBitmap();
    for (int slot : slots) {
      Map<Column, Object> cells = overrides.get(slot);
      List<Object> row = new ArrayList<>();
      columns.forEach(column -> row.add(cells.get(column)));
      bitmap.add(slot);
      builder.add(row);
    }
    drafts.add(builder.finish(sinks::newChunk, bitmap));
    draftColumns.add(columns);
  }

  private void writeKeys(Sinks sinks) {
    KeyIndex before = source.reader().keys();
    long[] bySlot = new long[source.reader().record().rows()];
    for (int row = 0; row < before.size(); row++) {
      bySlot[before.slotAt(row)] = before.hashAt(row);
    }
    keys.forEach((slot, key) -> bySlot[slot] = KeyIndex.hash(key));
    keyIndex = KeyIndex.write(bySlot, sinks::newChunk);
  }

  /** Puts the leaves of the segment; what {@link #draft} wrote is sealed. */
  void write(TreeEdit edit) {
    String folder = SegmentRecord.path(source.reader().key());
    TreeSnapshot tree = source.state().tree();
    SegmentRecord before = source.reader().record();
    List<String> layers = new ArrayList<>();
    for (LayerReader layer : source.reader().layers()) {
      layers.add(writeLayer(edit, folder, tree, layer));
    }
    Map<String, Long> blobs = new TreeMap<>(before.blobs());
    for (int i = 0; i < drafts.size(); i++) {
      LayerBuilder.DraftLayer draft = drafts.get(i);
      LayerRecord record = draft.toRecord(draftColumns.get(i).stream().map(Column::id).toList());
      layers.add(put(edit, folder, record, draft.leaf(), draft.stats().toBytes(record)));
      for (int blob = 0; blob < record.blobs().size(); blob++) {
        blobs.merge(record.blobs().get(blob), draft.blobBytes().get(blob), Long::sum);
      }
    }
    Map<String, SegmentRecord.Digest> digests = digests(blobs);
    RoaringBitmap deleted = deleted();
    if (!deleted.isEmpty()) {
      edit.put(folder + "/" + SegmentRecord.DELETED, LayerRecord.serialize(deleted));
    }
    byte[] keyLeaf =
        keyIndex != null
            ? keyIndex.leaf()
            : tree.find(folder + "/" + SegmentRecord.KEYS).orElse(null);
    if (keyLeaf != null) {
      edit.put(folder + "/" + SegmentRecord.KEYS, keyLeaf);
    }
    SegmentRecord after =
        new SegmentRecord(
            before.rows(),
            layers,
            digests,
            blobs,
            keyIndex != null ? keyIndex.keys() : before.keys());
    edit.put(folder + "/" + SegmentRecord.RECORD, after.toBytes());
  }

  private String writeLayer(TreeEdit edit, String folder, TreeSnapshot tree, LayerReader layer) {
    String path = folder + "/" + layer.name();
    byte[] pages = tree.find(path + ".arrow").orElse(null);
    byte[] stats = tree.find(path + ".stats.json").orElse(null);
    List<LayerColumn> columns = layer.record().columns();
    boolean renamed = columns.stream().anyMatch(column -> !id(column).equals(column.column()));
    if (!renamed) {
      edit.put(path + ".json", tree.read(path + ".json"));
      putBeside(edit, path, pages, stats);
      return layer.name();
    }
    LayerRecord record =
        layer.record().named(columns.stream().map(this::id).toList(), layer.record().blobs());
    return put(edit, folder, record, pages, stats == null ? null : renamed(stats, columns, path));
  }

  private byte[] renamed(byte[] stats, List<LayerColumn> columns, String path) {
    Map<String, String> ids = new TreeMap<>();
    for (LayerColumn column : columns) {
      if (column.aspect().equals(LayerColumn.CELLS)) {
        ids.put(column.column(), id(column));
      }
    }
    ObjectNode named = Json.object();
    Json.parse(stats, path + ".stats.json")
        .properties()
        .forEach(
            entry -> named.set(ids.getOrDefault(entry.getKey(), entry.getKey()), entry.getValue()));
    return Json.bytes(named);
  }

  /**
   * Returns the id that a column of a layer has in the result. Cells that nobody is to see get one
   * that no column has: those of columns that the source has dropped, and digests of inputs that
   * the result computes in another way.
   */
  private String id(LayerColumn column) {
    String id = column.column();
    String mapped = mapping.ids().get(id);
    boolean stale = column.aspect().equals(LayerColumn.INPUTS) && mapping.recomputed().contains(id);
    if (mapped != null && !stale) {
      return mapped;
    }
    String hidden = id;
    while (union.hasId(hidden)) {
      hidden = SchemaLeaves.id(Long.parseUnsignedLong(hidden, 16), "hidden");
    }
    return hidden;
  }

  private static String put(
      TreeEdit edit, String folder, LayerRecord record, byte[] pages, byte[] stats) {
    byte[] bytes = record.toBytes();
    String name = LayerRecord.name(bytes, pages);
    edit.put(folder + "/" + name + ".json", bytes);
    putBeside(edit, folder + "/" + name, pages, stats);
    return name;
  }

  private static void putBeside(TreeEdit edit, String path, byte[] pages, byte[] stats) {
    if (stats != null) {
      edit.put(path + ".stats.json", stats);
    }
    if (pages != null) {
      edit.put(path + ".arrow", pages);
    }
  }

  /**
   * Returns the sums over the cells that the result shows, and takes what it does not show off
   * {@code blobs}.
   */
  private Map<String, SegmentRecord.Digest> digests(Map<String, Long> blobs) {
    Map<String, String> ids = mapping.ids();
    Map<String, SegmentRecord.Digest> digests = new TreeMap<>();
    if (hasPurged) {
      // What cannot be read cannot be taken off: all that is left is summed up.
      RoaringBitmap left = RoaringBitmap.bitmapOfRange(0, source.reader().record().rows());
      left.andNot(deleted());
      left.forEach(
          (IntConsumer)
              slot -> mapping.pairs().forEach((column, id) -> count(digests, column, id, slot)));
      digests.values().removeIf(digest -> digest.count() == 0);
      return withOverrides(digests, blobs);
    }
    source
        .reader()
        .record()
        .columns()
        .forEach(
            (id, digest) -> {
              String mapped = ids.get(id);
              if (mapped != null || !union.hasId(id)) {
                digests.put(mapped != null ? mapped : id, digest);
              }
            });
    leftOut.forEach(
        (IntConsumer)
            slot ->
                mapping
                    .pairs()
                    .forEach((column, id) -> subtract(digests, blobs, column, id, slot)));
    return withOverrides(digests, blobs);
  }

  private void count(
      Map<String, SegmentRecord.Digest> digests, Column theirs, String id, int slot) {
    CellReader holder = source.cells().holder(theirs.id(), slot);
    if (holder != null) {
      Object value = source.cells().read(holder, slot);
      change(digests, id, slot, holder.column().type(), value, 1);
    }
  }

  private Map<String, SegmentRecord.Digest> withOverrides(
      Map<String, SegmentRecord.Digest> digests, Map<String, Long> blobs) {
    overrides.forEach(
        (slot, cells) -> {
          for (Map.Entry<Column, Object> cell : cells.entrySet()) {
            String id = cell.getKey().id();
            mapping.pairs().entrySet().stream()
                .filter(pair -> pair.getValue().equals(id))
                .forEach(pair -> subtract(digests, blobs, pair.getKey(), id, slot));
            change(digests, id, slot, cell.getKey().type(), cell.getValue(), 1);
          }
        });
    return digests;
  }

  private void subtract(
      Map<String, SegmentRecord.Digest> digests,
      Map<String, Long> blobs,
      Column theirs,
      String id,
      int slot) {
    CellReader holder = source.cells().holder(theirs.id(), slot);
    if (holder == null) {
      return;
    }
    Object value = source.cells().read(holder, slot);
    change(digests, id, slot, holder.column().type(), value, -1);
    holder
        .place(holder.layer().rowOf(slot))
        .ifPresent(
            place ->
                blobs.computeIfPresent(
                    place.listed().id(), (name, live) -> Math.max(0, live - place.length())));
  }

  private void change(
      Map<String, SegmentRecord.Digest> digests,
      String id,
      int slot,
      Type type,
      Object value,
      int sign) {
    if (value == null) {
      return;
    }
    byte[] canonical = CellHash.canonical(type, value, id);
    long bytes = value instanceof Media media ? media.byteLength() : canonical.length;
    var hash = CellHash.of(source.reader().key().first() + slot, canonical);
    SegmentRecord.Digest before = digests.getOrDefault(id, SegmentRecord.Digest.EMPTY);
    digests.put(id, sign > 0 ? before.plus(bytes, hash) : before.minus(bytes, hash));
  }
}

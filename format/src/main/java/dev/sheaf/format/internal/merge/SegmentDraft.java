package dev.sheaf.format.internal.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.engine.Defaults;
import dev.sheaf.format.internal.engine.FrameTables;
import dev.sheaf.format.internal.engine.Sinks;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.CellHash;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.Json;
import dev.sheaf.format.internal.layer.LayerBuilder;
import dev.sheaf.format.internal.layer.LayerColumn;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.LayerRecord;
import dev.sheaf.format.internal.layer.SegmentRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Writes the segment of the result: the layers of both sides one above the other, and a sparse
 * layer with the cells that these would show wrongly.
 */
final class SegmentDraft {
  private final SegmentMerge merge;
  private final MergeContext context;
  private final SegmentSide ours;
  private final SegmentSide theirs;
  private final LayerStack stack;
  private final RoaringBitmap deleted;
  private final Map<Integer, Map<MergedColumn, Desired>> overrides = new TreeMap<>();
  private final List<LayerBuilder.DraftLayer> drafts = new ArrayList<>();
  private final List<List<MergedColumn>> draftColumns = new ArrayList<>();

  /** Creates the draft and writes its chunks; the sinks are finished before {@link #write}. */
  SegmentDraft(SegmentMerge merge, Sinks sinks) {
    this.merge = merge;
    this.context = merge.context();
    this.ours = merge.ours();
    this.theirs = merge.theirs();
    this.stack = merge.stack();
    this.deleted = merge.deleted();
    findOverrides();
    layers(sinks);
  }

  private void findOverrides() {
    RoaringBitmap live = merge.live();
    merge.forced().forEach((slot, cells) -> cells.keySet().forEach(c -> check(c, slot)));
    merge.decided().forEach((slot, cells) -> cells.keySet().forEach(c -> check(c, slot)));
    boolean both = ours.isThere() && theirs.isThere();
    SegmentSide other = stack.bottom() == ours ? theirs : ours;
    RoaringBitmap shownByOne = RoaringBitmap.and(ours.live(), theirs.live());
    shownByOne = RoaringBitmap.andNot(live, shownByOne);
    for (MergedColumn column : context.kept()) {
      RoaringBitmap slots = oldCells(column);
      if (both) {
        slots.or(stack.suspects(column, other));
        slots.or(shownByOne);
        RoaringBitmap changed = RoaringBitmap.or(ours.changed(column), theirs.changed(column));
        if (column.hasOneId() && column.base() != null) {
          // What other columns and samples show may have changed without a layer.
          changed.andNot(merge.base().live());
        }
        slots.or(changed);
      }
      slots.and(live);
      slots.forEach((IntConsumer) slot -> check(column, slot));
    }
  }

  /** Returns the slots with cells that a side still has of a column that it dropped. */
  private RoaringBitmap oldCells(MergedColumn column) {
    RoaringBitmap slots = new RoaringBitmap();
    for (SegmentSide side : List.of(ours, theirs)) {
      if (side.isThere() && !side.has(column)) {
        slots.or(side.written(column, 0));
      }
    }
    return slots;
  }

  private void check(MergedColumn column, int slot) {
    if (!merge.live().contains(slot)) {
      return;
    }
    Desired desired = merge.desired(column, slot);
    CellReader top = stack.holder(column, slot);
    Object shown;
    if (top == null) {
      shown = Defaults.value(column.result().column());
    } else {
      Object value = read(top, slot);
      shown = Defaults.widen(value, top.column().type(), column.typed().type());
    }
    if (!column.same(desired.value(), shown)) {
      overrides.computeIfAbsent(slot, s -> new LinkedHashMap<>()).put(column, desired);
    }
  }

  private Object read(CellReader holder, int slot) {
    return stack.bottom().cells().read(holder, slot);
  }

  private void layers(Sinks sinks) {
    Map<List<MergedColumn>, TreeMap<Integer, Map<MergedColumn, Desired>>> grouped =
        new LinkedHashMap<>();
    overrides.forEach(
        (slot, cells) -> {
          List<MergedColumn> columns = new ArrayList<>(cells.keySet());
          columns.sort((a, b) -> a.id().compareTo(b.id()));
          grouped.computeIfAbsent(columns, c -> new TreeMap<>()).put(slot, cells);
        });
    grouped.entrySet().stream()
        .sorted((a, b) -> ids(a.getKey()).compareTo(ids(b.getKey())))
        .forEach(entry -> layer(entry.getKey(), entry.getValue(), sinks));
  }

  private static String ids(List<MergedColumn> columns) {
    return String.join("/", columns.stream().map(MergedColumn::id).toList());
  }

  private void layer(
      List<MergedColumn> columns, TreeMap<Integer, Map<MergedColumn, Desired>> rows, Sinks sinks) {
    LayerBuilder builder = new LayerBuilder(sinks);
    for (MergedColumn column : columns) {
      builder.addColumn(column.name(), LayerColumn.CELLS, column.typed().type());
      if (column.isDerived()) {
        builder.addColumn(column.name(), LayerColumn.INPUTS, Type.scalar(DType.UINT64));
      }
    }
    List<MergedColumn> videos =
        columns.stream()
            .filter(column -> rows.values().stream().anyMatch(row -> frames(row, column) != null))
            .toList();
    for (MergedColumn column : videos) {
      builder.addColumn(column.name(), LayerColumn.FRAMES, Type.BINARY);
    }
    RoaringBitmap slots = new RoaringBitmap();
    rows.forEach(
        (slot, cells) -> {
          slots.add((int) slot);
          List<Object> values = new ArrayList<>();
          for (MergedColumn column : columns) {
            Desired desired = cells.get(column);
            values.add(desired.value());
            if (column.isDerived()) {
              values.add(desired.value() == null ? null : desired.inputs());
            }
          }
          videos.forEach(column -> values.add(frames(cells, column)));
          builder.add(values);
        });
    drafts.add(builder.finish(sinks::newChunk, slots));
    draftColumns.add(columns);
  }

  private static ByteBuffer frames(Map<MergedColumn, Desired> cells, MergedColumn column) {
    return FrameTables.of(cells.get(column).value());
  }

  /** Puts the leaves of the segment into the tree of ours. */
  void write(TreeEdit edit) {
    String folder = SegmentRecord.path(merge.key());
    List<String> layers = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    SegmentSide first = stack.bottom();
    stack.sides().forEach(side -> addLayers(edit, folder, side, layers, taken));
    Map<String, Long> drafted = new TreeMap<>();
    for (int i = 0; i < drafts.size(); i++) {
      LayerBuilder.DraftLayer draft = drafts.get(i);
      Map<String, String> idByName = new TreeMap<>();
      draftColumns.get(i).forEach(column -> idByName.put(column.name(), column.id()));
      LayerRecord record =
          draft.toRecord(
              draft.columns().stream().map(column -> idByName.get(column.name())).toList());
      layers.add(putLayer(edit, folder, record, draft.leaf(), draft.stats().toBytes(record)));
      for (int blob = 0; blob < record.blobs().size(); blob++) {
        drafted.merge(record.blobs().get(blob), draft.blobBytes().get(blob), Long::sum);
      }
    }
    if (ours.isThere()) {
      removeUnused(edit, folder, layers);
    }
    SegmentRecord source = first.record();
    SegmentRecord record =
        new SegmentRecord(source.rows(), layers, digests(), blobs(drafted), source.keys());
    edit.put(folder + "/" + SegmentRecord.RECORD, record.toBytes());
    if (deleted.isEmpty()) {
      edit.remove(folder + "/" + SegmentRecord.DELETED);
    } else {
      edit.put(folder + "/" + SegmentRecord.DELETED, LayerRecord.serialize(deleted));
    }
    copy(edit, first, folder + "/" + SegmentRecord.KEYS);
  }

  /** Takes a leaf over from a side; one of ours is there already. */
  private void copy(TreeEdit edit, SegmentSide side, String path) {
    if (side != ours) {
      side.version().state().tree().objectId(path).ifPresent(id -> edit.putObject(path, id));
    }
  }

  private void addLayers(
      TreeEdit edit, String folder, SegmentSide side, List<String> layers, Set<String> taken) {
    for (LayerReader reader : stack.layers(side)) {
      String name = reader.name();
      if (side.isRenamed(reader)) {
        name = putRenamed(edit, folder, side, reader);
      } else if (taken.add(name)) {
        for (String suffix : List.of(".json", ".stats.json", ".arrow")) {
          copy(edit, side, folder + "/" + name + suffix);
        }
      }
      layers.add(name);
    }
  }

  /** Writes a layer of a side under the ids that its columns have in the result. */
  private static String putRenamed(
      TreeEdit edit, String folder, SegmentSide side, LayerReader reader) {
    LayerRecord record =
        reader
            .record()
            .named(
                reader.record().columns().stream()
                    .map(column -> side.renamed(column.column()))
                    .toList(),
                reader.record().blobs());
    TreeSnapshot tree = side.version().state().tree();
    String path = folder + "/" + reader.name();
    byte[] pages = tree.find(path + ".arrow").orElse(null);
    byte[] stats = tree.find(path + ".stats.json").orElse(null);
    ObjectNode node = stats == null ? null : Json.parse(stats, path + ".stats.json");
    if (node != null) {
      ObjectNode named = Json.object();
      node.properties().forEach(entry -> named.set(side.renamed(entry.getKey()), entry.getValue()));
      stats = Json.bytes(named);
    }
    return putLayer(edit, folder, record, pages, stats);
  }

  private static String putLayer(
      TreeEdit edit, String folder, LayerRecord record, byte[] pages, byte[] stats) {
    byte[] bytes = record.toBytes();
    String name = LayerRecord.name(bytes, pages);
    edit.put(folder + "/" + name + ".json", bytes);
    if (stats != null) {
      edit.put(folder + "/" + name + ".stats.json", stats);
    }
    if (pages != null) {
      edit.put(folder + "/" + name + ".arrow", pages);
    }
    return name;
  }

  private void removeUnused(TreeEdit edit, String folder, List<String> layers) {
    for (String name : ours.record().layers()) {
      if (!layers.contains(name)) {
        for (String suffix : List.of(".json", ".stats.json", ".arrow")) {
          edit.remove(folder + "/" + name + suffix);
        }
      }
    }
  }

  /**
   * About how many bytes live samples show of the chunks that the layers name: what both sides show
   * together without what they started from, whichever of them has the layers.
   *
   * @param drafted the bytes of the cells written here; those of chunks of a side are counted there
   */
  private Map<String, Long> blobs(Map<String, Long> drafted) {
    Map<String, Long> blobs = new TreeMap<>();
    boolean hasBase = merge.base().isThere();
    for (SegmentSide side : List.of(ours, theirs)) {
      if (side.isThere()) {
        side.record()
            .blobs()
            .forEach((chunk, bytes) -> blobs.merge(chunk, bytes, hasBase ? Long::sum : Long::max));
      }
    }
    if (hasBase && ours.isThere() && theirs.isThere()) {
      takeStart(blobs);
    }
    drafted.forEach(blobs::putIfAbsent);
    Set<String> named = new HashSet<>(drafted.keySet());
    for (SegmentSide side : stack.sides()) {
      stack.layers(side).forEach(layer -> named.addAll(layer.record().blobs()));
    }
    blobs.keySet().retainAll(named);
    blobs.replaceAll((chunk, bytes) -> Math.max(0, bytes));
    return blobs;
  }

  /** Takes off what both sides started from; what both of them took off is gone but once. */
  private void takeStart(Map<String, Long> blobs) {
    SegmentSide base = merge.base();
    base.record()
        .blobs()
        .forEach((chunk, bytes) -> blobs.computeIfPresent(chunk, (id, sum) -> sum - bytes));
    for (MergedColumn column : context.columns()) {
      if (column.base() != null) {
        RoaringBitmap twice = RoaringBitmap.or(ours.deleted(), ours.changed(column));
        twice.and(RoaringBitmap.or(theirs.deleted(), theirs.changed(column)));
        twice.andNot(base.deleted());
        twice.forEach((IntConsumer) slot -> addBack(base, column.base().id(), slot, blobs));
      }
    }
  }

  private static void addBack(SegmentSide base, String id, int slot, Map<String, Long> blobs) {
    CellReader holder = base.cells().holder(id, slot);
    if (holder != null) {
      holder
          .place(holder.layer().rowOf(slot))
          .ifPresent(
              place ->
                  blobs.computeIfPresent(
                      place.listed().id(), (chunk, sum) -> sum + place.valueBytes()));
    }
  }

  private Map<String, SegmentRecord.Digest> digests() {
    Map<String, SegmentRecord.Digest> digests = new TreeMap<>();
    for (MergedColumn column : context.kept()) {
      SegmentRecord.Digest digest = digest(column);
      if (digest.count() > 0) {
        digests.put(column.id(), digest);
      }
    }
    return digests;
  }

  /** Starts from the digest of a side with the column and puts the cells right that differ. */
  private SegmentRecord.Digest digest(MergedColumn column) {
    SegmentSide other = stack.bottom() == ours ? theirs : ours;
    if (!stack.bottom().has(column) && !(other.isThere() && other.has(column))) {
      return counted(column);
    }
    SegmentSide side = stack.bottom().has(column) ? stack.bottom() : other;
    int rows = side.record().rows();
    if (deleted.getCardinality() == rows) {
      return SegmentRecord.Digest.EMPTY;
    }
    String id = side.column(column).id();
    SegmentRecord.Digest digest =
        side.record().columns().getOrDefault(id, SegmentRecord.Digest.EMPTY);
    RoaringBitmap dead = side.deleted();
    RoaringBitmap differing = differing(column, side);
    overrides.forEach(
        (slot, cells) -> {
          if (cells.containsKey(column)) {
            differing.add((int) slot);
          }
        });
    differing.or(oldCells(column));
    differing.or(RoaringBitmap.xor(dead, deleted));
    SegmentRecord.Digest[] sum = {digest};
    differing.forEach(
        (IntConsumer)
            slot -> {
              if (!dead.contains(slot)) {
                sum[0] = add(sum[0], slot, recorded(side, id, slot), column, -1);
              }
              if (!deleted.contains(slot)) {
                sum[0] = add(sum[0], slot, result(column, slot), column, 1);
              }
            });
    return sum[0];
  }

  /** Returns the digest of a column that no side with this segment has. */
  private SegmentRecord.Digest counted(MergedColumn column) {
    RoaringBitmap slots = oldCells(column);
    overrides.forEach(
        (slot, cells) -> {
          if (cells.containsKey(column)) {
            slots.add((int) slot);
          }
        });
    slots.andNot(deleted);
    SegmentRecord.Digest[] sum = {SegmentRecord.Digest.EMPTY};
    slots.forEach(
        (IntConsumer) slot -> sum[0] = add(sum[0], slot, result(column, slot), column, 1));
    return sum[0];
  }

  /** Returns the slots whose cell may not be the one that the digest of a side counts. */
  private RoaringBitmap differing(MergedColumn column, SegmentSide side) {
    if (side == stack.bottom()) {
      return stack.above(column);
    }
    RoaringBitmap slots = new RoaringBitmap();
    if (stack.sharesBelow()) {
      slots.or(stack.bottom().written(column, stack.firstAbove()));
    } else {
      slots.add(0L, side.record().rows());
    }
    return slots;
  }

  /** A cell: the type with which it is written, and its value. */
  private record Cell(Type type, Object value) {}

  private static Cell recorded(SegmentSide side, String id, int slot) {
    CellReader holder = side.cells().holder(id, slot);
    return holder == null
        ? null
        : new Cell(holder.column().type(), side.cells().read(holder, slot));
  }

  private Cell result(MergedColumn column, int slot) {
    Map<MergedColumn, Desired> cells = overrides.get(slot);
    if (cells != null && cells.containsKey(column)) {
      return new Cell(column.typed().type(), cells.get(column).value());
    }
    CellReader top = stack.holder(column, slot);
    return top == null ? null : new Cell(top.column().type(), read(top, slot));
  }

  private SegmentRecord.Digest add(
      SegmentRecord.Digest digest, int slot, Cell cell, MergedColumn column, int sign) {
    if (cell == null || cell.value() == null) {
      return digest;
    }
    byte[] canonical = CellHash.canonical(cell.type(), cell.value(), column.name());
    long bytes = cell.value() instanceof Media media ? media.byteLength() : canonical.length;
    var hash = CellHash.of(merge.key().first() + slot, canonical);
    return sign > 0 ? digest.plus(bytes, hash) : digest.minus(bytes, hash);
  }
}

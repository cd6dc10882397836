package dev.sheaf.format.internal.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sheaf.format.DType;
import dev.sheaf.format.Media;
import dev.sheaf.format.Type;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.engine.Defaults;
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
  private final SegmentCells ours;
  private final SegmentCells theirs;
  private final SegmentMerge.Mode mode;
  private final RoaringBitmap deleted;
  private final Map<String, RoaringBitmap> topOurs;
  private final Map<String, RoaringBitmap> topTheirs;
  private final Map<Integer, Map<MergedColumn, Desired>> overrides = new TreeMap<>();
  private final List<LayerBuilder.DraftLayer> drafts = new ArrayList<>();
  private final List<List<MergedColumn>> draftColumns = new ArrayList<>();

  /** Creates the draft and writes its chunks; the sinks are finished before {@link #write}. */
  SegmentDraft(SegmentMerge merge, Sinks sinks) {
    this.merge = merge;
    this.context = merge.context();
    this.ours = merge.ours;
    this.theirs = merge.theirs;
    this.mode = merge.mode();
    this.topOurs =
        mode == SegmentMerge.Mode.OURS_ON_TOP ? ours.written(merge.base.layers()) : Map.of();
    this.topTheirs =
        mode == SegmentMerge.Mode.THEIRS_ON_TOP ? theirs.written(merge.base.layers()) : Map.of();
    this.deleted = findDeleted();
    findOverrides();
    layers(sinks);
  }

  RoaringBitmap deleted() {
    return deleted;
  }

  private RoaringBitmap findDeleted() {
    RoaringBitmap gone = new RoaringBitmap();
    if (ours != null) {
      gone.or(ours.segment().deleted());
      gone.or(merge.liveOurs());
    }
    if (theirs != null) {
      if (ours == null) {
        gone.or(theirs.segment().deleted());
      }
      gone.or(merge.liveTheirs());
    }
    gone.andNot(merge.live());
    return gone;
  }

  private void findOverrides() {
    RoaringBitmap live = merge.live();
    merge.forced().forEach((slot, cells) -> cells.keySet().forEach(c -> check(c, slot)));
    merge.decided().forEach((slot, cells) -> cells.keySet().forEach(c -> check(c, slot)));
    if (ours == null || theirs == null) {
      for (MergedColumn column : context.kept()) {
        RoaringBitmap slots = oldCells(column);
        slots.and(live);
        slots.forEach((IntConsumer) slot -> check(column, slot));
      }
      return;
    }
    RoaringBitmap special = RoaringBitmap.and(merge.liveOurs(), merge.liveTheirs());
    special = RoaringBitmap.andNot(live, special);
    for (MergedColumn column : context.kept()) {
      RoaringBitmap slots = suspects(column);
      RoaringBitmap changed =
          RoaringBitmap.or(merge.changedByUs(column), merge.changedByThem(column));
      if (SegmentMerge.hasOneId(column) && column.base() != null) {
        // What other columns and samples show may have changed without a layer.
        changed.and(merge.addedByBoth());
      }
      slots.or(changed);
      slots.or(oldCells(column));
      slots.or(special);
      slots.and(live);
      slots.forEach((IntConsumer) slot -> check(column, slot));
    }
  }

  /** Returns the slots in which the stacked layers may show another cell than they should. */
  private RoaringBitmap suspects(MergedColumn column) {
    RoaringBitmap slots = new RoaringBitmap();
    String theirId = SegmentMerge.theirId(column);
    boolean oursLacks = column.ours() == null;
    boolean theirsLacks = column.theirs() == null;
    switch (mode) {
      case OURS -> {
        slots.or(merge.changedByThem(column));
        if (oursLacks) {
          slots.or(written(theirs, 0, theirId));
          slots.or(written(ours, 0, column.id()));
        }
      }
      case THEIRS -> {
        slots.or(merge.changedByUs(column));
        if (theirsLacks) {
          slots.or(written(ours, 0, column.id()));
          slots.or(written(theirs, 0, theirId));
        }
      }
      case THEIRS_ON_TOP -> {
        slots.or(topTheirs.getOrDefault(theirId, new RoaringBitmap()));
        if (!theirsLacks) {
          slots.and(merge.changedByUs(column));
        }
        if (oursLacks) {
          boolean follows = merge.oursFollowsBase();
          slots.or(written(ours, follows ? merge.base.layers() : 0, column.id()));
          slots.or(follows ? new RoaringBitmap() : written(theirs, 0, theirId));
        }
      }
      case OURS_ON_TOP -> {
        slots.or(topOurs.getOrDefault(column.id(), new RoaringBitmap()));
        if (!oursLacks) {
          slots.and(merge.changedByThem(column));
        }
        if (theirsLacks) {
          boolean follows = merge.theirsFollowsBase();
          slots.or(written(theirs, follows ? merge.base.layers() : 0, theirId));
          slots.or(follows ? new RoaringBitmap() : written(ours, 0, column.id()));
        }
      }
    }
    return slots;
  }

  /** Returns the slots with cells that a side still has of a column that it dropped. */
  private RoaringBitmap oldCells(MergedColumn column) {
    RoaringBitmap slots = new RoaringBitmap();
    if (ours != null && column.ours() == null) {
      slots.or(written(ours, 0, column.id()));
    }
    if (theirs != null && column.theirs() == null) {
      slots.or(written(theirs, 0, SegmentMerge.theirId(column)));
    }
    return slots;
  }

  private static RoaringBitmap written(SegmentCells side, int first, String id) {
    return side.written(first).getOrDefault(id, new RoaringBitmap());
  }

  private void check(MergedColumn column, int slot) {
    if (!merge.live().contains(slot)) {
      return;
    }
    Desired desired = merge.desired(column, slot);
    CellReader top = top(column, slot);
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

  /** Returns the cell that the stacked layers show, or null if none holds it. */
  private CellReader top(MergedColumn column, int slot) {
    String theirId = SegmentMerge.theirId(column);
    boolean fromTheirs =
        switch (mode) {
          case OURS -> false;
          case THEIRS -> true;
          case THEIRS_ON_TOP -> contains(topTheirs, theirId, slot);
          case OURS_ON_TOP -> !contains(topOurs, column.id(), slot);
        };
    return fromTheirs ? theirs.holder(theirId, slot) : ours.holder(column.id(), slot);
  }

  private static boolean contains(Map<String, RoaringBitmap> top, String id, int slot) {
    RoaringBitmap slots = top.get(id);
    return slots != null && slots.contains(slot);
  }

  private Object read(CellReader holder, int slot) {
    return (ours != null ? ours : theirs).read(holder, slot);
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
          builder.add(values);
        });
    drafts.add(builder.finish(sinks::newChunk, slots));
    draftColumns.add(columns);
  }

  /** Puts the leaves of the segment into the tree of ours. */
  void write(TreeEdit edit) {
    String folder = SegmentRecord.path(merge.key());
    List<String> layers = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    SegmentCells first =
        mode == SegmentMerge.Mode.OURS || mode == SegmentMerge.Mode.THEIRS_ON_TOP ? ours : theirs;
    addLayers(edit, folder, first, 0, layers, taken);
    if (mode == SegmentMerge.Mode.THEIRS_ON_TOP) {
      addLayers(edit, folder, theirs, merge.base.layers(), layers, taken);
    } else if (mode == SegmentMerge.Mode.OURS_ON_TOP) {
      addLayers(edit, folder, ours, merge.base.layers(), layers, taken);
    }
    Map<String, Long> blobs = blobs(first);
    for (int i = 0; i < drafts.size(); i++) {
      LayerBuilder.DraftLayer draft = drafts.get(i);
      Map<String, String> idByName = new TreeMap<>();
      draftColumns.get(i).forEach(column -> idByName.put(column.name(), column.id()));
      LayerRecord record =
          draft.toRecord(
              draft.columns().stream().map(column -> idByName.get(column.name())).toList());
      layers.add(putLayer(edit, folder, record, draft.leaf(), draft.stats().toBytes(record)));
      for (int blob = 0; blob < record.blobs().size(); blob++) {
        blobs.merge(record.blobs().get(blob), draft.blobBytes().get(blob), Long::sum);
      }
    }
    if (ours != null) {
      removeUnused(edit, folder, layers);
    }
    SegmentRecord source = first.segment().record();
    SegmentRecord record =
        new SegmentRecord(source.rows(), layers, digests(), blobs, source.keys());
    edit.put(folder + "/" + SegmentRecord.RECORD, record.toBytes());
    if (deleted.isEmpty()) {
      edit.remove(folder + "/" + SegmentRecord.DELETED);
    } else {
      edit.put(folder + "/" + SegmentRecord.DELETED, LayerRecord.serialize(deleted));
    }
    copy(edit, first, folder + "/" + SegmentRecord.KEYS);
  }

  private TreeSnapshot tree(SegmentCells side) {
    return (side == ours ? context.ours() : context.theirs()).state().tree();
  }

  /** Takes a leaf over from a side; one of ours is there already. */
  private void copy(TreeEdit edit, SegmentCells side, String path) {
    if (side != ours) {
      tree(side).objectId(path).ifPresent(id -> edit.putObject(path, id));
    }
  }

  private void addLayers(
      TreeEdit edit,
      String folder,
      SegmentCells side,
      int from,
      List<String> layers,
      Set<String> taken) {
    List<LayerReader> readers = side.segment().layers();
    for (LayerReader reader : readers.subList(from, readers.size())) {
      String name = reader.name();
      boolean renamed =
          side == theirs
              && reader.record().columns().stream()
                  .anyMatch(column -> context.theirIds().containsKey(column.column()));
      if (renamed) {
        name = putRenamed(edit, folder, reader);
      } else if (taken.add(name)) {
        for (String suffix : List.of(".json", ".stats.json", ".arrow")) {
          copy(edit, side, folder + "/" + name + suffix);
        }
      }
      layers.add(name);
    }
  }

  /** Writes a layer of theirs under the ids that its columns have in the result. */
  private String putRenamed(TreeEdit edit, String folder, LayerReader reader) {
    Map<String, String> renamed = context.theirIds();
    LayerRecord record =
        reader
            .record()
            .named(
                reader.record().columns().stream()
                    .map(column -> renamed.getOrDefault(column.column(), column.column()))
                    .toList(),
                reader.record().blobs());
    TreeSnapshot tree = tree(theirs);
    String path = folder + "/" + reader.name();
    byte[] pages = tree.find(path + ".arrow").orElse(null);
    byte[] stats = tree.find(path + ".stats.json").orElse(null);
    ObjectNode node = stats == null ? null : Json.parse(stats, path + ".stats.json");
    if (node != null) {
      ObjectNode named = Json.object();
      node.properties()
          .forEach(
              entry ->
                  named.set(
                      renamed.getOrDefault(entry.getKey(), entry.getKey()), entry.getValue()));
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
    for (String name : ours.segment().record().layers()) {
      if (!layers.contains(name)) {
        for (String suffix : List.of(".json", ".stats.json", ".arrow")) {
          edit.remove(folder + "/" + name + suffix);
        }
      }
    }
  }

  /** The bytes that live samples show, about: what both sides have beyond the base adds up. */
  private Map<String, Long> blobs(SegmentCells first) {
    Map<String, Long> blobs = new TreeMap<>(first.segment().record().blobs());
    SegmentCells second = first == ours ? theirs : ours;
    if (second == null || mode == SegmentMerge.Mode.OURS || mode == SegmentMerge.Mode.THEIRS) {
      return blobs;
    }
    Map<String, Long> before = merge.base.segment().record().blobs();
    second
        .segment()
        .record()
        .blobs()
        .forEach(
            (chunk, bytes) -> {
              long added = bytes - before.getOrDefault(chunk, 0L);
              blobs.merge(chunk, Math.max(0, added), Long::sum);
            });
    return blobs;
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

  private SegmentRecord.Digest digest(MergedColumn column) {
    boolean oursHas = ours != null && column.ours() != null;
    boolean theirsHas = theirs != null && column.theirs() != null;
    boolean prefersOurs = mode == SegmentMerge.Mode.OURS || mode == SegmentMerge.Mode.THEIRS_ON_TOP;
    if (!oursHas && !theirsHas) {
      return counted(column);
    }
    boolean fromOurs = prefersOurs ? oursHas : !theirsHas;
    SegmentCells side = fromOurs ? ours : theirs;
    int rows = side.segment().record().rows();
    if (deleted.getCardinality() == rows) {
      return SegmentRecord.Digest.EMPTY;
    }
    String id = fromOurs ? column.ours().id() : column.theirs().id();
    SegmentRecord.Digest digest =
        side.segment().record().columns().getOrDefault(id, SegmentRecord.Digest.EMPTY);
    RoaringBitmap dead = side.segment().deleted();
    RoaringBitmap other = others(column, fromOurs == prefersOurs, fromOurs, rows);
    overrides.forEach(
        (slot, cells) -> {
          if (cells.containsKey(column)) {
            other.add((int) slot);
          }
        });
    other.or(oldCells(column));
    other.or(RoaringBitmap.xor(dead, deleted));
    SegmentRecord.Digest[] sum = {digest};
    other.forEach(
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

  /** Returns the slots whose cell is not the one that the digest of the chosen side counts. */
  private RoaringBitmap others(
      MergedColumn column, boolean asPreferred, boolean fromOurs, int rows) {
    RoaringBitmap slots = new RoaringBitmap();
    if (asPreferred) {
      switch (mode) {
        case THEIRS_ON_TOP ->
            slots.or(topTheirs.getOrDefault(SegmentMerge.theirId(column), new RoaringBitmap()));
        case OURS_ON_TOP -> slots.or(topOurs.getOrDefault(column.id(), new RoaringBitmap()));
        default -> {}
      }
      return slots;
    }
    boolean follows =
        switch (mode) {
          case THEIRS_ON_TOP -> merge.oursFollowsBase();
          case OURS_ON_TOP -> merge.theirsFollowsBase();
          default -> false;
        };
    if (!follows) {
      slots.add(0L, rows);
    } else if (fromOurs) {
      // A column that theirs dropped may have old cells in the layers of theirs.
      slots.or(written(theirs, merge.base.layers(), SegmentMerge.theirId(column)));
    } else {
      slots.or(written(ours, merge.base.layers(), column.id()));
    }
    return slots;
  }

  /** A cell: the type with which it is written, and its value. */
  private record Cell(Type type, Object value) {}

  private static Cell recorded(SegmentCells side, String id, int slot) {
    CellReader holder = side.holder(id, slot);
    return holder == null ? null : new Cell(holder.column().type(), side.read(holder, slot));
  }

  private Cell result(MergedColumn column, int slot) {
    Map<MergedColumn, Desired> cells = overrides.get(slot);
    if (cells != null && cells.containsKey(column)) {
      return new Cell(column.typed().type(), cells.get(column).value());
    }
    CellReader top = top(column, slot);
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

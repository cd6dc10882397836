package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Column;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.LayerReader;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.roaringbitmap.RoaringBitmap;

/** A segment as one of the three versions has it, and for a side the cells that it changed. */
final class SegmentSide {
  private final MergeContext.Side version;
  private final SegmentKey key;
  private final SegmentCells cells;
  private final RoaringBitmap live;
  private final Map<String, RoaringBitmap> changed = new HashMap<>();

  SegmentSide(MergeContext.Side version, SegmentKey key) {
    this.version = version;
    this.key = key;
    this.cells = version.cells(key);
    this.live = version.live(key);
  }

  /** Tells whether the version has the segment. */
  boolean isThere() {
    return cells != null;
  }

  /** Returns the cells, or null if the version does not have the segment. */
  SegmentCells cells() {
    return cells;
  }

  /** Returns the slots that the version shows; not to be changed. */
  RoaringBitmap live() {
    return live;
  }

  /** Returns the slots that the version notes as deleted; not to be changed. */
  RoaringBitmap deleted() {
    return cells.segment().deleted();
  }

  SegmentRecord record() {
    return cells.segment().record();
  }

  List<LayerReader> layers() {
    return cells.segment().layers();
  }

  Optional<String> folder() {
    return version.folder(key);
  }

  MergeContext.Side version() {
    return version;
  }

  String keyOf(int slot) {
    return version.key(key, slot);
  }

  /** Returns a column of the merge as this version has it, or null. */
  Column column(MergedColumn merged) {
    return version.column(merged);
  }

  boolean has(MergedColumn merged) {
    return version.column(merged) != null;
  }

  /** Tells whether this version shows a cell: it has both the sample and the column. */
  boolean shows(MergedColumn merged, int slot) {
    return cells != null && live.contains(slot) && has(merged);
  }

  /** Returns what the version shows in a slot, as a value of the merged column's type. */
  Object value(MergedColumn merged, int slot) {
    return merged.value(column(merged), cells, slot);
  }

  /** Returns the digest of what a derived cell was computed from, or null. */
  Object inputs(MergedColumn merged, int slot) {
    if (cells == null || !has(merged)) {
      return null;
    }
    CellReader holder = cells.inputsHolder(column(merged).id(), slot);
    return holder == null ? null : cells.read(holder, slot);
  }

  /**
   * Returns the slots of which the layers hold a cell of a column of the result, whether the
   * version shows that column or not.
   *
   * @param first the first layer that counts
   */
  RoaringBitmap written(MergedColumn merged, int first) {
    return cells.written(first).getOrDefault(version.layerId(merged), new RoaringBitmap());
  }

  /** Returns the newest cell that the layers hold for a column of the result, or null. */
  CellReader holder(MergedColumn merged, int slot) {
    return cells.holder(version.layerId(merged), slot);
  }

  /** Tells whether layers have a column under another id than the result. */
  boolean hasRenamed() {
    return cells.segment().layers().stream().anyMatch(this::isRenamed);
  }

  boolean isRenamed(LayerReader layer) {
    return layer.record().columns().stream()
        .anyMatch(column -> version.renamed().containsKey(column.column()));
  }

  /** Returns the id that a column of a layer has in the result. */
  String renamed(String id) {
    return version.renamed().getOrDefault(id, id);
  }

  /** Returns what tells the layers from one on apart from others, in the result. */
  String names(int first) {
    StringBuilder names = new StringBuilder();
    for (LayerReader layer : layers().subList(first, layers().size())) {
      names.append(layer.name());
      layer
          .record()
          .columns()
          .forEach(column -> names.append(' ').append(renamed(column.column())));
      names.append('/');
    }
    return names.toString();
  }

  /** Returns how many of the oldest layers are the same in the result, whichever side has them. */
  int sharedLayers(SegmentSide other) {
    int shared = SegmentCells.sharedLayers(cells, other.cells);
    for (int i = 0; i < shared; i++) {
      for (var column : layers().get(i).record().columns()) {
        if (!renamed(column.column()).equals(other.renamed(column.column()))) {
          return i;
        }
      }
    }
    return shared;
  }

  /** Notes the slots of which this side changed the cell of a column. */
  void change(MergedColumn column, RoaringBitmap slots) {
    if (!slots.isEmpty()) {
      changed.computeIfAbsent(column.id(), id -> new RoaringBitmap()).or(slots);
    }
  }

  /** Returns the slots of which this side changed the cell of a column; not to be changed. */
  RoaringBitmap changed(MergedColumn column) {
    return changed.getOrDefault(column.id(), new RoaringBitmap());
  }

  /** Returns how many cells this side changed. */
  long changes() {
    return changed.values().stream().mapToLong(RoaringBitmap::getLongCardinality).sum();
  }

  /**
   * Tells whether a side takes another column of the same layers for one of the result than the
   * base does: a column that was dropped and came back, or was united with another.
   */
  private boolean seesOther(List<MergedColumn> columns) {
    if (cells == null) {
      return false;
    }
    Set<String> written = new TreeSet<>();
    layers().forEach(layer -> layer.record().columns().forEach(c -> written.add(c.column())));
    for (MergedColumn column : columns) {
      Column here = column(column);
      Column before = column.base();
      boolean same = before != null && here != null && before.id().equals(here.id());
      if (here == null || same) {
        continue;
      }
      if (written.contains(here.id()) || (before != null && written.contains(before.id()))) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether the segment is as in the base, by its folder and columns alone. */
  boolean isAsIn(SegmentSide base, List<MergedColumn> columns) {
    return base.folder().equals(folder()) && !seesOther(columns);
  }

  /** Tells whether the layers have cells of a column of the result that this version dropped. */
  boolean hasOldCells(List<MergedColumn> columns) {
    return columns.stream().anyMatch(column -> !has(column) && !written(column, 0).isEmpty());
  }

  /**
   * Tells whether this version does not know a column of the result of which the other side has
   * cells here, or of which it has old ones itself.
   */
  boolean lacks(List<MergedColumn> columns, SegmentSide other) {
    for (MergedColumn column : columns) {
      if (!has(column) && other.has(column)) {
        SegmentRecord.Digest digest = other.record().columns().get(other.column(column).id());
        if ((digest != null && digest.count() > 0) || !written(column, 0).isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }
}

package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Column;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/** The three versions of a merge, and what all of its parts need to know. */
final class MergeContext {
  private static final String KEY = "_key";

  private final MergeBase start;
  private final Side base;
  private final Side ours;
  private final Side theirs;
  private final Decisions decisions;
  private final CellCounts counts = new CellCounts();
  private List<MergedColumn> columns = List.of();
  private Map<String, String> theirIds = Map.of();

  MergeContext(MergeBase start, VersionState ours, VersionState theirs, Decisions decisions) {
    this.start = start;
    this.base = new Side(start.state());
    this.ours = new Side(ours);
    this.theirs = new Side(theirs);
    this.decisions = decisions;
  }

  /** One of the three versions. */
  static final class Side {
    private final VersionState state;
    private final Map<SegmentKey, RoaringBitmap> live = new HashMap<>();

    Side(VersionState state) {
      this.state = state;
    }

    VersionState state() {
      return state;
    }

    /** Returns the cells of a segment, or null if this version does not have it. */
    SegmentCells cells(SegmentKey key) {
      return state.hasSegment(key) ? new SegmentCells(state.reader(key)) : null;
    }

    /** Returns the slots that this version shows; not to be changed. */
    RoaringBitmap live(SegmentKey key) {
      return live.computeIfAbsent(
          key,
          one -> {
            if (!state.hasSegment(one)) {
              return new RoaringBitmap();
            }
            RoaringBitmap slots = state.order().listed(one);
            slots.andNot(state.reader(one).deleted());
            return slots;
          });
    }

    /** Returns what the outside calls a sample, or the empty string. */
    String key(SegmentKey segment, int slot) {
      if (!state.schema().contains(KEY)) {
        return "";
      }
      Column column = state.schema().column(KEY);
      Object key = new SegmentCells(state.reader(segment)).value(column, slot, null);
      return key == null ? "" : (String) key;
    }

    Optional<String> folder(SegmentKey key) {
      return state.tree().objectId(dev.sheaf.format.internal.layer.SegmentRecord.path(key));
    }
  }

  /** Returns the base with what is disputed in it. */
  MergeBase start() {
    return start;
  }

  Side base() {
    return base;
  }

  Side ours() {
    return ours;
  }

  Side theirs() {
    return theirs;
  }

  Decisions decisions() {
    return decisions;
  }

  CellCounts counts() {
    return counts;
  }

  void schema(SchemaMerge merged) {
    columns = List.copyOf(merged.columns());
    theirIds = Map.copyOf(merged.layerIds());
  }

  /** Returns all columns, dropped ones included. */
  List<MergedColumn> columns() {
    return columns;
  }

  /** Returns the columns of the result. */
  List<MergedColumn> kept() {
    return columns.stream().filter(column -> column.result() != null).toList();
  }

  /** Returns per id in the layers of theirs another id that it has in those of the result. */
  Map<String, String> theirIds() {
    return theirIds;
  }

  static SampleId sample(SegmentKey key, int slot) {
    return new SampleId(key.run(), key.first() + slot);
  }
}

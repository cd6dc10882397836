package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Column;
import dev.sheaf.format.Merge;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.roaringbitmap.RoaringBitmap;

/** The three versions of a merge, and what all of its parts need to know. */
final class MergeContext {
  private static final String KEY = "_key";

  private final MergeBase start;
  private final Side base;
  private final Side ours;
  private final Side theirs;
  private final Arrivals arrivals;
  private final Decisions decisions;
  private final boolean pick;
  private final CellCounts counts = new CellCounts();
  private List<MergedColumn> columns = List.of();

  /**
   * Creates what the parts of a merge share.
   *
   * @param arrivals tells what samples were that both sides have and the base does not
   * @param pick whether the base is no common ancestor, as of a revert or cherry-pick
   */
  MergeContext(
      MergeBase start,
      VersionState ours,
      VersionState theirs,
      Arrivals arrivals,
      Decisions decisions,
      boolean pick) {
    this.start = start;
    this.base = new Side(start.state(), MergedColumn::base);
    this.ours = new Side(ours, MergedColumn::ours);
    this.theirs = new Side(theirs, MergedColumn::theirs);
    this.arrivals = arrivals;
    this.decisions = decisions;
    this.pick = pick;
  }

  /** One of the three versions. */
  static final class Side {
    private final VersionState state;
    private final Function<MergedColumn, Column> column;
    private final Map<SegmentKey, RoaringBitmap> live = new HashMap<>();
    private Map<String, String> renamed = Map.of();
    private Map<String, String> former = Map.of();

    Side(VersionState state, Function<MergedColumn, Column> column) {
      this.state = state;
      this.column = column;
    }

    /** Returns a column of the merge as this version has it, or null. */
    Column column(MergedColumn merged) {
      return column.apply(merged);
    }

    /** Returns per id in the layers of this version another id that it has in the result. */
    Map<String, String> renamed() {
      return renamed;
    }

    /** Returns the id under which the layers of this version have a column of the result. */
    String layerId(MergedColumn merged) {
      return former.getOrDefault(merged.id(), merged.id());
    }

    private void rename(Map<String, String> ids) {
      renamed = Map.copyOf(ids);
      former = new HashMap<>();
      ids.forEach((from, to) -> former.put(to, from));
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
      return state.tree().objectId(SegmentRecord.path(key));
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

  Arrivals arrivals() {
    return arrivals;
  }

  /** Tells whether the base is no common ancestor of both sides. */
  boolean isPick() {
    return pick;
  }

  void schema(SchemaMerge merged) {
    columns = List.copyOf(merged.columns());
    ours.rename(merged.layerIds(Merge.Side.OURS));
    theirs.rename(merged.layerIds(Merge.Side.THEIRS));
  }

  /** Returns all columns, dropped ones included. */
  List<MergedColumn> columns() {
    return columns;
  }

  /** Returns the columns of the result. */
  List<MergedColumn> kept() {
    return columns.stream().filter(column -> column.result() != null).toList();
  }

  static SampleId sample(SegmentKey key, int slot) {
    return new SampleId(key.run(), key.first() + slot);
  }
}

package dev.sheaf.format.internal.diff;

import dev.sheaf.format.Column;
import dev.sheaf.format.internal.engine.Defaults;
import dev.sheaf.format.internal.engine.SegmentReader;
import dev.sheaf.format.internal.layer.CellReader;
import java.util.Map;
import java.util.TreeMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which cells of a segment two versions show differently. Layers that both have are skipped, and so
 * is a column whose hashes agree; what is left is compared cell by cell.
 */
public final class SegmentDiff {
  private final SegmentCells before;
  private final SegmentCells after;

  /** Creates the comparison of a segment that both versions have. */
  public SegmentDiff(SegmentCells before, SegmentCells after) {
    this.before = before;
    this.after = after;
  }

  /**
   * A column of both versions with the values that a missing cell shows.
   *
   * @param before the earlier version's
   * @param after the later version's
   */
  public record ColumnPair(
      Column before, Column after, Object fallbackBefore, Object fallbackAfter) {
    /** Returns the pair of two columns. */
    public static ColumnPair of(Column before, Column after) {
      return new ColumnPair(before, after, Defaults.value(before), Defaults.value(after));
    }

    /** Returns the column whose type holds the values of both. */
    private Column wider() {
      return Defaults.isWider(after.type(), before.type()) ? before : after;
    }
  }

  /**
   * Returns the slots per column, by the later column's id, in which a cell differs; columns
   * without one are left out.
   *
   * @param slots the slots of interest
   * @param columns the columns of both
   */
  public Map<String, RoaringBitmap> changed(RoaringBitmap slots, Iterable<ColumnPair> columns) {
    Map<String, RoaringBitmap> changed = new TreeMap<>();
    SegmentReader from = before.segment();
    SegmentReader to = after.segment();
    int shared = SegmentCells.sharedLayers(before, after);
    Map<String, RoaringBitmap> writtenBefore = before.written(shared);
    Map<String, RoaringBitmap> writtenAfter = after.written(shared);
    boolean sameDeleted =
        before.isWhole() && after.isWhole() && from.deleted().equals(to.deleted());
    for (ColumnPair pair : columns) {
      if (sameDeleted && isSameByHash(pair)) {
        continue;
      }
      // Layers that both have show the same, unless the column goes by another id now.
      boolean sameId = pair.before().id().equals(pair.after().id());
      RoaringBitmap candidates =
          RoaringBitmap.or(
              slots(sameId ? writtenBefore : before.written(0), pair.before()),
              slots(sameId ? writtenAfter : after.written(0), pair.after()));
      candidates.and(slots);
      RoaringBitmap differing = new RoaringBitmap();
      candidates.forEach(
          (org.roaringbitmap.IntConsumer)
              slot -> {
                if (differs(pair, slot)) {
                  differing.add(slot);
                }
              });
      if (!differing.isEmpty()) {
        changed.put(pair.after().id(), differing);
      }
    }
    return changed;
  }

  private static RoaringBitmap slots(Map<String, RoaringBitmap> written, Column column) {
    return written.getOrDefault(column.id(), new RoaringBitmap());
  }

  /** Missing cells count for no hash, but show the default. */
  private boolean isSameByHash(ColumnPair pair) {
    var first = before.segment().record().columns().get(pair.before().id());
    var second = after.segment().record().columns().get(pair.after().id());
    return first != null
        && first.equals(second)
        && pair.fallbackBefore() == null
        && pair.fallbackAfter() == null
        && pair.before().type().equals(pair.after().type());
  }

  private boolean differs(ColumnPair pair, int slot) {
    CellReader first = before.holder(pair.before().id(), slot);
    CellReader second = after.holder(pair.after().id(), slot);
    boolean sameId = pair.before().id().equals(pair.after().id());
    if (sameId
        && first != null
        && second != null
        && first.layer().name().equals(second.layer().name())) {
      return false;
    }
    Object then = before.value(pair.before(), slot, pair.fallbackBefore());
    Object now = after.value(pair.after(), slot, pair.fallbackAfter());
    Column wider = pair.wider();
    return !SegmentCells.same(
        wider,
        Defaults.widen(then, pair.before().type(), wider.type()),
        Defaults.widen(now, pair.after().type(), wider.type()));
  }

  /** Returns the earlier value, of the later column's type where that is wider. */
  public Object valueBefore(ColumnPair pair, int slot) {
    Object value = before.value(pair.before(), slot, pair.fallbackBefore());
    return Defaults.isWider(pair.before().type(), pair.after().type())
        ? Defaults.widen(value, pair.before().type(), pair.after().type())
        : value;
  }

  /** Returns the later value. */
  public Object valueAfter(ColumnPair pair, int slot) {
    return after.value(pair.after(), slot, pair.fallbackAfter());
  }
}

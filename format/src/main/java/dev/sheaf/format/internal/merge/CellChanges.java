package dev.sheaf.format.internal.merge;

import dev.sheaf.format.internal.diff.SegmentDiff;
import dev.sheaf.format.internal.engine.Defaults;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Finds which cells of a segment each side changed. By their contents alone: a cell of a sample of
 * the base is compared with what the base shows, one of a sample that both sides have and the base
 * does not with what it was when it came to both, see {@link Arrivals}.
 */
final class CellChanges {
  private final MergeContext context;
  private final SegmentKey key;
  private final SegmentSide base;
  private final SegmentSide ours;
  private final SegmentSide theirs;
  private final RoaringBitmap addedByBoth;

  CellChanges(
      MergeContext context,
      SegmentKey key,
      SegmentSide base,
      SegmentSide ours,
      SegmentSide theirs) {
    this.context = context;
    this.key = key;
    this.base = base;
    this.ours = ours;
    this.theirs = theirs;
    this.addedByBoth = RoaringBitmap.and(ours.live(), theirs.live());
    addedByBoth.andNot(base.live());
  }

  /** Notes with both sides what they changed, and counts the cells of new columns. */
  void find() {
    find(ours, theirs, CellCounts.From.OURS);
    find(theirs, ours, CellCounts.From.THEIRS);
    if (!addedByBoth.isEmpty()) {
      context.kept().forEach(this::compareAddedByBoth);
    }
    context.start().disputedCells(key).forEach(this::compareDisputed);
  }

  private void find(SegmentSide side, SegmentSide other, CellCounts.From from) {
    if (!side.isThere() || side.isAsIn(base, context.kept())) {
      return;
    }
    for (MergedColumn column : context.kept()) {
      if (!side.has(column)) {
        continue;
      }
      if (column.base() == null && !other.has(column)) {
        // A new column that only one side has meets no other change of its cells.
        long filled =
            Optional.ofNullable(side.record().columns().get(side.column(column).id()))
                .map(SegmentRecord.Digest::count)
                .orElse(0L);
        context.counts().add(column, from, base.isThere() ? filled : 0);
      } else if (base.isThere()) {
        RoaringBitmap compared = RoaringBitmap.and(side.live(), base.live());
        side.change(
            column,
            column.base() == null ? filled(column, side, compared) : differing(column, side));
      }
    }
  }

  private RoaringBitmap differing(MergedColumn column, SegmentSide side) {
    RoaringBitmap compared = RoaringBitmap.and(side.live(), base.live());
    return new SegmentDiff(base.cells(), side.cells())
        .changed(compared, List.of(SegmentDiff.ColumnPair.of(column.base(), side.column(column))))
        .getOrDefault(side.column(column).id(), new RoaringBitmap());
  }

  /** Returns the slots with a cell that does not show the default. */
  static RoaringBitmap filled(MergedColumn column, SegmentSide side, RoaringBitmap slots) {
    RoaringBitmap filled = new RoaringBitmap();
    RoaringBitmap written =
        side.cells().written(0).getOrDefault(side.column(column).id(), new RoaringBitmap());
    Object missing = Defaults.value(side.column(column));
    RoaringBitmap.and(written, slots)
        .forEach(
            (IntConsumer)
                slot -> {
                  if (!column.same(side.value(column, slot), missing)) {
                    filled.add(slot);
                  }
                });
    return filled;
  }

  /** A cell that differs was changed by each side that does not show what both started from. */
  private void compareAddedByBoth(MergedColumn column) {
    if (!ours.has(column) || !theirs.has(column)) {
      return;
    }
    RoaringBitmap byUs = new RoaringBitmap();
    RoaringBitmap byThem = new RoaringBitmap();
    Map<String, RoaringBitmap> differing =
        new SegmentDiff(ours.cells(), theirs.cells())
            .changed(
                addedByBoth,
                List.of(SegmentDiff.ColumnPair.of(ours.column(column), theirs.column(column))));
    differing
        .getOrDefault(theirs.column(column).id(), new RoaringBitmap())
        .forEach(
            (IntConsumer)
                slot -> {
                  Optional<Arrivals.Start> start = start(column, slot);
                  if (start.isEmpty()
                      || !column.same(ours.value(column, slot), start.get().value())) {
                    byUs.add(slot);
                  }
                  if (start.isEmpty()
                      || !column.same(theirs.value(column, slot), start.get().value())) {
                    byThem.add(slot);
                  }
                });
    ours.change(column, byUs);
    theirs.change(column, byThem);
  }

  /** A cell that the bases were in conflict about is changed by each side that shows it. */
  private void compareDisputed(MergeBase.Cell cell) {
    int slot = (int) (cell.sample().ordinal() - key.first());
    for (MergedColumn column : context.kept()) {
      if (column.base() == null || !column.base().id().equals(cell.column())) {
        continue;
      }
      boolean inOurs = ours.shows(column, slot);
      boolean inTheirs = theirs.shows(column, slot);
      boolean same =
          inOurs && inTheirs && column.same(ours.value(column, slot), theirs.value(column, slot));
      if (inOurs && !same) {
        ours.change(column, RoaringBitmap.bitmapOf(slot));
      }
      if (inTheirs && !same) {
        theirs.change(column, RoaringBitmap.bitmapOf(slot));
      }
    }
  }

  /** Returns what both sides started from in a cell, or empty if that is not known. */
  Optional<Arrivals.Start> start(MergedColumn column, int slot) {
    if (!base.live().contains(slot)) {
      return context.arrivals().start(key, addedByBoth, column, slot);
    }
    Object value =
        column.base() == null ? Defaults.value(column.result().column()) : base.value(column, slot);
    return Optional.of(new Arrivals.Start(value));
  }
}

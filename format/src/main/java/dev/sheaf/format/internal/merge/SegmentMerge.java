package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Merge;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.engine.Defaults;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Merges one segment: first which samples it shows, then the cells. What it shows follows from what
 * the three versions show, never from how that lies in layers. Where one side left the segment as
 * it was, the other's is taken whole.
 */
final class SegmentMerge {
  private final MergeContext context;
  private final SegmentKey key;
  private final SegmentSide base;
  private final SegmentSide ours;
  private final SegmentSide theirs;
  private final CellChanges changes;
  private final RoaringBitmap live;
  private final RoaringBitmap killed = new RoaringBitmap();
  private final Map<Integer, Map<MergedColumn, Desired>> forced = new TreeMap<>();
  private final Set<Integer> claimed = new HashSet<>();
  private final Map<Integer, Map<MergedColumn, Desired>> decided = new TreeMap<>();
  private RoaringBitmap deleted;
  private LayerStack stack;
  private boolean built;

  SegmentMerge(MergeContext context, SegmentKey key) {
    this.context = context;
    this.key = key;
    this.base = new SegmentSide(context.base(), key);
    this.ours = new SegmentSide(context.ours(), key);
    this.theirs = new SegmentSide(context.theirs(), key);
    this.changes = new CellChanges(context, key, base, ours, theirs);
    this.live = RoaringBitmap.and(ours.live(), theirs.live());
    RoaringBitmap one = RoaringBitmap.xor(ours.live(), theirs.live());
    one.andNot(base.live());
    live.or(one);
  }

  SegmentKey key() {
    return key;
  }

  SegmentSide base() {
    return base;
  }

  SegmentSide ours() {
    return ours;
  }

  SegmentSide theirs() {
    return theirs;
  }

  /** Returns the slots that the result shows. */
  RoaringBitmap live() {
    return live;
  }

  /** Returns the samples that a side has and the base does not. */
  RoaringBitmap added(SegmentSide side) {
    return RoaringBitmap.andNot(side.live(), base.live());
  }

  /** Returns the samples of the base that one side alone removed. */
  RoaringBitmap removed(SegmentSide side) {
    RoaringBitmap slots = RoaringBitmap.and(base.live(), other(side).live());
    slots.andNot(side.live());
    return slots;
  }

  RoaringBitmap removedByBoth() {
    RoaringBitmap slots = RoaringBitmap.andNot(base.live(), ours.live());
    slots.andNot(theirs.live());
    return slots;
  }

  private SegmentSide other(SegmentSide side) {
    return side == ours ? theirs : ours;
  }

  /** Compares both sides with what they started from. */
  void compare() {
    changes.find();
  }

  /** Returns the slots in which a side changed any cell that a person or source sets. */
  private RoaringBitmap edited(SegmentSide side) {
    RoaringBitmap edited = new RoaringBitmap();
    for (MergedColumn column : context.kept()) {
      if (!column.isDerived() && !column.isSystem()) {
        edited.or(side.changed(column));
      }
    }
    return edited;
  }

  /** Returns the slots that one side removed and the other changed. */
  RoaringBitmap removedAndEdited(SegmentSide remover) {
    RoaringBitmap removed = removed(remover);
    if (removed.isEmpty()) {
      return removed;
    }
    SegmentSide keeper = other(remover);
    RoaringBitmap edited = edited(keeper);
    for (MergedColumn column : context.kept()) {
      boolean fresh = column.base() == null && keeper.has(column) && !remover.has(column);
      if (fresh && !column.isDerived() && !column.isSystem()) {
        edited.or(CellChanges.filled(column, keeper, removed));
      }
    }
    removed.forEach(
        (IntConsumer)
            slot -> {
              if (context.start().isDisputed("sample:" + MergeContext.sample(key, slot))) {
                edited.add(slot);
              }
            });
    edited.and(removed);
    return edited;
  }

  /** Settles the samples that one side removed and the other changed. */
  void settleRemovals() {
    settleRemovals(theirs);
    settleRemovals(ours);
  }

  private void settleRemovals(SegmentSide remover) {
    boolean byThem = remover == theirs;
    removedAndEdited(remover)
        .forEach(
            (IntConsumer)
                slot -> {
                  if (claimed.contains(slot)) {
                    return;
                  }
                  SampleId sample = MergeContext.sample(key, slot);
                  Merge.Conflict conflict =
                      new Merge.Conflict(
                          "sample:" + sample,
                          byThem
                              ? Merge.ConflictKind.DELETED_BY_THEM
                              : Merge.ConflictKind.DELETED_BY_US,
                          sample,
                          other(remover).keyOf(slot),
                          "",
                          null,
                          byThem ? "changed" : "deleted",
                          byThem ? "deleted" : "changed",
                          byThem
                              ? "changed by ours, deleted by theirs"
                              : "deleted by ours, changed by theirs");
                  String choice =
                      context.decisions().settle(conflict).map(Merge.Resolution::choice).orElse("");
                  boolean keep = !choice.equals(byThem ? "theirs" : "ours");
                  if (keep) {
                    live.add(slot);
                  }
                });
  }

  /** Takes a sample out of the result: another one with the same key stands for it. */
  void kill(int slot) {
    claimed.add(slot);
    killed.add(slot);
    live.remove(slot);
  }

  /** Keeps a sample with these cells, whatever the sides did to it. */
  void keep(int slot, Map<MergedColumn, Desired> cells) {
    claimed.add(slot);
    live.add(slot);
    forced.computeIfAbsent(slot, s -> new LinkedHashMap<>()).putAll(cells);
  }

  /** Sets single cells of a sample that is otherwise merged as usual. */
  void force(int slot, MergedColumn column, Desired cell) {
    forced.computeIfAbsent(slot, s -> new LinkedHashMap<>()).put(column, cell);
  }

  /** Decides the cells that both sides changed, and counts where all changed cells come from. */
  void mergeCells(CellDecider decider) {
    for (MergedColumn column : context.kept()) {
      RoaringBitmap byUs = RoaringBitmap.and(ours.changed(column), live);
      RoaringBitmap byThem = RoaringBitmap.and(theirs.changed(column), live);
      claimed.forEach(
          slot -> {
            byUs.remove(slot);
            byThem.remove(slot);
          });
      RoaringBitmap both = RoaringBitmap.and(byUs, byThem);
      both.forEach((IntConsumer) slot -> decide(column, slot, decide(decider, column, slot)));
      byUs.andNot(both);
      byThem.andNot(both);
      count(decider, column, byUs, ours);
      count(decider, column, byThem, theirs);
    }
  }

  private void decide(MergedColumn column, int slot, Desired cell) {
    decided.computeIfAbsent(slot, s -> new LinkedHashMap<>()).put(column, cell);
  }

  private Desired decide(CellDecider decider, MergedColumn column, int slot) {
    Object from = changes.start(column, slot).map(Arrivals.Start::value).orElse(null);
    Object a = ours.value(column, slot);
    Object b = theirs.value(column, slot);
    CellDecider.Outcome outcome =
        decider.decide(column, MergeContext.sample(key, slot), () -> keyOf(slot), from, a, b);
    context.counts().add(column, outcome.from(), 1);
    Object inputs = null;
    if (column.isDerived() && outcome.value() != null) {
      boolean takesTheirs = column.same(outcome.value(), b) && !column.same(outcome.value(), a);
      inputs = (takesTheirs ? theirs : ours).inputs(column, slot);
    }
    return new Desired(outcome.value(), inputs);
  }

  private String keyOf(int slot) {
    return (ours.live().contains(slot) ? ours : theirs).keyOf(slot);
  }

  /** Cells that one side alone changed; under strictness a whole row or column may be decided. */
  private void count(
      CellDecider decider, MergedColumn column, RoaringBitmap slots, SegmentSide side) {
    boolean byUs = side == ours;
    RoaringBitmap dropped = new RoaringBitmap();
    if (decider.isStrict()) {
      slots.forEach(
          (IntConsumer)
              slot -> {
                if (decider.dropsChange(column, MergeContext.sample(key, slot), byUs)) {
                  dropped.add(slot);
                }
              });
    }
    dropped.forEach((IntConsumer) slot -> decide(column, slot, shown(column, other(side), slot)));
    context.counts().add(column, CellCounts.From.RESOLVED, dropped.getCardinality());
    context
        .counts()
        .add(
            column,
            byUs ? CellCounts.From.OURS : CellCounts.From.THEIRS,
            slots.getCardinality() - dropped.getCardinality());
  }

  private static Desired shown(MergedColumn column, SegmentSide side, int slot) {
    return new Desired(
        side.value(column, slot), column.isDerived() ? side.inputs(column, slot) : null);
  }

  /**
   * Returns the slots that the result notes as deleted: those that a side does, and those that
   * others stand for. What a side left out of its order without a word is left out in the same way.
   */
  RoaringBitmap deleted() {
    if (deleted == null) {
      deleted = new RoaringBitmap();
      for (SegmentSide side : new SegmentSide[] {ours, theirs}) {
        deleted.or(side.isThere() ? side.deleted() : base.live());
      }
      deleted.andNot(live);
      deleted.or(killed);
    }
    return deleted;
  }

  /** Tells whether the result has the segment. */
  boolean isThere() {
    plan();
    return stack != null;
  }

  /** Tells whether the result's segment must be written anew. */
  boolean isBuilt() {
    plan();
    return built;
  }

  /** Returns the layers of the result; where it is not built, all of one side. */
  LayerStack stack() {
    plan();
    return stack;
  }

  private void plan() {
    if (stack != null || (!ours.isThere() && !theirs.isThere())) {
      return;
    }
    List<MergedColumn> columns = context.kept();
    if (!ours.isThere() || !theirs.isThere()) {
      // What a pick does not show is not brought in.
      boolean absent = !ours.isThere() && context.isPick() && live.isEmpty();
      if (!absent) {
        take(ours.isThere() ? ours : theirs);
        built |= stack.bottom().hasOldCells(columns);
      }
    } else if (ours.folder().equals(theirs.folder())
        && columns.stream().allMatch(MergedColumn::hasOneId)) {
      take(ours);
      built |=
          !(shownBy(ours) && shownBy(theirs)) && columns.stream().anyMatch(this::isOfOneAndWritten);
    } else if (isUntouched(theirs, ours)) {
      take(ours);
      boolean either = isUntouched(ours, theirs);
      built |= !shownBy(ours) || (either && !shownBy(theirs));
    } else if (isUntouched(ours, theirs)) {
      take(theirs);
      built |= !shownBy(theirs);
    } else {
      stack = LayerStack.of(base, ours, theirs);
      built = true;
    }
  }

  /** Tells whether a side left the segment as it was and the other knows all columns of its. */
  private boolean isUntouched(SegmentSide side, SegmentSide other) {
    List<MergedColumn> columns = context.kept();
    return side.isAsIn(base, columns) && side.changes() == 0 && !other.lacks(columns, side);
  }

  /** Tells whether a side shows all samples that the result shows. */
  private boolean shownBy(SegmentSide side) {
    return side.live().contains(live);
  }

  /** Tells whether a sample of the other side may show cells that it never had of a column. */
  private boolean isOfOneAndWritten(MergedColumn column) {
    return ours.has(column) != theirs.has(column) && !ours.written(column, 0).isEmpty();
  }

  private void take(SegmentSide side) {
    boolean touched = !forced.isEmpty() || !decided.isEmpty() || !claimed.isEmpty();
    stack = LayerStack.of(side);
    built = touched || !deleted().equals(side.deleted()) || side.hasRenamed();
  }

  /** Returns what a cell must show: what was decided, or what the one side that changed it has. */
  Desired desired(MergedColumn column, int slot) {
    for (Map<Integer, Map<MergedColumn, Desired>> known : List.of(forced, decided)) {
      Map<MergedColumn, Desired> cells = known.getOrDefault(slot, Map.of());
      if (cells.containsKey(column)) {
        return cells.get(column);
      }
    }
    boolean inTheirs = theirs.shows(column, slot);
    if (ours.shows(column, slot)) {
      boolean takesTheirs = inTheirs && theirs.changed(column).contains(slot);
      return shown(column, takesTheirs ? theirs : ours, slot);
    }
    if (inTheirs) {
      return shown(column, theirs, slot);
    }
    if (base.shows(column, slot)) {
      return shown(column, base, slot);
    }
    // The sample comes from a side that never had the column.
    return new Desired(Defaults.value(column.result().column()), null);
  }

  Map<Integer, Map<MergedColumn, Desired>> forced() {
    return forced;
  }

  Map<Integer, Map<MergedColumn, Desired>> decided() {
    return decided;
  }

  MergeContext context() {
    return context;
  }
}

package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Column;
import dev.sheaf.format.Merge;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.diff.SegmentDiff;
import dev.sheaf.format.internal.engine.Defaults;
import dev.sheaf.format.internal.layer.CellReader;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * Merges one segment: first which samples it shows, then the cells. Where one side left the segment
 * as it was, the other's is taken whole.
 */
final class SegmentMerge {
  /** How the layers of the result are made up, oldest first. */
  enum Mode {
    /** Ours alone. */
    OURS,
    /** Theirs alone. */
    THEIRS,
    /** All of ours, then what theirs has beyond the base. */
    THEIRS_ON_TOP,
    /** All of theirs, then what ours has beyond the base. */
    OURS_ON_TOP
  }

  private final MergeContext context;
  private final SegmentKey key;
  final SegmentCells base;
  final SegmentCells ours;
  final SegmentCells theirs;
  private final SegmentCells shared;
  private final RoaringBitmap liveBase;
  private final RoaringBitmap liveOurs;
  private final RoaringBitmap liveTheirs;
  private final RoaringBitmap live;
  private final Map<String, RoaringBitmap> changedOurs = new HashMap<>();
  private final Map<String, RoaringBitmap> changedTheirs = new HashMap<>();
  private final Map<Integer, Map<MergedColumn, Desired>> forced = new TreeMap<>();
  private final Set<Integer> claimed = new HashSet<>();
  private final Map<Integer, Map<MergedColumn, Desired>> decided = new TreeMap<>();
  private Mode mode;
  private boolean built;

  SegmentMerge(MergeContext context, SegmentKey key) {
    this.context = context;
    this.key = key;
    SegmentCells before = context.base().cells(key);
    this.ours = context.ours().cells(key);
    this.theirs = context.theirs().cells(key);
    int layers = ours == null || theirs == null ? 0 : SegmentCells.sharedLayers(ours, theirs);
    this.shared = layers > 0 ? new SegmentCells(ours.segment(), layers) : null;
    this.base = before != null ? before : shared;
    this.liveBase = context.base().live(key);
    this.liveOurs = context.ours().live(key);
    this.liveTheirs = context.theirs().live(key);
    this.live = RoaringBitmap.and(liveOurs, liveTheirs);
    RoaringBitmap one = RoaringBitmap.xor(liveOurs, liveTheirs);
    one.andNot(liveBase);
    live.or(one);
  }

  SegmentKey key() {
    return key;
  }

  /** Returns the slots that the result shows. */
  RoaringBitmap live() {
    return live;
  }

  RoaringBitmap addedByUs() {
    return RoaringBitmap.andNot(liveOurs, liveBase);
  }

  RoaringBitmap addedByThem() {
    return RoaringBitmap.andNot(liveTheirs, liveBase);
  }

  RoaringBitmap removedByUs() {
    RoaringBitmap slots = RoaringBitmap.and(liveBase, liveTheirs);
    slots.andNot(liveOurs);
    return slots;
  }

  RoaringBitmap removedByThem() {
    RoaringBitmap slots = RoaringBitmap.and(liveBase, liveOurs);
    slots.andNot(liveTheirs);
    return slots;
  }

  RoaringBitmap removedByBoth() {
    RoaringBitmap slots = RoaringBitmap.andNot(liveBase, liveOurs);
    slots.andNot(liveTheirs);
    return slots;
  }

  /** Tells whether ours shows the segment as the base does, by its folder and columns alone. */
  private boolean unchangedByUs() {
    return context.base().folder(key).equals(context.ours().folder(key)) && !seesOther(true);
  }

  private boolean unchangedByThem() {
    return context.base().folder(key).equals(context.theirs().folder(key)) && !seesOther(false);
  }

  /**
   * Tells whether a side takes another column of the same layers for one of the result than the
   * base does: a column that was dropped and came back, or was united with another.
   */
  private boolean seesOther(boolean byUs) {
    SegmentCells cells = byUs ? ours : theirs;
    if (cells == null) {
      return false;
    }
    for (MergedColumn column : context.kept()) {
      Column side = byUs ? column.ours() : column.theirs();
      Column before = column.base();
      if (side == null || (before != null && before.id().equals(side.id()))) {
        continue;
      }
      Set<String> written = cells.written(0).keySet();
      if (written.contains(side.id()) || (before != null && written.contains(before.id()))) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether a column goes by one id in base, ours and theirs, as far as they have it. */
  static boolean hasOneId(MergedColumn column) {
    Set<String> ids = new HashSet<>();
    for (Column one : new Column[] {column.base(), column.ours(), column.theirs()}) {
      if (one != null) {
        ids.add(one.id());
      }
    }
    return ids.size() == 1;
  }

  /** Compares both sides with the base, cell by cell where their layers differ. */
  void compare() {
    for (MergedColumn column : context.kept()) {
      if (!unchangedByUs() && ours != null) {
        put(changedOurs, column, changed(column, column.ours(), ours, liveOurs, column.theirs()));
      }
      if (!unchangedByThem() && theirs != null) {
        put(
            changedTheirs,
            column,
            changed(column, column.theirs(), theirs, liveTheirs, column.ours()));
      }
    }
    if (ours != null && theirs != null) {
      compareAddedByBoth();
    }
    context.start().disputedCells(key).forEach(this::compareDisputed);
  }

  /** A cell that the bases were in conflict about is changed by each side that shows it. */
  private void compareDisputed(MergeBase.Cell cell) {
    int slot = (int) (cell.sample().ordinal() - key.first());
    for (MergedColumn column : context.kept()) {
      if (column.base() == null || !column.base().id().equals(cell.column())) {
        continue;
      }
      boolean inOurs = column.ours() != null && liveOurs.contains(slot);
      boolean inTheirs = column.theirs() != null && liveTheirs.contains(slot);
      boolean same =
          inOurs
              && inTheirs
              && column.same(
                  column.value(column.ours(), ours, slot),
                  column.value(column.theirs(), theirs, slot));
      if (inOurs && !same) {
        changedOurs.computeIfAbsent(column.id(), id -> new RoaringBitmap()).add(slot);
      }
      if (inTheirs && !same) {
        changedTheirs.computeIfAbsent(column.id(), id -> new RoaringBitmap()).add(slot);
      }
    }
  }

  private static void put(
      Map<String, RoaringBitmap> changed, MergedColumn column, RoaringBitmap slots) {
    if (!slots.isEmpty()) {
      changed.put(column.id(), slots);
    }
  }

  private RoaringBitmap changed(
      MergedColumn column, Column side, SegmentCells cells, RoaringBitmap slots, Column other) {
    Column before = column.base();
    if (base == null || side == null) {
      return new RoaringBitmap();
    }
    RoaringBitmap compared = RoaringBitmap.andNot(slots, addedByBoth());
    if (before != null) {
      Map<String, RoaringBitmap> found =
          new SegmentDiff(base, cells)
              .changed(compared, List.of(SegmentDiff.ColumnPair.of(before, side)));
      return found.getOrDefault(side.id(), new RoaringBitmap());
    }
    if (other == null) {
      // A new column that only one side has meets no other change of its cells.
      long filled =
          Optional.ofNullable(cells.segment().record().columns().get(side.id()))
              .map(SegmentRecord.Digest::count)
              .orElse(0L);
      context
          .counts()
          .add(
              column,
              cells == ours ? CellCounts.From.OURS : CellCounts.From.THEIRS,
              context.base().cells(key) == null ? 0 : filled);
      return new RoaringBitmap();
    }
    return filled(column, side, cells, compared);
  }

  /** Returns the slots with a cell that does not show the default. */
  private static RoaringBitmap filled(
      MergedColumn column, Column side, SegmentCells cells, RoaringBitmap slots) {
    RoaringBitmap filled = new RoaringBitmap();
    RoaringBitmap written = cells.written(0).getOrDefault(side.id(), new RoaringBitmap()).clone();
    written.and(slots);
    Object missing = Defaults.value(side);
    written.forEach(
        (IntConsumer)
            slot -> {
              Object value = column.value(side, cells, slot);
              if (!column.same(value, missing)) {
                filled.add(slot);
              }
            });
    return filled;
  }

  /** Returns the samples that both sides have and the base does not. */
  RoaringBitmap addedByBoth() {
    RoaringBitmap slots = RoaringBitmap.and(liveOurs, liveTheirs);
    slots.andNot(liveBase);
    return slots;
  }

  /** Compares what both sides added as one sample with what both began with. */
  private void compareAddedByBoth() {
    RoaringBitmap both = addedByBoth();
    if (both.isEmpty()) {
      return;
    }
    for (MergedColumn column : context.kept()) {
      if (column.ours() == null || column.theirs() == null) {
        continue;
      }
      RoaringBitmap byUs = new RoaringBitmap();
      RoaringBitmap byThem = new RoaringBitmap();
      new SegmentDiff(ours, theirs)
          .changed(both, List.of(SegmentDiff.ColumnPair.of(column.ours(), column.theirs())))
          .getOrDefault(column.theirs().id(), new RoaringBitmap())
          .forEach(
              (IntConsumer)
                  slot -> {
                    boolean known = knowsStart(column, slot);
                    Object start = start(column, slot);
                    if (!known || !column.same(column.value(column.ours(), ours, slot), start)) {
                      byUs.add(slot);
                    }
                    if (!known
                        || !column.same(column.value(column.theirs(), theirs, slot), start)) {
                      byThem.add(slot);
                    }
                  });
      byUs.or(changedByUs(column));
      byThem.or(changedByThem(column));
      put(changedOurs, column, byUs);
      put(changedTheirs, column, byThem);
    }
  }

  /**
   * Tells whether it is known what both sides began with in a cell. Of a sample that came to each
   * side by itself, as by a cherry-pick, the layers show it that both have in common. Where there
   * are none, a cell that differs counts as changed by both, even one without a value: it may have
   * been cleared.
   */
  private boolean knowsStart(MergedColumn column, int slot) {
    return liveBase.contains(slot)
        || (shared != null && column.ours().id().equals(column.theirs().id()));
  }

  private Object start(MergedColumn column, int slot) {
    if (liveBase.contains(slot)) {
      return column.value(column.base(), base, slot);
    }
    return knowsStart(column, slot) ? column.value(column.ours(), shared, slot) : null;
  }

  RoaringBitmap changedByUs(MergedColumn column) {
    return changedOurs.getOrDefault(column.id(), new RoaringBitmap());
  }

  RoaringBitmap changedByThem(MergedColumn column) {
    return changedTheirs.getOrDefault(column.id(), new RoaringBitmap());
  }

  /** Returns the slots in which a side changed any cell that a person or source sets. */
  private RoaringBitmap edited(boolean byUs) {
    RoaringBitmap edited = new RoaringBitmap();
    for (MergedColumn column : context.kept()) {
      if (!column.isDerived() && !column.isSystem()) {
        edited.or(byUs ? changedByUs(column) : changedByThem(column));
      }
    }
    return edited;
  }

  /** Returns the slots that one side removed and the other changed. */
  RoaringBitmap removedAndEdited(boolean removedByThem) {
    RoaringBitmap removed = removedByThem ? removedByThem() : removedByUs();
    if (removed.isEmpty()) {
      return removed;
    }
    SegmentCells keeper = removedByThem ? ours : theirs;
    RoaringBitmap edited = edited(removedByThem);
    for (MergedColumn column : context.kept()) {
      Column side = removedByThem ? column.ours() : column.theirs();
      Column other = removedByThem ? column.theirs() : column.ours();
      boolean fresh = column.base() == null && side != null && other == null;
      if (fresh && !column.isDerived() && !column.isSystem()) {
        edited.or(filled(column, side, keeper, removed));
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
    settleRemovals(true);
    settleRemovals(false);
  }

  private void settleRemovals(boolean byThem) {
    removedAndEdited(byThem)
        .forEach(
            (IntConsumer)
                slot -> {
                  if (claimed.contains(slot)) {
                    return;
                  }
                  SampleId sample = MergeContext.sample(key, slot);
                  String name = (byThem ? context.ours() : context.theirs()).key(key, slot);
                  Merge.Conflict conflict =
                      new Merge.Conflict(
                          "sample:" + sample,
                          byThem
                              ? Merge.ConflictKind.DELETED_BY_THEM
                              : Merge.ConflictKind.DELETED_BY_US,
                          sample,
                          name,
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
      RoaringBitmap byUs = RoaringBitmap.and(changedByUs(column), live);
      RoaringBitmap byThem = RoaringBitmap.and(changedByThem(column), live);
      claimed.forEach(
          slot -> {
            byUs.remove(slot);
            byThem.remove(slot);
          });
      RoaringBitmap both = RoaringBitmap.and(byUs, byThem);
      both.forEach(
          (IntConsumer)
              slot ->
                  decided
                      .computeIfAbsent(slot, s -> new LinkedHashMap<>())
                      .put(column, decide(decider, column, slot)));
      byUs.andNot(both);
      byThem.andNot(both);
      count(decider, column, byUs, true);
      count(decider, column, byThem, false);
    }
  }

  private Desired decide(CellDecider decider, MergedColumn column, int slot) {
    Object from = start(column, slot);
    Object a = column.value(column.ours(), ours, slot);
    Object b = column.value(column.theirs(), theirs, slot);
    CellDecider.Outcome outcome =
        decider.decide(column, MergeContext.sample(key, slot), () -> keyOf(slot), from, a, b);
    context.counts().add(column, outcome.from(), 1);
    Object inputs = null;
    if (column.isDerived() && outcome.value() != null) {
      boolean takesTheirs = column.same(outcome.value(), b) && !column.same(outcome.value(), a);
      inputs = takesTheirs ? inputs(column, theirs, slot) : inputs(column, ours, slot);
    }
    return new Desired(outcome.value(), inputs);
  }

  private String keyOf(int slot) {
    return (liveOurs.contains(slot) ? context.ours() : context.theirs()).key(key, slot);
  }

  /** Cells that one side alone changed; under strictness a whole row or column may be decided. */
  private void count(CellDecider decider, MergedColumn column, RoaringBitmap slots, boolean byUs) {
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
    dropped.forEach(
        (IntConsumer)
            slot -> {
              SegmentCells other = byUs ? theirs : ours;
              Column side = byUs ? column.theirs() : column.ours();
              decided
                  .computeIfAbsent(slot, s -> new LinkedHashMap<>())
                  .put(
                      column,
                      new Desired(
                          column.value(side, other, slot),
                          column.isDerived() ? inputs(column, other, slot) : null));
            });
    context.counts().add(column, CellCounts.From.RESOLVED, dropped.getCardinality());
    context
        .counts()
        .add(
            column,
            byUs ? CellCounts.From.OURS : CellCounts.From.THEIRS,
            slots.getCardinality() - dropped.getCardinality());
  }

  /** Returns the digest of what a derived cell was computed from, or null. */
  static Object inputs(MergedColumn column, SegmentCells cells, int slot) {
    if (cells == null) {
      return null;
    }
    CellReader holder = cells.inputsHolder(column.id(), slot);
    return holder == null ? null : cells.read(holder, slot);
  }

  /** Tells whether the result's segment must be written anew. */
  boolean isBuilt() {
    plan();
    return built;
  }

  /** Tells whether the result has the segment as theirs has it, where it is not built. */
  Mode mode() {
    plan();
    return mode;
  }

  private void plan() {
    if (mode != null) {
      return;
    }
    boolean touched = !forced.isEmpty() || !decided.isEmpty() || !claimed.isEmpty();
    boolean oursShows = live.equals(liveOurs);
    boolean theirsShows = live.equals(liveTheirs);
    if (ours == null && theirs == null) {
      mode = Mode.OURS;
    } else if (theirs == null) {
      mode = Mode.OURS;
      built = touched || !oursShows || hasOldCells(true);
    } else if (ours == null) {
      boolean absent = live.isEmpty();
      mode = absent ? Mode.OURS : Mode.THEIRS;
      built = !absent && (touched || !theirsShows || hasRenamed() || hasOldCells(false));
    } else if (context.ours().folder(key).equals(context.theirs().folder(key))
        && context.kept().stream().allMatch(SegmentMerge::hasOneId)) {
      mode = Mode.OURS;
      built = touched || !shownByRecord(liveOurs, ours);
    } else if (unchangedByThem() && changedTheirs.isEmpty() && !lacks(true)) {
      mode = Mode.OURS;
      built = touched || !shownByRecord(liveOurs, ours);
    } else if (unchangedByUs() && changedOurs.isEmpty() && !lacks(false)) {
      mode = Mode.THEIRS;
      built =
          touched || !shownByRecord(liveTheirs, theirs) || hasRenamed() || listsWhatTheirsLeftOut();
    } else {
      built = true;
      mode = layered();
    }
  }

  /** Tells whether a side shows what the result does, without a change of its deletions. */
  private boolean shownByRecord(RoaringBitmap side, SegmentCells cells) {
    RoaringBitmap gone = RoaringBitmap.andNot(side, live);
    RoaringBitmap back = RoaringBitmap.and(live, cells.segment().deleted());
    return gone.isEmpty() && back.isEmpty();
  }

  /**
   * Tells whether the order of ours lists a slot that the result does not show and that theirs left
   * out of its own order without a note of its deletion.
   */
  private boolean listsWhatTheirsLeftOut() {
    RoaringBitmap shown = context.ours().state().order().listed(key).clone();
    shown.andNot(live);
    shown.andNot(theirs.segment().deleted());
    return !shown.isEmpty();
  }

  private boolean hasRenamed() {
    Map<String, String> renamed = context.theirIds();
    return !renamed.isEmpty()
        && theirs.segment().layers().stream()
            .flatMap(layer -> layer.record().columns().stream())
            .anyMatch(column -> renamed.containsKey(column.column()));
  }

  /**
   * Tells whether the layers of a side have cells of a column that it dropped and the result has.
   */
  private boolean hasOldCells(boolean byUs) {
    SegmentCells cells = byUs ? ours : theirs;
    for (MergedColumn column : context.kept()) {
      boolean lacks = (byUs ? column.ours() : column.theirs()) == null;
      if (lacks && cells.written(0).containsKey(byUs ? column.id() : theirId(column))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Tells whether the side that would be taken whole does not know a column of the result of which
   * the other side has cells here, or of which it has old ones itself.
   */
  private boolean lacks(boolean takesOurs) {
    for (MergedColumn column : context.kept()) {
      Column taken = takesOurs ? column.ours() : column.theirs();
      Column left = takesOurs ? column.theirs() : column.ours();
      if (taken == null && left != null) {
        SegmentRecord record = (takesOurs ? theirs : ours).segment().record();
        SegmentRecord.Digest digest = record.columns().get(left.id());
        SegmentCells cells = takesOurs ? ours : theirs;
        String id = takesOurs ? column.id() : theirId(column);
        if ((digest != null && digest.count() > 0) || cells.written(0).containsKey(id)) {
          return true;
        }
      }
    }
    return false;
  }

  private Mode layered() {
    boolean oursFollows = oursFollowsBase();
    boolean theirsFollows = theirsFollowsBase();
    if (oursFollows && theirsFollows) {
      // Whichever side is ours, the same layers come out.
      String left = String.join("/", extra(ours));
      String right = String.join("/", extra(theirs));
      return left.compareTo(right) <= 0 ? Mode.THEIRS_ON_TOP : Mode.OURS_ON_TOP;
    }
    return theirsFollows ? Mode.THEIRS_ON_TOP : oursFollows ? Mode.OURS_ON_TOP : Mode.OURS;
  }

  boolean oursFollowsBase() {
    return base != null && SegmentCells.sharedLayers(base, ours) == base.layers();
  }

  boolean theirsFollowsBase() {
    return base != null && SegmentCells.sharedLayers(base, theirs) == base.layers();
  }

  private List<String> extra(SegmentCells side) {
    List<String> layers = side.segment().record().layers();
    return layers.subList(base.layers(), layers.size());
  }

  /** Returns the id under which the layers of theirs have a column. */
  static String theirId(MergedColumn column) {
    return column.theirs() != null
        ? column.theirs().id()
        : column.base() != null && column.ours() == null ? column.base().id() : column.id();
  }

  /** Returns what a cell must show: what was decided, or what the one side that changed it has. */
  Desired desired(MergedColumn column, int slot) {
    Map<MergedColumn, Desired> known = forced.getOrDefault(slot, decided.get(slot));
    if (known != null && known.containsKey(column)) {
      return known.get(column);
    }
    Map<MergedColumn, Desired> settled = decided.get(slot);
    if (settled != null && settled.containsKey(column)) {
      return settled.get(column);
    }
    boolean inOurs = ours != null && liveOurs.contains(slot) && column.ours() != null;
    boolean inTheirs = theirs != null && liveTheirs.contains(slot) && column.theirs() != null;
    if (!inOurs && !inTheirs) {
      inOurs = ours != null && column.ours() != null;
    }
    boolean takesTheirs = inTheirs && (!inOurs || changedByThem(column).contains(slot));
    SegmentCells side = takesTheirs || !inOurs ? theirs : ours;
    Column as = takesTheirs || !inOurs ? column.theirs() : column.ours();
    return new Desired(
        column.value(as, side, slot), column.isDerived() ? inputs(column, side, slot) : null);
  }

  Map<Integer, Map<MergedColumn, Desired>> forced() {
    return forced;
  }

  Map<Integer, Map<MergedColumn, Desired>> decided() {
    return decided;
  }

  RoaringBitmap liveOurs() {
    return liveOurs;
  }

  RoaringBitmap liveTheirs() {
    return liveTheirs;
  }

  MergeContext context() {
    return context;
  }
}

package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Column;
import dev.sheaf.format.Merge;
import dev.sheaf.format.internal.diff.ChangedSegments;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.diff.SegmentDiff;
import dev.sheaf.format.internal.engine.FormatLeaf;
import dev.sheaf.format.internal.engine.LocalDataset;
import dev.sheaf.format.internal.engine.Sinks;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.git.TreeEdit;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * One three-way merge: what it does, found without writing anything, and the edits of the tree of
 * ours that do it.
 */
final class ThreeWay {
  private final MergeContext context;
  private final Merge.Strictness strictness;
  private final Decisions decisions;
  private final TreeEdit documentEdit = new TreeEdit();
  private final Map<SegmentKey, SegmentMerge> segments = new TreeMap<>();
  private final SchemaMerge schema;
  private final OrderMerge order;
  private final List<String> documents;
  private final long united;
  private boolean chunks;

  ThreeWay(
      MergeBase start,
      VersionState ours,
      VersionState theirs,
      Arrivals arrivals,
      Decisions decisions,
      Merge.Strictness strictness,
      boolean foreign) {
    VersionState base = start.state();
    this.context = new MergeContext(start, ours, theirs, arrivals, decisions, foreign);
    this.strictness = strictness;
    this.decisions = decisions;
    refuseTable();
    this.schema =
        SchemaMerge.of(
            start, ours.columns(), theirs.columns(), decisions, foreign, this::changedCells);
    context.schema(schema);
    this.documents = new DocumentMerge(context, documentEdit).merge();
    this.order = new OrderMerge(context);
    Set<SegmentKey> keys = ChangedSegments.between(base.tree(), ours.tree());
    keys.addAll(ChangedSegments.between(base.tree(), theirs.tree()));
    keys.addAll(order.segments());
    if (context.kept().stream().anyMatch(column -> mayShowOther(column, foreign))) {
      keys.addAll(base.segmentKeys());
    }
    keys.forEach(key -> segments.put(key, new SegmentMerge(context, key)));
    segments.values().forEach(SegmentMerge::compare);
    CellDecider decider = new CellDecider(decisions, start);
    decideStrictly(decider);
    this.united = new KeyUnion(context, segments, decider).unite();
    segments.values().forEach(SegmentMerge::settleRemovals);
    segments.values().forEach(segment -> segment.mergeCells(decider));
  }

  /** Tells whether a column may show something else than in the base where no segment changed. */
  private static boolean mayShowOther(MergedColumn column, boolean foreign) {
    boolean isNew = column.base() == null;
    boolean isInBoth = column.ours() != null && column.theirs() != null;
    return isNew ? isInBoth || foreign : !column.hasOneId();
  }

  private void refuseTable() {
    String before = context.base().state().tree().treeId();
    if (strictness == Merge.Strictness.TABLE
        && !before.equals(context.ours().state().tree().treeId())
        && !before.equals(context.theirs().state().tree().treeId())) {
      decisions.settle(
          new Merge.Conflict(
              "table",
              Merge.ConflictKind.TABLE,
              null,
              "",
              "",
              null,
              null,
              null,
              "both sides changed the dataset"));
    }
  }

  /** Tells whether a side changed cells of a column that the other side dropped. */
  private boolean changedCells(Merge.Side side, Column before, Column after) {
    MergeContext.Side changed = side == Merge.Side.OURS ? context.ours() : context.theirs();
    for (SegmentKey key :
        ChangedSegments.between(context.base().state().tree(), changed.state().tree())) {
      SegmentCells then = context.base().cells(key);
      SegmentCells now = changed.cells(key);
      RoaringBitmap both = RoaringBitmap.and(context.base().live(key), changed.live(key));
      if (!both.isEmpty()
          && !new SegmentDiff(then, now)
              .changed(both, List.of(SegmentDiff.ColumnPair.of(before, after)))
              .isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private void decideStrictly(CellDecider decider) {
    if (strictness == Merge.Strictness.ROW) {
      for (SegmentMerge segment : segments.values()) {
        RoaringBitmap byUs = new RoaringBitmap();
        RoaringBitmap byThem = new RoaringBitmap();
        for (MergedColumn column : context.kept()) {
          byUs.or(segment.ours().changed(column));
          byThem.or(segment.theirs().changed(column));
        }
        byUs.and(byThem);
        byUs.forEach(
            (IntConsumer)
                slot ->
                    decider.strictRow(
                        MergeContext.sample(segment.key(), slot),
                        context.ours().key(segment.key(), slot)));
      }
    } else if (strictness == Merge.Strictness.COLUMN) {
      for (MergedColumn column : context.kept()) {
        boolean byUs =
            segments.values().stream().anyMatch(one -> !one.ours().changed(column).isEmpty());
        boolean byThem =
            segments.values().stream().anyMatch(one -> !one.theirs().changed(column).isEmpty());
        if (byUs && byThem && !column.isSystem()) {
          decider.strictColumn(column);
        }
      }
    }
  }

  /** Returns what is not decided. */
  List<Merge.Conflict> conflicts() {
    return decisions.open();
  }

  /** Returns what was decided. */
  List<Merge.Conflict> settled() {
    return decisions.settled();
  }

  /** Returns what the merge does. */
  Merge.Report report() {
    List<Merge.ColumnReport> columns = new ArrayList<>();
    CellCounts counts = context.counts();
    for (MergedColumn column : context.columns()) {
      if (counts.has(column) || !column.note().isEmpty()) {
        columns.add(
            new Merge.ColumnReport(
                column.name(),
                counts.of(column, CellCounts.From.OURS),
                counts.of(column, CellCounts.From.THEIRS),
                counts.of(column, CellCounts.From.SAME),
                counts.of(column, CellCounts.From.MERGED),
                counts.of(column, CellCounts.From.RESOLVED),
                counts.of(column, CellCounts.From.CONFLICT),
                column.note()));
      }
    }
    return new Merge.Report(
        decisions.open().isEmpty() ? Merge.Status.CLEAN : Merge.Status.CONFLICTS,
        columns,
        samples(),
        documents,
        decisions.open(),
        decisions.settled());
  }

  private Merge.SampleReport samples() {
    long addedByUs = 0;
    long addedByThem = 0;
    long both = united;
    long removedByUs = 0;
    long removedByThem = 0;
    long removedByBoth = 0;
    for (SegmentMerge segment : segments.values()) {
      RoaringBitmap left = segment.added(segment.ours());
      RoaringBitmap right = segment.added(segment.theirs());
      int shared = RoaringBitmap.andCardinality(left, right);
      both += shared;
      addedByUs += left.getLongCardinality() - shared;
      addedByThem += right.getLongCardinality() - shared;
      removedByUs +=
          RoaringBitmap.andNot(segment.removed(segment.ours()), segment.live())
              .getLongCardinality();
      removedByThem +=
          RoaringBitmap.andNot(segment.removed(segment.theirs()), segment.live())
              .getLongCardinality();
      removedByBoth += segment.removedByBoth().getLongCardinality();
    }
    return new Merge.SampleReport(
        Math.max(0, addedByUs - united),
        Math.max(0, addedByThem - united),
        both,
        removedByUs,
        removedByThem,
        removedByBoth,
        order.whose());
  }

  /** Tells whether {@link #write} wrote chunks. */
  boolean hasChunks() {
    return chunks;
  }

  /** Returns the edits of the tree of ours. Writes the chunks that they name. */
  TreeEdit write(LocalDataset dataset) {
    try (Sinks sinks = new Sinks(dataset)) {
      List<SegmentDraft> drafts = new ArrayList<>();
      TreeEdit edit = documentEdit;
      for (SegmentMerge segment : segments.values()) {
        if (!segment.isThere()) {
          continue;
        }
        if (segment.isBuilt()) {
          drafts.add(new SegmentDraft(segment, sinks));
        } else if (segment.stack().bottom() == segment.theirs()) {
          String folder = SegmentRecord.path(segment.key());
          segment.theirs().folder().ifPresent(id -> edit.putTree(folder, id));
        }
      }
      if (!drafts.isEmpty()) {
        sinks.finish();
      }
      chunks = sinks.hasChunks();
      drafts.forEach(draft -> draft.write(edit));
      schema.write(edit, context.ours().state().columns());
      order.write(edit, segments);
      FormatLeaf.unite(context.ours().state().tree(), context.theirs().state().tree(), edit);
      return edit;
    }
  }
}

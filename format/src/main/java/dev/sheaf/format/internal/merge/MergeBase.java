package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Merge;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The version that both sides started from, and what is disputed in it: where it was merged from
 * several bases, what these were in conflict about. Both sides met that conflict and decided it
 * each for itself, so no value of the base tells which of two decisions is a change of the other.
 */
final class MergeBase {
  private static final long MOST_SLOTS = 1 << 16;

  private final VersionState state;
  private final List<Merge.Conflict> disputes;
  private final boolean chunks;
  private final Set<String> ids = new HashSet<>();
  private final Map<Long, List<Cell>> cells = new HashMap<>();
  private final Set<String> columnsWithCells = new HashSet<>();

  /** A disputed cell. */
  record Cell(SampleId sample, String column) {}

  /** Creates the base that is one version, in which nothing is disputed. */
  MergeBase(VersionState state) {
    this(state, List.of(), false);
  }

  private MergeBase(VersionState state, List<Merge.Conflict> disputes, boolean chunks) {
    this.state = state;
    this.chunks = chunks;
    this.disputes = List.copyOf(disputes);
    TreeMap<SampleId, List<Cell>> bySample = new TreeMap<>();
    for (Merge.Conflict conflict : disputes) {
      ids.add(conflict.id());
      if (conflict.kind() == Merge.ConflictKind.CELL) {
        String column = conflict.id().substring(conflict.id().lastIndexOf(':') + 1);
        bySample
            .computeIfAbsent(conflict.sample(), sample -> new ArrayList<>())
            .add(new Cell(conflict.sample(), column));
        columnsWithCells.add(column);
      }
    }
    addShown(bySample);
  }

  /** Of a sample that the base does not have, as another of the bases removed it, none is kept. */
  private void addShown(TreeMap<SampleId, List<Cell>> bySample) {
    if (bySample.isEmpty()) {
      return;
    }
    MergeContext.Side side = new MergeContext.Side(state, column -> null);
    for (SegmentKey key : state.segmentKeys()) {
      SampleId first = new SampleId(key.run(), key.first());
      SampleId end = new SampleId(key.run(), key.first() + MOST_SLOTS);
      bySample
          .subMap(first, end)
          .forEach(
              (sample, disputed) -> {
                if (side.live(key).contains((int) (sample.ordinal() - key.first()))) {
                  cells.computeIfAbsent(key.run(), run -> new ArrayList<>()).addAll(disputed);
                }
              });
    }
  }

  /**
   * Returns the merge of this base with another one.
   *
   * @param wrote whether chunks were written for it
   */
  MergeBase mergedTo(VersionState merged, Collection<Merge.Conflict> conflicts, boolean wrote) {
    List<Merge.Conflict> all = new ArrayList<>(disputes);
    all.addAll(conflicts);
    return new MergeBase(merged, all, chunks || wrote);
  }

  VersionState state() {
    return state;
  }

  /** Tells whether it needs chunks that were written for it and that no version names. */
  boolean hasChunks() {
    return chunks;
  }

  boolean isDisputed(String conflictId) {
    return ids.contains(conflictId);
  }

  /** Tells whether a document is disputed, or one in the folder of this path. */
  boolean isDocumentDisputed(String path) {
    String id = "document:" + path;
    return ids.contains(id) || ids.stream().anyMatch(one -> one.startsWith(id + "/"));
  }

  /** Tells whether a cell of a sample that the base has is disputed. */
  boolean isCellDisputed(SampleId sample, String column) {
    return cells.getOrDefault(sample.run(), List.of()).contains(new Cell(sample, column));
  }

  /** Tells whether any cell of a column is disputed. */
  boolean hasDisputedCells(String column) {
    return columnsWithCells.contains(column);
  }

  /** Returns the disputed cells of the samples of a segment that the base has. */
  List<Cell> disputedCells(SegmentKey key) {
    return cells.getOrDefault(key.run(), List.of()).stream()
        .filter(cell -> cell.sample().ordinal() - key.first() >= 0)
        .filter(cell -> cell.sample().ordinal() - key.first() < MOST_SLOTS)
        .toList();
  }
}

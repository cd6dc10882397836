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

/**
 * The version that both sides started from, and what is disputed in it: where it was merged from
 * several bases, what these were in conflict about. Both sides met that conflict and decided it
 * each for itself, so no value of the base tells which of two decisions is a change of the other.
 */
final class MergeBase {
  private static final long MOST_SLOTS = 1 << 16;

  private final VersionState state;
  private final List<Merge.Conflict> disputes;
  private final Set<String> ids = new HashSet<>();
  private final Map<Long, List<Cell>> cells = new HashMap<>();
  private final Set<String> columnsWithCells = new HashSet<>();

  /** A disputed cell. */
  record Cell(SampleId sample, String column) {}

  /** Creates the base that is one version, in which nothing is disputed. */
  MergeBase(VersionState state) {
    this(state, List.of());
  }

  private MergeBase(VersionState state, List<Merge.Conflict> disputes) {
    this.state = state;
    this.disputes = List.copyOf(disputes);
    for (Merge.Conflict conflict : disputes) {
      ids.add(conflict.id());
      if (conflict.kind() == Merge.ConflictKind.CELL) {
        String column = conflict.id().substring(conflict.id().lastIndexOf(':') + 1);
        cells
            .computeIfAbsent(conflict.sample().run(), run -> new ArrayList<>())
            .add(new Cell(conflict.sample(), column));
        columnsWithCells.add(column);
      }
    }
  }

  /** Returns the merge of this base with another one. */
  MergeBase mergedTo(VersionState merged, Collection<Merge.Conflict> conflicts) {
    List<Merge.Conflict> all = new ArrayList<>(disputes);
    all.addAll(conflicts);
    return new MergeBase(merged, all);
  }

  VersionState state() {
    return state;
  }

  boolean isDisputed(String conflictId) {
    return ids.contains(conflictId);
  }

  /** Tells whether a document is disputed, or one in the folder of this path. */
  boolean isDocumentDisputed(String path) {
    String id = "document:" + path;
    return ids.contains(id) || ids.stream().anyMatch(one -> one.startsWith(id + "/"));
  }

  boolean isCellDisputed(SampleId sample, String column) {
    return cells.getOrDefault(sample.run(), List.of()).contains(new Cell(sample, column));
  }

  /** Tells whether any cell of a column is disputed. */
  boolean hasDisputedCells(String column) {
    return columnsWithCells.contains(column);
  }

  /** Returns the disputed cells of a segment. */
  List<Cell> disputedCells(SegmentKey key) {
    return cells.getOrDefault(key.run(), List.of()).stream()
        .filter(cell -> cell.sample().ordinal() - key.first() >= 0)
        .filter(cell -> cell.sample().ordinal() - key.first() < MOST_SLOTS)
        .toList();
  }
}

package dev.sheaf.format.internal.engine;

import dev.sheaf.format.NotFoundException;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.rocksdb.RocksDBException;

/**
 * Finds the commit that gave a cell its value by the {@link ChangeIndex}, which it first brings up
 * to date. The index only says where to look: what it names is compared as a walk through the
 * history compares it, so the answers are the same. For one thread.
 */
final class CellSearch {
  private final LocalDataset dataset;
  private final ChangeIndex index;
  private final SegmentKey segment;
  private final SampleCells cells;
  private final int slot;

  CellSearch(
      LocalDataset dataset, ChangeIndex index, SegmentKey segment, SampleCells cells, int slot) {
    this.dataset = dataset;
    this.index = index;
    this.segment = segment;
    this.cells = cells;
    this.slot = slot;
  }

  /**
   * A commit that gave a cell its value.
   *
   * @param parents all its parents
   */
  record Found(TreeSnapshot commit, List<TreeSnapshot> parents) {}

  /**
   * Returns the commit from which a version has a cell, or empty if the index cannot tell; then it
   * is damaged.
   */
  Optional<Found> find(TreeSnapshot version, String column) {
    try {
      TreeSnapshot at = version;
      while (true) {
        cover(at);
        Step step = step(at, column);
        if (step.found().isPresent() || step.next().isEmpty()) {
          return step.found();
        }
        at = step.next().get();
      }
    } catch (RocksDBException | NotFoundException e) {
      return Optional.empty();
    }
  }

  /** Either the answer, or another parent of a merge from which the search goes on, or neither. */
  private record Step(Optional<Found> found, Optional<TreeSnapshot> next) {
    static final Step NEITHER = new Step(Optional.empty(), Optional.empty());
  }

  /** Searches along first parents. */
  private Step step(TreeSnapshot from, String column) throws RocksDBException {
    Optional<ChangeIndex.Place> place = index.place(segment, from.commitId());
    TreeSnapshot at = from;
    while (place.isPresent()) {
      Optional<ChangeIndex.Change> change =
          index.latest(segment, cells.idIn(at, column), slot, place.get());
      if (change.isEmpty()) {
        return Step.NEITHER;
      }
      TreeSnapshot commit = dataset.git().snapshot(change.get().commit());
      if (!cells.isSame(from, commit, column)) {
        return Step.NEITHER;
      }
      List<TreeSnapshot> parents = new ArrayList<>();
      for (String parent : commit.info().parents()) {
        parents.add(dataset.git().snapshot(parent));
      }
      int same = 0;
      while (same < parents.size() && !cells.isSame(commit, parents.get(same), column)) {
        same++;
      }
      if (same == parents.size()) {
        return new Step(Optional.of(new Found(commit, parents)), Optional.empty());
      } else if (same > 0) {
        return new Step(Optional.empty(), Optional.of(parents.get(same)));
      }
      place = index.before(segment, change.get().place());
      at = parents.get(0);
    }
    return Step.NEITHER;
  }

  /** Adds the commits that the index lacks, along first parents. */
  private void cover(TreeSnapshot version) throws RocksDBException {
    Deque<String> missing = new ArrayDeque<>();
    String at = version.commitId();
    while (!at.isEmpty() && index.place(segment, at).isEmpty()) {
      missing.push(at);
      at = firstParent(dataset.git().commitInfo(at).parents());
    }
    if (missing.isEmpty()) {
      return;
    }
    SegmentChanges changes = new SegmentChanges(segment, dataset.layers());
    try (ChangeIndex.Addition addition = index.add(segment)) {
      TreeSnapshot parent = at.isEmpty() ? null : dataset.git().snapshot(at);
      while (!missing.isEmpty()) {
        TreeSnapshot commit = dataset.git().snapshot(missing.pop());
        addition.add(
            commit.commitId(),
            parent == null ? "" : parent.commitId(),
            changes.between(commit, parent));
        parent = commit;
      }
      addition.finish();
    }
  }

  private static String firstParent(List<String> parents) {
    return parents.isEmpty() ? "" : parents.get(0);
  }
}

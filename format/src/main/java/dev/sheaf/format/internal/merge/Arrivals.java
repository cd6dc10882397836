package dev.sheaf.format.internal.merge;

import dev.sheaf.format.Column;
import dev.sheaf.format.internal.diff.SegmentCells;
import dev.sheaf.format.internal.engine.LocalDataset;
import dev.sheaf.format.internal.engine.SchemaLeaves.Ranked;
import dev.sheaf.format.internal.engine.VersionState;
import dev.sheaf.format.internal.git.TreeSnapshot;
import dev.sheaf.format.internal.layer.SegmentRecord;
import dev.sheaf.format.internal.order.SegmentKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * Finds with which cells samples came to the two sides of a merge. A sample that both have and
 * their base does not came to each side by itself: appended alike on both, cherry-picked, or
 * brought back by a revert. Where it came with the same cell to both, that is what both started
 * from, for each of them has had it. Asked for such samples alone, as it walks their history; it
 * looks at contents only, so how these lie in layers does not matter. Not safe for use by several
 * threads.
 */
final class Arrivals {
  private final LocalDataset dataset;
  private final List<String> ours;
  private final List<String> theirs;
  private final Map<String, RoaringBitmap> live = new HashMap<>();
  private final Map<SegmentKey, List<Arrival>> bySegment = new HashMap<>();

  /**
   * Creates the search.
   *
   * @param ours the commits that this side is, several where it was merged in memory
   * @param theirs the same of the other side
   */
  Arrivals(LocalDataset dataset, List<String> ours, List<String> theirs) {
    this.dataset = dataset;
    this.ours = List.copyOf(ours);
    this.theirs = List.copyOf(theirs);
  }

  /** Samples that came with a version, which no parent of it has. */
  private record Arrival(VersionState version, SegmentCells cells, RoaringBitmap slots) {}

  /** A cell that both sides started from; its value may be null. */
  record Start(Object value) {}

  /**
   * Returns the cell that both sides started from, or empty if they started from several.
   *
   * @param both the slots that both sides have and the base does not
   * @param slot one of them
   */
  Optional<Start> start(SegmentKey key, RoaringBitmap both, MergedColumn column, int slot) {
    Start start = null;
    for (Arrival arrival : bySegment.computeIfAbsent(key, one -> find(one, both))) {
      if (!arrival.slots().contains(slot)) {
        continue;
      }
      Column then = column(arrival.version(), column);
      if (then == null) {
        return Optional.empty();
      }
      Object value = column.value(then, arrival.cells(), slot);
      if (start != null && !column.same(start.value(), value)) {
        return Optional.empty();
      }
      start = new Start(value);
    }
    return Optional.ofNullable(start);
  }

  /** Returns a column as a version had it, under any of the ids that a merge united. */
  private static Column column(VersionState version, MergedColumn column) {
    Ranked found = version.columns().get(column.id());
    for (String alias : column.result().aliases()) {
      if (found == null) {
        found = version.columns().get(alias);
      }
    }
    return found == null ? null : found.column();
  }

  private List<Arrival> find(SegmentKey key, RoaringBitmap slots) {
    List<Arrival> arrivals = new ArrayList<>();
    walk(ours, key, slots).forEach((commit, here) -> arrivals.add(arrival(commit, key, here)));
    walk(theirs, key, slots).forEach((commit, here) -> arrivals.add(arrival(commit, key, here)));
    return arrivals;
  }

  private Arrival arrival(String commit, SegmentKey key, RoaringBitmap slots) {
    VersionState version = dataset.state(dataset.git().snapshot(commit));
    return new Arrival(version, new SegmentCells(version.reader(key)), slots);
  }

  /** Follows samples back through all versions that have them. */
  private Map<String, RoaringBitmap> walk(List<String> heads, SegmentKey key, RoaringBitmap slots) {
    Map<String, RoaringBitmap> arrived = new LinkedHashMap<>();
    Map<String, RoaringBitmap> seen = new HashMap<>();
    Deque<String> rest = new ArrayDeque<>();
    Map<String, RoaringBitmap> wanted = new HashMap<>();
    heads.forEach(head -> want(head, RoaringBitmap.and(slots, live(head, key)), wanted, rest));
    while (!rest.isEmpty()) {
      String commit = rest.remove();
      RoaringBitmap here = wanted.remove(commit);
      RoaringBitmap known = seen.computeIfAbsent(commit, id -> new RoaringBitmap());
      here.andNot(known);
      known.or(here);
      RoaringBitmap fresh = here.clone();
      for (String parent : dataset.git().commitInfo(commit).parents()) {
        RoaringBitmap before = RoaringBitmap.and(here, live(parent, key));
        fresh.andNot(before);
        want(parent, before, wanted, rest);
      }
      if (!fresh.isEmpty()) {
        arrived.put(commit, RoaringBitmap.or(fresh, arrived.getOrDefault(commit, fresh)));
      }
    }
    return arrived;
  }

  private static void want(
      String commit, RoaringBitmap slots, Map<String, RoaringBitmap> wanted, Deque<String> rest) {
    if (slots.isEmpty()) {
      return;
    }
    RoaringBitmap known = wanted.putIfAbsent(commit, slots);
    if (known == null) {
      rest.add(commit);
    } else {
      known.or(slots);
    }
  }

  /** Returns the slots of a segment that a version shows; the same for equal trees. */
  private RoaringBitmap live(String commit, SegmentKey key) {
    TreeSnapshot tree = dataset.git().snapshot(commit);
    String trees =
        String.join(
            " ",
            key.toString(),
            tree.objectId("order").orElse(""),
            tree.objectId(SegmentRecord.path(key)).orElse(""));
    return live.computeIfAbsent(
        trees, id -> new MergeContext.Side(dataset.state(tree), column -> null).live(key));
  }
}

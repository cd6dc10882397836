package dev.sheaf.format.internal.git;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Finds the best common ancestors of two commits: those that are ancestors of no other common one.
 * Walks back from both, newest first, and stops when nothing is left but ancestors of what was
 * found; so the cost follows how far the two have grown apart. The algorithm is Git's ({@code
 * paint_down_to_common} in {@code commit-reach.c}).
 */
final class MergeBases {
  private static final int FIRST = 1;
  private static final int SECOND = 2;
  private static final int BOTH = FIRST | SECOND;
  private static final int STALE = 4;

  private final ObjectStore objects;
  private final Map<Oid, Integer> flags = new HashMap<>();
  private final PriorityQueue<CommitObject> queue =
      new PriorityQueue<>(
          Comparator.comparing(CommitObject::time)
              .reversed()
              .thenComparing(CommitObject::id, Comparator.reverseOrder()));
  private final Set<Oid> queued = new HashSet<>();
  private int fresh;

  private MergeBases(ObjectStore objects) {
    this.objects = objects;
  }

  /**
   * Returns the best common ancestors of a commit and of several others taken as one, as if these
   * had been merged; the newest first, none if the histories are unrelated.
   */
  static List<Oid> of(ObjectStore objects, List<Oid> first, Oid second) {
    if (first.contains(second)) {
      return List.of(second);
    }
    List<CommitObject> best = new MergeBases(objects).paint(first, second);
    if (best.size() > 1) {
      best.removeIf(coveredIn(objects, best)::contains);
    }
    best.sort(Comparator.comparing(CommitObject::time).reversed().thenComparing(CommitObject::id));
    return best.stream().map(CommitObject::id).toList();
  }

  private List<CommitObject> paint(List<Oid> first, Oid second) {
    first.forEach(one -> mark(one, FIRST));
    mark(second, SECOND);
    Set<Oid> results = new HashSet<>();
    while (fresh > 0) {
      CommitObject commit = queue.remove();
      queued.remove(commit.id());
      int mark = flags.get(commit.id());
      fresh -= isFresh(mark) ? 1 : 0;
      if ((mark & BOTH) == BOTH) {
        if ((mark & STALE) == 0) {
          results.add(commit.id());
        }
        mark = BOTH | STALE;
      }
      for (Oid parent : commit.parents()) {
        mark(parent, mark);
      }
    }
    return new ArrayList<>(results.stream().map(objects::commit).toList());
  }

  private void mark(Oid id, int added) {
    int known = flags.getOrDefault(id, 0);
    if ((known & added) == added) {
      return;
    }
    flags.put(id, known | added);
    if (queued.add(id)) {
      queue.add(objects.commit(id));
    } else {
      fresh -= isFresh(known) ? 1 : 0;
    }
    fresh += isFresh(known | added) ? 1 : 0;
  }

  /** Tells whether a commit may still lead to something that was not found. */
  private static boolean isFresh(int mark) {
    return (mark & STALE) == 0;
  }

  /** Returns those of some commits that are ancestors of another of them. */
  private static Set<CommitObject> coveredIn(ObjectStore objects, List<CommitObject> found) {
    Map<Oid, CommitObject> open = new HashMap<>();
    found.forEach(commit -> open.put(commit.id(), commit));
    Set<CommitObject> covered = new HashSet<>();
    Set<Oid> seen = new HashSet<>();
    List<Oid> rest = new ArrayList<>();
    found.forEach(commit -> rest.addAll(commit.parents()));
    while (!rest.isEmpty()) {
      Oid at = rest.remove(rest.size() - 1);
      if (seen.add(at)) {
        CommitObject known = open.get(at);
        if (known != null) {
          covered.add(known);
        }
        rest.addAll(objects.commit(at).parents());
      }
    }
    return covered;
  }
}

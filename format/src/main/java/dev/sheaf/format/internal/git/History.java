package dev.sheaf.format.internal.git;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/** Walks commits. Stateless, safe for use by several threads. */
final class History {
  private final ObjectStore objects;

  History(ObjectStore objects) {
    this.objects = objects;
  }

  private record Queued(CommitObject commit, int order) {}

  /** Returns a commit and its ancestors, the newest first by the committers' times. */
  List<CommitObject> log(Oid start, int limit) {
    return log(List.of(start), List.of(), limit);
  }

  /**
   * Returns commits and their ancestors in the same order, but for other commits and the ancestors
   * of those: all of them are read, so that no clock that was wrong lets one slip through.
   */
  List<CommitObject> log(List<Oid> starts, List<Oid> without, int limit) {
    if (limit <= 0) {
      return List.of();
    }
    Walk others = new Walk(without, Set.of());
    while (others.hasNext()) {
      others.next();
    }
    List<CommitObject> found = new ArrayList<>();
    Iterator<CommitObject> walk = new Walk(starts, others.seen);
    while (found.size() < limit && walk.hasNext()) {
      found.add(walk.next());
    }
    return found;
  }

  /** Walks a commit and its ancestors in the order of {@link #log}, reading as it goes. */
  Iterator<CommitObject> walk(Oid start) {
    return new Walk(List.of(start), Set.of());
  }

  /** The parents of a commit are read when the commit after it is asked for. */
  private final class Walk implements Iterator<CommitObject> {
    private final PriorityQueue<Queued> queue =
        new PriorityQueue<>(
            Comparator.comparing((Queued queued) -> queued.commit().time())
                .reversed()
                .thenComparing(Queued::order));
    private final Set<Oid> seen;
    private List<Oid> parents;
    private int order;

    /**
     * Begins a walk.
     *
     * @param without what is passed over, with all ancestors
     */
    Walk(List<Oid> starts, Set<Oid> without) {
      parents = starts;
      seen = new HashSet<>(without);
    }

    @Override
    public boolean hasNext() {
      expand();
      return !queue.isEmpty();
    }

    @Override
    public CommitObject next() {
      expand();
      CommitObject next = queue.remove().commit();
      parents = next.parents();
      return next;
    }

    private void expand() {
      for (Oid parent : parents) {
        if (seen.add(parent)) {
          queue.add(new Queued(objects.commit(parent), order++));
        }
      }
      parents = List.of();
    }
  }

  /** Returns the newest commit on the line of first parents that is not later than a moment. */
  Optional<CommitObject> asOf(Oid start, Instant moment) {
    CommitObject at = objects.commit(start);
    while (at.time().isAfter(moment)) {
      if (at.parents().isEmpty()) {
        return Optional.empty();
      }
      at = objects.commit(at.parents().get(0));
    }
    return Optional.of(at);
  }

  /** Returns the n-th ancestor by first parents, or empty if the line is shorter. */
  Optional<Oid> ancestor(Oid start, int generations) {
    Oid at = start;
    for (int i = 0; i < generations; i++) {
      List<Oid> parents = objects.commit(at).parents();
      if (parents.isEmpty()) {
        return Optional.empty();
      }
      at = parents.get(0);
    }
    return Optional.of(at);
  }
}

package dev.sheaf.format.internal.git;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
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
    PriorityQueue<Queued> queue =
        new PriorityQueue<>(
            Comparator.comparing((Queued queued) -> queued.commit().time())
                .reversed()
                .thenComparing(Queued::order));
    Set<Oid> seen = new HashSet<>();
    List<CommitObject> found = new ArrayList<>();
    int order = 0;
    queue.add(new Queued(objects.commit(start), order++));
    seen.add(start);
    while (!queue.isEmpty() && found.size() < limit) {
      CommitObject next = queue.remove().commit();
      found.add(next);
      for (Oid parent : found.size() < limit ? next.parents() : List.<Oid>of()) {
        if (seen.add(parent)) {
          queue.add(new Queued(objects.commit(parent), order++));
        }
      }
    }
    return found;
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

package dev.sheaf.format.internal.git;

import dev.sheaf.format.internal.io.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Decides which history is forgotten, and where what is kept begins. For one thread.
 *
 * <p>Kept are: the branches; what is not older than the boundary; the versions that two branches
 * started from, with theirs where branches merged each other; and all that descends from any of
 * these. So between kept versions no line of history is cut, and branches merge as before. A merge
 * keeps all its parents or none. What only a tag, a staged edit or the like names is kept as a
 * version without history.
 */
final class Expiry {
  private final ObjectStore objects;
  private final Instant before;
  private final Map<Oid, CommitObject> graph = new HashMap<>();
  private final Map<Oid, List<Oid>> children = new HashMap<>();
  private final Set<Oid> lines = new HashSet<>();
  private final Set<Oid> kept = new HashSet<>();
  private final List<GitStore.HeldBase> held = new ArrayList<>();

  Expiry(ObjectStore objects, Instant before) {
    this.objects = objects;
    this.before = before;
  }

  /**
   * Decides.
   *
   * @param branches the branches, by full name
   * @param others commits that stay, with or without history; those that are gone already are
   *     passed over
   * @param logged commits that reflogs name
   */
  void decide(Map<String, Oid> branches, Collection<Oid> others, Collection<Oid> logged) {
    load(branches.values(), true);
    load(others, false);
    load(logged, false);
    graph.values().forEach(commit -> commit.parents().forEach(p -> link(p, commit.id())));
    Deque<Oid> todo = new ArrayDeque<>(new TreeSet<>(branches.values()));
    graph.values().stream()
        .filter(commit -> !commit.time().isBefore(before))
        .forEach(commit -> todo.add(commit.id()));
    todo.addAll(bases(branches));
    while (!todo.isEmpty()) {
      keepDescendants(todo);
      // Of a merge Git forgets all parents or none.
      for (Oid id : lines) {
        List<Oid> parents = graph.get(id).parents();
        if (parents.stream().anyMatch(lines::contains)) {
          parents.stream()
              .filter(p -> !lines.contains(p) && graph.containsKey(p))
              .forEach(todo::add);
        }
      }
    }
    kept.addAll(lines);
    others.stream().filter(graph::containsKey).forEach(kept::add);
  }

  private void load(Collection<Oid> roots, boolean whole) {
    Deque<Oid> todo = new ArrayDeque<>(roots);
    while (!todo.isEmpty()) {
      Oid id = todo.pop();
      if (!graph.containsKey(id) && (whole || objects.contains(id))) {
        CommitObject commit = objects.commit(id);
        graph.put(id, commit);
        todo.addAll(commit.parents());
      }
    }
  }

  private void link(Oid parent, Oid child) {
    children.computeIfAbsent(parent, id -> new ArrayList<>()).add(child);
  }

  private void keepDescendants(Deque<Oid> todo) {
    while (!todo.isEmpty()) {
      Oid id = todo.pop();
      if (lines.add(id)) {
        todo.addAll(children.getOrDefault(id, List.of()));
      }
    }
  }

  private Set<Oid> bases(Map<String, Oid> branches) {
    Set<Oid> found = new LinkedHashSet<>();
    List<String> names = List.copyOf(new TreeMap<>(branches).keySet());
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        Oid one = branches.get(names.get(i));
        Oid other = branches.get(names.get(j));
        List<Oid> bases =
            one.equals(other) ? List.of() : MergeBases.of(objects, List.of(one), other);
        for (Oid base : bases) {
          if (objects.commit(base).time().isBefore(before)) {
            held.add(
                new GitStore.HeldBase(
                    Revisions.shorten(names.get(i)), Revisions.shorten(names.get(j)), base.hex()));
          }
        }
        addBases(bases, found);
      }
    }
    return found;
  }

  /** Adds bases and, where they are several, those of these, as a merge goes down. */
  private void addBases(List<Oid> bases, Set<Oid> found) {
    if (found.addAll(bases)) {
      for (int i = 1; i < bases.size(); i++) {
        addBases(MergeBases.of(objects, bases.subList(0, i), bases.get(i)), found);
      }
    }
  }

  /** Returns the commits that stay. */
  Set<Oid> kept() {
    return kept;
  }

  /** Returns how many commits are forgotten. */
  int forgotten() {
    return (int) graph.keySet().stream().filter(id -> !kept.contains(id)).count();
  }

  /** Returns the versions older than the boundary that two branches started from. */
  List<GitStore.HeldBase> held() {
    return List.copyOf(held);
  }

  /**
   * Returns the commits whose parents are forgotten.
   *
   * @param known those of before
   */
  Set<Oid> boundary(Set<Oid> known) {
    Set<Oid> boundary = new HashSet<>();
    for (Oid id : known) {
      // As long as Git has one that nothing leads to, it must not look for its parents.
      if (objects.contains(id)) {
        boundary.add(id);
      }
    }
    for (Oid id : kept) {
      List<Oid> parents = graph.get(id).parents();
      boolean goesOn = lines.contains(id) && parents.stream().anyMatch(lines::contains);
      if (!parents.isEmpty() && !goesOn) {
        boundary.add(id);
      }
    }
    return boundary;
  }

  /**
   * Drops the entries of a reflog that point to what is forgotten, and returns how many.
   *
   * @param steps the entries
   * @param dryRun whether nothing is written
   */
  int dropEntries(Path log, List<RefFiles.Step> steps, boolean dryRun) {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      StringBuilder text = new StringBuilder();
      Oid last = Oid.ZERO;
      int dropped = 0;
      for (int i = 0; i < steps.size(); i++) {
        RefFiles.Step step = steps.get(i);
        Oid named = step.after().equals(Oid.ZERO) ? step.before() : step.after();
        if (!kept.contains(named)) {
          dropped++;
          continue;
        }
        Oid from = kept.contains(step.before()) ? step.before() : last;
        text.append(from.hex()).append(lines.get(i).substring(Oid.HEX_DIGITS)).append('\n');
        last = step.after();
      }
      if (dropped > 0 && !dryRun) {
        DurableFiles.write(log, text.toString().getBytes(StandardCharsets.UTF_8));
      }
      return dropped;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot rewrite " + log, e);
    }
  }
}

package dev.sheaf.format.merge;

import dev.sheaf.format.SampleId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The commits of a {@link MergeHistory} with their models, and what follows from their parents. */
final class MergeGraph {
  private final Map<String, MergeModel> models = new LinkedHashMap<>();
  private final Map<String, List<String>> parents = new HashMap<>();
  private final Map<String, Set<String>> sources = new HashMap<>();

  /**
   * What a merge starts from.
   *
   * @param disputed what several bases are in conflict about
   * @param unsure samples of several bases that the model does not know exactly, see {@link
   *     LooseSamples}
   * @param isPlaced whether the model knows the order of samples
   * @param isOpen whether the model does not even know the columns, see {@link MergeModel.Merged}
   */
  record Base(
      MergeModel model,
      Set<String> disputed,
      Set<SampleId> unsure,
      boolean isPlaced,
      boolean isOpen) {}

  /**
   * Adds a commit.
   *
   * @param others commits beside the parents of which the changes were taken
   */
  void add(String commit, List<String> parentIds, Set<String> others, MergeModel model) {
    models.putIfAbsent(commit, model);
    parents.putIfAbsent(commit, parentIds);
    Set<String> all = sources.computeIfAbsent(commit, id -> new TreeSet<>(parentIds));
    others.stream().filter(other -> !other.equals(commit)).forEach(all::add);
  }

  MergeModel model(String commit) {
    return models.get(commit);
  }

  List<String> parents(String commit) {
    return parents.get(commit);
  }

  /** Returns all commits, the oldest first. */
  List<String> commits() {
    return List.copyOf(models.keySet());
  }

  Set<String> ancestors(String commit) {
    return reached(List.of(commit), parents::get);
  }

  /** Returns the models of all versions whose changes have come to a commit. */
  List<MergeModel> seenBy(String commit) {
    return reached(List.of(commit), sources::get).stream().map(models::get).toList();
  }

  private static Set<String> reached(
      List<String> starts, Function<String, ? extends Iterable<String>> next) {
    Set<String> all = new HashSet<>();
    List<String> rest = new ArrayList<>(starts);
    while (!rest.isEmpty()) {
      String at = rest.remove(rest.size() - 1);
      if (all.add(at)) {
        next.apply(at).forEach(rest::add);
      }
    }
    return all;
  }

  /** Returns the best common ancestors of a commit and of others that count as one. */
  List<String> bases(List<String> ones, String other) {
    Set<String> common = reached(ones, parents::get);
    common.retainAll(ancestors(other));
    Set<String> best = new TreeSet<>(common);
    for (String commit : common) {
      for (String parent : parents.get(commit)) {
        if (best.contains(parent)) {
          best.removeAll(ancestors(parent));
        }
      }
    }
    return new ArrayList<>(best);
  }

  Base base(String commit) {
    return new Base(models.get(commit), Set.of(), Set.of(), true, false);
  }

  /**
   * Returns the merge of several bases.
   *
   * @param newestFirst the order in which they are merged
   */
  Base base(List<String> bases, Comparator<String> newestFirst) {
    List<String> ordered = new ArrayList<>(bases);
    ordered.sort(newestFirst);
    Base merged = base(ordered.get(0));
    for (int i = 1; i < ordered.size(); i++) {
      String other = ordered.get(i);
      Base inner = base(bases(ordered.subList(0, i), other), newestFirst);
      MergeModel.Merged both =
          MergeModel.merge(
              inner.model(),
              inner.disputed(),
              inner.unsure(),
              merged.model(),
              models.get(other),
              MergeModel.Settled.BASE,
              false);
      Set<SampleId> unsure = new HashSet<>(merged.unsure());
      unsure.addAll(inner.unsure());
      unsure.addAll(both.free());
      unsure.addAll(both.freeCells().keySet());
      Set<String> disputed = new TreeSet<>(merged.disputed());
      disputed.addAll(both.disputed());
      boolean placed =
          merged.isPlaced() && inner.isPlaced() && unsure.isEmpty() && both.unplaced().isEmpty();
      boolean isOpen = merged.isOpen() || inner.isOpen() || both.isOpen();
      merged = new Base(both.model(), disputed, unsure, placed, isOpen);
    }
    return merged;
  }
}

package dev.sheaf.format.merge;

import dev.sheaf.format.SampleId;
import dev.sheaf.format.merge.ModelMerge.Merged;
import dev.sheaf.format.merge.ModelMerge.Start;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The commits of a {@link MergeHistory} with their models, and what follows from their parents. */
final class MergeGraph {
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Node> byId = new HashMap<>();
  private final Map<List<Node>, Base> merged = new HashMap<>();

  /** What a merge starts from, and what several bases are in conflict about. */
  record Base(MergeModel model, Set<String> disputed) {}

  /** A commit; the ancestors are numbers, itself included. */
  private record Node(
      int number, String id, String tree, List<Node> parents, BitSet ancestors, MergeModel model) {
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return number;
    }
  }

  /**
   * Adds a commit, if it is not there.
   *
   * @param tree the hash of what it holds
   */
  void add(String commit, String tree, List<String> parentIds, MergeModel model) {
    if (byId.containsKey(commit)) {
      return;
    }
    List<Node> parents = parentIds.stream().map(byId::get).toList();
    BitSet ancestors = new BitSet();
    parents.forEach(parent -> ancestors.or(parent.ancestors()));
    ancestors.set(nodes.size());
    Node node = new Node(nodes.size(), commit, tree, parents, ancestors, model);
    nodes.add(node);
    byId.put(commit, node);
  }

  boolean contains(String commit) {
    return byId.containsKey(commit);
  }

  MergeModel model(String commit) {
    return byId.get(commit).model();
  }

  List<String> parents(String commit) {
    return byId.get(commit).parents().stream().map(Node::id).toList();
  }

  /** Returns the ancestors of commits, these included. */
  Set<String> ancestors(Iterable<String> commits) {
    Set<String> ancestors = new HashSet<>();
    for (String commit : commits) {
      byId.get(commit).ancestors().stream()
          .forEach(number -> ancestors.add(nodes.get(number).id()));
    }
    return ancestors;
  }

  /** Returns the best common ancestors of two commits. */
  List<String> bases(String one, String other) {
    return bases(List.of(byId.get(one)), byId.get(other)).stream().map(Node::id).toList();
  }

  /** The same of several that count as one, in the order in which they are merged. */
  private List<Node> bases(List<Node> ones, Node other) {
    BitSet common = new BitSet();
    ones.forEach(one -> common.or(one.ancestors()));
    common.and(other.ancestors());
    BitSet best = (BitSet) common.clone();
    common.stream()
        .forEach(
            number ->
                nodes.get(number).parents().forEach(parent -> best.andNot(parent.ancestors())));
    List<Node> bases = new ArrayList<>(best.stream().mapToObj(nodes::get).toList());
    bases.sort(Comparator.comparing(Node::tree).thenComparing(Node::id));
    return bases;
  }

  /** Returns the base that is one commit. */
  Base base(String commit) {
    return new Base(model(commit), Set.of());
  }

  /** Returns the base of a merge of two commits; several are merged first. */
  Base base(String one, String other) {
    return base(bases(List.of(byId.get(one)), byId.get(other)));
  }

  private Base base(List<Node> bases) {
    Base known = merged.get(bases);
    if (known != null) {
      return known;
    }
    Base base = base(bases.get(0).id());
    for (int i = 1; i < bases.size(); i++) {
      List<Node> before = bases.subList(0, i);
      Node other = bases.get(i);
      Merged both =
          ModelMerge.of(
              base(bases(before, other)),
              base.model(),
              other.model(),
              starts(before, List.of(other)),
              ModelMerge.Settled.BASE,
              false);
      Set<String> disputed = new TreeSet<>(base.disputed());
      disputed.addAll(both.disputed());
      base = new Base(both.model(), disputed);
    }
    merged.put(List.copyOf(bases), base);
    return base;
  }

  /** Returns what tells how samples came to two commits. */
  ModelMerge.Starts starts(String one, String other) {
    return starts(List.of(byId.get(one)), List.of(byId.get(other)));
  }

  private static ModelMerge.Starts starts(List<Node> ones, List<Node> others) {
    return (sample, column) -> {
      Set<Node> arrivals = new HashSet<>(arrivals(ones, sample));
      arrivals.addAll(arrivals(others, sample));
      Set<Object> values = new HashSet<>();
      for (Node arrival : arrivals) {
        Optional<MergeModel.Col> then = arrival.model().column(column);
        if (then.isEmpty()) {
          return Optional.empty();
        }
        values.add(arrival.model().items().get(sample).cells().get(then.get().id()));
      }
      return values.size() == 1
          ? Optional.of(new Start(values.iterator().next()))
          : Optional.empty();
    };
  }

  /** Returns the commits that have a sample and no parent with it, on the way to some commits. */
  private static Set<Node> arrivals(List<Node> heads, SampleId sample) {
    Set<Node> arrivals = new HashSet<>();
    Set<Node> seen = new HashSet<>();
    Deque<Node> rest = new ArrayDeque<>(heads);
    while (!rest.isEmpty()) {
      Node node = rest.remove();
      if (!node.model().items().containsKey(sample) || !seen.add(node)) {
        continue;
      }
      if (node.parents().stream().noneMatch(one -> one.model().items().containsKey(sample))) {
        arrivals.add(node);
      }
      rest.addAll(node.parents());
    }
    return arrivals;
  }
}

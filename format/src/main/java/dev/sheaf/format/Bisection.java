package dev.sheaf.format;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A search for the version that brought something in, by halving the history again and again: what
 * was found out about versions so far, and which one to look at next. Immutable.
 *
 * <pre>{@code
 * Bisection search = Bisection.NONE.with(Verdict.BAD, bad).with(Verdict.GOOD, good);
 * while (search.next(dataset) instanceof Bisection.Test test) {
 *   Version version = dataset.at(test.commit());
 *   search = search.with(version.rows() > 0 ? Verdict.GOOD : Verdict.BAD, test.commit());
 * }
 * }</pre>
 *
 * <p>Nothing is copied for it: a version is read where it lies.
 *
 * @param marks what was found out, in order
 */
public record Bisection(List<Mark> marks) {
  /** A search for which nothing is known. */
  public static final Bisection NONE = new Bisection(List.of());

  /** Copies the list. */
  public Bisection {
    marks = List.copyOf(marks);
  }

  /** What is known of a version. */
  public enum Verdict {
    /** It and all its ancestors are good. */
    GOOD,
    /** It is bad. */
    BAD,
    /** It cannot be told. */
    SKIP
  }

  /**
   * Something found out.
   *
   * @param commit the full id of the commit
   */
  public record Mark(Verdict verdict, String commit) {}

  /** What comes next. */
  public sealed interface Step permits Waiting, Test, Found, Undecided {}

  /** A good or a bad version, or both, must be named first. */
  public record Waiting() implements Step {}

  /**
   * A version is to be looked at.
   *
   * @param commit its full id
   * @param remaining how many versions are left to look at after it, at most
   * @param steps about how many more of them must be looked at
   * @param base whether it is where the good and the bad version part, because the good one is no
   *     ancestor of the bad one; only if this is good can the good version tell anything
   */
  public record Test(String commit, int remaining, int steps, boolean base) implements Step {}

  /**
   * The search is over.
   *
   * @param commit the first bad version: all its parents are good
   */
  public record Found(String commit) implements Step {}

  /**
   * All versions that are left were skipped.
   *
   * @param commits the versions one of which is the first bad one, newest first
   */
  public record Undecided(List<String> commits) implements Step {
    /** Copies the list. */
    public Undecided {
      commits = List.copyOf(commits);
    }
  }

  /** Returns the search with one more thing known. */
  public Bisection with(Verdict verdict, String commit) {
    List<Mark> more = new ArrayList<>(marks);
    more.add(new Mark(verdict, commit));
    return new Bisection(more);
  }

  /** Returns the oldest version known to be bad, or the empty string. */
  public String bad() {
    String bad = "";
    for (Mark mark : marks) {
      bad = mark.verdict() == Verdict.BAD ? mark.commit() : bad;
    }
    return bad;
  }

  /** Returns the versions that were marked so, in order. */
  public Set<String> marked(Verdict verdict) {
    Set<String> found = new LinkedHashSet<>();
    marks.stream().filter(m -> m.verdict() == verdict).forEach(m -> found.add(m.commit()));
    return Collections.unmodifiableSet(found);
  }

  /** Returns the version of a dataset to look at next; see {@link #next(Function)}. */
  public Step next(Dataset dataset) {
    Map<String, List<String>> known = new HashMap<>();
    return next(id -> known.computeIfAbsent(id, commit -> dataset.log(commit, 1).get(0).parents()));
  }

  /**
   * Returns the version to look at next: of those that may be the first bad one, the one that
   * splits them best, as Git chooses it. Walks the history of the good and bad versions once.
   *
   * @param parents gives the parents of a commit, by full ids
   * @throws InvalidInputException if a bad version is an ancestor of a good one
   */
  public Step next(Function<String, List<String>> parents) {
    String bad = bad();
    Set<String> good = marked(Verdict.GOOD);
    if (bad.isEmpty() || good.isEmpty()) {
      return new Waiting();
    }
    Set<String> aboveBad = ancestors(Set.of(bad), parents);
    // A good version below any bad one tells of its ancestors, wherever the search has gone since.
    Set<String> telling = new LinkedHashSet<>(good);
    telling.retainAll(ancestors(marked(Verdict.BAD), parents));
    Set<String> known = ancestors(telling, parents);
    Set<String> skipped = marked(Verdict.SKIP);
    for (String other : good) {
      Set<String> aboveGood = ancestors(Set.of(other), parents);
      if (aboveGood.contains(bad)) {
        throw contradiction(bad, other);
      }
      if (!telling.contains(other)) {
        for (String base : bases(aboveBad, aboveGood, parents)) {
          if (!known.contains(base) && !skipped.contains(base)) {
            return new Test(base, aboveBad.size() - 1, steps(aboveBad.size()), true);
          }
        }
      }
    }
    return halve(bad, ancestors(good, parents), skipped, parents);
  }

  private static InvalidInputException contradiction(String bad, String good) {
    if (bad.equals(good)) {
      return new InvalidInputException(
          "SHEAF-BIS-001",
          "Version " + bad + " is marked both good and bad",
          Location.NONE,
          "Begin again with sheaf bisect reset, then sheaf bisect start");
    }
    return new InvalidInputException(
        "SHEAF-BIS-002",
        "Bad version " + bad + " is an ancestor of good version " + good,
        Location.NONE,
        "It was mended in between; to find out where, call bad what is mended and good what is not");
  }

  /** Returns commits and all their ancestors. */
  private static Set<String> ancestors(
      Set<String> commits, Function<String, List<String>> parents) {
    Set<String> seen = new HashSet<>(commits);
    Deque<String> rest = new ArrayDeque<>(commits);
    while (!rest.isEmpty()) {
      for (String parent : parents.apply(rest.pop())) {
        if (seen.add(parent)) {
          rest.push(parent);
        }
      }
    }
    return seen;
  }

  /** Returns the common ancestors that no other one descends from, sorted. */
  private static List<String> bases(
      Set<String> first, Set<String> second, Function<String, List<String>> parents) {
    Set<String> common = new HashSet<>(first);
    common.retainAll(second);
    Set<String> best = new HashSet<>(common);
    common.forEach(commit -> best.removeAll(Set.copyOf(parents.apply(commit))));
    return best.stream().sorted().toList();
  }

  private static Step halve(
      String bad, Set<String> good, Set<String> skipped, Function<String, List<String>> parents) {
    List<String> candidates = candidates(bad, good, parents);
    int all = candidates.size();
    if (all == 1) {
      return new Found(bad);
    }
    Map<String, Integer> weights = new HashMap<>();
    String best = "";
    int distance = 0;
    for (String commit : candidates) {
      int weight = weight(commit, weights, good, parents);
      weights.put(commit, weight);
      int nearer = Math.min(weight, all - weight);
      if (nearer > distance && !skipped.contains(commit)) {
        best = commit;
        distance = nearer;
      }
      if (distance == all / 2) {
        break; // No commit splits them better, so the rest need not be weighed.
      }
    }
    if (best.isEmpty()) {
      Collections.reverse(candidates);
      return new Undecided(candidates);
    }
    return new Test(best, all - weights.get(best) - 1, steps(all), false);
  }

  /** Returns what may be the first bad version: ancestors first, the bad version last. */
  private static List<String> candidates(
      String bad, Set<String> good, Function<String, List<String>> parents) {
    Set<String> sorted = new LinkedHashSet<>();
    Set<String> open = new HashSet<>();
    Deque<String> path = new ArrayDeque<>(List.of(bad));
    while (!path.isEmpty()) {
      String commit = path.peek();
      if (!open.add(commit)) {
        sorted.add(path.pop());
        continue;
      }
      for (String parent : parents.apply(commit)) {
        if (!good.contains(parent) && !open.contains(parent)) {
          path.push(parent);
        }
      }
    }
    return new ArrayList<>(sorted);
  }

  /** Returns how many candidates a commit is or descends from. Those before it are weighed. */
  private static int weight(
      String commit,
      Map<String, Integer> weights,
      Set<String> good,
      Function<String, List<String>> parents) {
    Set<String> above = new HashSet<>(parents.apply(commit));
    above.removeAll(good);
    if (above.size() <= 1) {
      return above.isEmpty() ? 1 : weights.get(above.iterator().next()) + 1;
    }
    return ancestors(
            Set.of(commit),
            id -> parents.apply(id).stream().filter(p -> !good.contains(p)).toList())
        .size();
  }

  /** Returns Git's estimate of how often so many versions are halved. */
  private static int steps(int all) {
    int log = 31 - Integer.numberOfLeadingZeros(all);
    int power = 1 << log;
    return power < 3 * (all - power) ? log : Math.max(0, log - 1);
  }
}

package dev.sheaf.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sheaf.format.Bisection.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BisectionTest {
  private final Map<String, List<String>> graph = new TreeMap<>();

  private void commit(String id, String... parents) {
    graph.put(id, List.of(parents));
  }

  private Bisection.Step next(Bisection search) {
    return search.next(graph::get);
  }

  /** Twenty commits in a line, a to t. */
  private void line() {
    for (char id = 'a'; id <= 't'; id++) {
      commit(String.valueOf(id), id == 'a' ? new String[0] : new String[] {"" + (char) (id - 1)});
    }
  }

  private static Bisection between(String good, String bad) {
    return Bisection.NONE.with(Verdict.BAD, bad).with(Verdict.GOOD, good);
  }

  @Test
  void waitsForAGoodAndABadVersion() {
    line();
    assertThat(next(Bisection.NONE)).isEqualTo(new Bisection.Waiting());
    assertThat(next(Bisection.NONE.with(Verdict.BAD, "t"))).isEqualTo(new Bisection.Waiting());
    assertThat(next(Bisection.NONE.with(Verdict.GOOD, "a"))).isEqualTo(new Bisection.Waiting());
  }

  @Test
  void looksAtTheMiddle() {
    line();
    assertThat(next(between("a", "t"))).isEqualTo(new Bisection.Test("j", 9, 3, false));
    assertThat(next(between("s", "t"))).isEqualTo(new Bisection.Found("t"));
    assertThat(next(between("r", "t"))).isEqualTo(new Bisection.Test("s", 0, 0, false));
  }

  @Test
  void takesTheNextBestForASkippedOne() {
    line();
    Bisection search = between("q", "t").with(Verdict.SKIP, "r");
    assertThat(next(search)).isEqualTo(new Bisection.Test("s", 0, 1, false));
    assertThat(next(search.with(Verdict.SKIP, "s")))
        .isEqualTo(new Bisection.Undecided(List.of("t", "s", "r")));
  }

  @Test
  void testsTheMergeBaseWhereTheGoodVersionIsOnAnotherBranch() {
    commit("base");
    commit("good", "base");
    commit("left", "base");
    commit("bad", "left");
    Bisection search = between("good", "bad");
    assertThat(next(search)).isEqualTo(new Bisection.Test("base", 2, 1, true));
    assertThat(next(search.with(Verdict.GOOD, "base")))
        .isEqualTo(new Bisection.Test("left", 0, 0, false));
    assertThat(next(search.with(Verdict.SKIP, "base")))
        .isEqualTo(new Bisection.Test("left", 0, 0, false));
    assertThatThrownBy(() -> next(search.with(Verdict.BAD, "base")))
        .isInstanceOf(InvalidInputException.class)
        .hasFieldOrPropertyWithValue("code", "SHEAF-BIS-002")
        .hasMessageContaining("Bad version base is an ancestor of good version good");
  }

  @Test
  void refusesAVersionThatIsBoth() {
    line();
    assertThatThrownBy(() -> next(between("c", "c")))
        .hasFieldOrPropertyWithValue("code", "SHEAF-BIS-001")
        .hasMessageContaining("Version c is marked both good and bad");
  }

  /** Any graph, any culprit: found, in about as many steps as halving takes. */
  @Test
  void findsTheFirstBadVersionOfRandomHistories() {
    Randomness.repeat(200, this::findsOne);
  }

  private void findsOne(Randomness random) {
    graph.clear();
    int size = 2 + random.below(40);
    List<String> ids = new ArrayList<>();
    for (int at = 0; at < size; at++) {
      Set<String> parents = new HashSet<>();
      int most = at == 0 ? 0 : random.below(4) == 0 ? 2 : 1;
      for (int p = 0; p < most; p++) {
        parents.add(ids.get(Math.max(0, at - 1 - random.below(4))));
      }
      ids.add(String.format("c%02d", at));
      graph.put(ids.get(at), List.copyOf(parents));
    }
    String culprit = ids.get(1 + random.below(size - 1));
    List<String> bad = ids.stream().filter(id -> above(id).contains(culprit)).toList();
    checkFinds(culprit, bad.get(random.below(bad.size())));
  }

  private void checkFinds(String culprit, String end) {
    Bisection search = between("c00", end);
    int tests = 0;
    Bisection.Step step = next(search);
    while (step instanceof Bisection.Test test) {
      tests++;
      assertThat(distance(test.commit(), search)).isEqualTo(best(search));
      boolean isBad = above(test.commit()).contains(culprit);
      search = search.with(isBad ? Verdict.BAD : Verdict.GOOD, test.commit());
      step = next(search);
      assertThat(tests).as("steps in %s", graph).isLessThan(40);
    }
    assertThat(step).as("in %s", graph).isEqualTo(new Bisection.Found(culprit));
  }

  private Set<String> above(String id) {
    Set<String> all = new HashSet<>(Set.of(id));
    graph.get(id).forEach(parent -> all.addAll(above(parent)));
    return all;
  }

  private Set<String> candidates(Bisection search) {
    Set<String> left = above(search.bad());
    search.marked(Verdict.GOOD).forEach(good -> left.removeAll(above(good)));
    return left;
  }

  private int distance(String id, Bisection search) {
    Set<String> left = candidates(search);
    Set<String> with = above(id);
    with.retainAll(left);
    return Math.min(with.size(), left.size() - with.size());
  }

  private int best(Bisection search) {
    return candidates(search).stream().mapToInt(id -> distance(id, search)).max().orElseThrow();
  }
}

package dev.sheaf.format.merge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Samples of a merge of which a model of versions cannot tell what both sides began with. These are
 * samples that both sides have and their base does not: each side got it by itself, by a
 * cherry-pick or the revert of a deletion. Their cells are compared with what the layers of both
 * have in common, as that gives far fewer conflicts than comparing with nothing, and layers are
 * what the model leaves out. The same holds for such samples in one of several bases.
 *
 * <p>What must hold for them all the same: no value is silently lost. A cell has what one of the
 * sides has; what the other side had in its place is in a conflict that is told, or the side that
 * prevailed had it once, too, and has replaced it since.
 */
final class LooseSamples {
  private final MergeModel ours;
  private final MergeModel theirs;
  private final List<MergeModel> seenByUs;
  private final List<MergeModel> seenByThem;
  private final Set<String> keys = new TreeSet<>();

  /**
   * Creates the checks of one merge.
   *
   * @param ours the commit of this side
   * @param theirs the commit of that side
   * @param ids the samples
   */
  LooseSamples(
      MergeGraph graph, MergeGraph.Base base, String ours, String theirs, Set<SampleId> ids) {
    this.ours = graph.model(ours);
    this.theirs = graph.model(theirs);
    // The base of a revert need not be among the ancestors of either side.
    this.seenByUs = ids.isEmpty() ? List.of() : withBase(graph.seenBy(ours), base);
    this.seenByThem = ids.isEmpty() ? List.of() : withBase(graph.seenBy(theirs), base);
    for (MergeModel model : List.of(base.model(), this.ours, this.theirs)) {
      model.samples().stream()
          .filter(item -> ids.contains(item.id()))
          .forEach(item -> keys.add(item.key()));
    }
  }

  private static List<MergeModel> withBase(List<MergeModel> seen, MergeGraph.Base base) {
    List<MergeModel> all = new ArrayList<>(seen);
    all.add(base.model());
    return all;
  }

  int size() {
    return keys.size();
  }

  boolean contains(String key) {
    return keys.contains(key);
  }

  /** Tells whether a conflict, in the words of the model, is about one of these samples. */
  boolean isAbout(String conflict) {
    return !conflict.startsWith("column ")
        && !conflict.startsWith("document ")
        && Arrays.stream(conflict.split(" ")).anyMatch(keys::contains);
  }

  /** Returns the ids under which the sides have these samples. */
  Set<SampleId> ids() {
    Set<SampleId> ids = new HashSet<>();
    for (MergeModel side : List.of(ours, theirs)) {
      side.samples().stream()
          .filter(item -> keys.contains(item.key()))
          .forEach(item -> ids.add(item.id()));
    }
    return ids;
  }

  /**
   * Checks that nothing of these samples is lost in silence.
   *
   * @param columns the columns of the result
   * @param told the conflicts that were told, in the words of the model
   */
  void check(
      Version result,
      Map<String, MergeModel.Col> columns,
      Set<String> told,
      MergeModel.Settled settled) {
    for (String key : keys) {
      MergeModel.Item left = byKey(ours, key).orElse(null);
      MergeModel.Item right = byKey(theirs, key).orElse(null);
      Sample sample = result.find(key).orElse(null);
      boolean isDeletionTold =
          told.contains("deleted by us " + key) || told.contains("deleted by them " + key);
      if (sample == null) {
        assertThat(left == null || right == null).as("%s is there", key).isTrue();
        if (!isDeletionTold) {
          columns.values().forEach(col -> deleted(key, col, left, right));
        }
        continue;
      }
      for (MergeModel.Col col : columns.values()) {
        Object value = Kinds.shown(sample.value(col.name()));
        Cell a = cell(ours, left, col);
        Cell c = cell(theirs, right, col);
        String what = "column \"" + col.name() + "\" of " + key;
        if (a == null && c == null) {
          // It comes back to a side that has the column: with the cell that it once had there.
          Set<Object> once = once(seenByUs, key, col);
          once.addAll(once(seenByThem, key, col));
          once.add(null);
          once.add(Kinds.missing(col.kind()));
          assertThat(once).as(what).contains(value);
        } else if (a == null || c == null) {
          assertThat(value).as(what).isEqualTo(a == null ? c.value() : a.value());
        } else if (told.contains("cell " + key + " " + col.name())) {
          boolean takesTheirs = settled == MergeModel.Settled.THEIRS;
          assertThat(value).as(what).isEqualTo(takesTheirs ? c.value() : a.value());
        } else if (col.kind().equals("set") && a.value() != null && c.value() != null) {
          joined(what, key, col, value, a.value(), c.value());
        } else if (!Objects.equals(a.value(), c.value())) {
          assertThat(value).as(what).isIn(a.value(), c.value());
          boolean takesOurs = Objects.equals(value, a.value());
          Object gone = takesOurs ? c.value() : a.value();
          Object missing = Kinds.missing(col.kind());
          boolean neverSet =
              Objects.equals(gone, missing)
                  && once(takesOurs ? seenByThem : seenByUs, key, col).stream()
                      .allMatch(then -> Objects.equals(then, missing));
          if (!neverSet) {
            assertThat(once(takesOurs ? seenByUs : seenByThem, key, col))
                .as("%s: what gave way, %s against %s", what, a, c)
                .contains(gone);
          }
        } else {
          assertThat(value).as(what).isEqualTo(a.value());
        }
      }
    }
  }

  /** A cell of a side that has both the sample and the column. */
  private record Cell(Object value) {}

  private static Cell cell(MergeModel side, MergeModel.Item item, MergeModel.Col col) {
    MergeModel.Col there = column(side, col).orElse(null);
    return item == null || there == null ? null : new Cell(item.cells().get(there.id()));
  }

  private static Optional<MergeModel.Col> column(MergeModel side, MergeModel.Col col) {
    return side.columns().values().stream().filter(col::isAlso).findFirst();
  }

  private static Optional<MergeModel.Item> byKey(MergeModel side, String key) {
    return side.samples().stream().filter(item -> item.key().equals(key)).findFirst();
  }

  /** A deletion that stands without a word is one of what the side that deleted had, too. */
  private void deleted(
      String key, MergeModel.Col col, MergeModel.Item left, MergeModel.Item right) {
    Cell kept = left != null ? cell(ours, left, col) : cell(theirs, right, col);
    if (kept != null) {
      Set<Object> once = once(left != null ? seenByThem : seenByUs, key, col);
      once.add(Kinds.missing(col.kind()));
      assertThat(once)
          .as("column \"%s\" of %s, which was deleted", col.name(), key)
          .contains(kept.value());
    }
  }

  private void joined(
      String what, String key, MergeModel.Col col, Object value, Object left, Object right) {
    List<?> a = (List<?>) left;
    List<?> c = (List<?>) right;
    List<?> joined = value == null ? List.of() : (List<?>) value;
    List<Object> either = new ArrayList<>(a);
    either.addAll(c);
    assertThat(either).as(what).containsAll(joined);
    for (Object element : either) {
      if (!joined.contains(element)) {
        assertThat(a.contains(element) && c.contains(element)).as(what).isFalse();
        List<MergeModel> seen = a.contains(element) ? seenByThem : seenByUs;
        assertThat(once(seen, key, col))
            .as("%s: %s was removed", what, element)
            .anyMatch(then -> then instanceof List<?> list && list.contains(element));
      }
    }
  }

  /** Returns what a cell has been in any of these versions. */
  private static Set<Object> once(List<MergeModel> versions, String key, MergeModel.Col col) {
    Set<Object> values = new HashSet<>();
    for (MergeModel version : versions) {
      byKey(version, key)
          .map(item -> cell(version, item, col))
          .ifPresent(cell -> values.add(cell.value()));
    }
    return values;
  }
}

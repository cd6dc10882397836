package dev.sheaf.format.merge;

import dev.sheaf.format.SampleId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A version as plain maps and lists, without a thought of size: what {@link ModelMerge} merges.
 * Immutable.
 *
 * @param columns by id
 * @param places the samples that the order lists, deleted ones included, which keep their place
 * @param items the samples that the version shows: those that are listed and not deleted
 * @param deleted all samples that are noted as deleted, listed or not
 * @param runs the appends of which the version knows
 * @param documents content by path
 */
record MergeModel(
    Map<String, Col> columns,
    List<SampleId> places,
    Map<SampleId, Item> items,
    Set<SampleId> deleted,
    Set<Long> runs,
    Map<String, Integer> documents) {
  static final MergeModel EMPTY =
      new MergeModel(Map.of(), List.of(), Map.of(), Set.of(), Set.of(), Map.of());

  MergeModel {
    // Sorted, for the random steps of a seed to be the same in each JVM.
    columns = Collections.unmodifiableMap(new TreeMap<>(columns));
    places = List.copyOf(places);
    Map<SampleId, Item> shown = new LinkedHashMap<>();
    for (SampleId place : places) {
      if (items.containsKey(place)) {
        shown.put(place, items.get(place));
      }
    }
    items = Collections.unmodifiableMap(shown);
    documents = Collections.unmodifiableMap(new TreeMap<>(documents));
  }

  /**
   * A column.
   *
   * @param kind tells the type: columns of one name have one kind
   * @param aliases ids of columns united with it
   */
  record Col(String id, String name, String kind, Set<String> aliases) {
    Col {
      aliases = Collections.unmodifiableSet(new TreeSet<>(aliases));
    }

    /** Returns the id and then those of the columns united with it. */
    List<String> ids() {
      List<String> ids = new ArrayList<>(List.of(id));
      ids.addAll(aliases);
      return ids;
    }
  }

  /** A sample; cells by column id, null ones left out. */
  record Item(SampleId id, String key, Map<String, Object> cells) {
    Item {
      cells = Collections.unmodifiableMap(new TreeMap<>(cells));
    }
  }

  /** Returns the samples in order. */
  List<Item> samples() {
    return List.copyOf(items.values());
  }

  Optional<Item> find(SampleId id) {
    return Optional.ofNullable(items.get(id));
  }

  /** Returns a column by its id, or else under one that it was united with. */
  Optional<Col> column(Col like) {
    return like.ids().stream().filter(columns::containsKey).findFirst().map(columns::get);
  }

  /** Returns a set with more members; the same one if there are none. */
  static <T> Set<T> with(Set<T> set, Collection<T> more) {
    if (set.containsAll(more)) {
      return set;
    }
    Set<T> all = new HashSet<>(set);
    all.addAll(more);
    return Collections.unmodifiableSet(all);
  }

  /**
   * Returns the places of samples that are put in an order. Between two of one append the deleted
   * ones in between stay where they are.
   */
  static List<SampleId> ordered(List<SampleId> samples, Set<SampleId> deleted) {
    List<SampleId> places = new ArrayList<>();
    SampleId last = null;
    for (SampleId sample : samples) {
      if (last != null && last.run() == sample.run()) {
        List<SampleId> between = new ArrayList<>();
        for (long i = last.ordinal() + 1; i < sample.ordinal(); i++) {
          between.add(new SampleId(last.run(), i));
        }
        if (deleted.containsAll(between)) {
          places.addAll(between);
        }
      }
      places.add(sample);
      last = sample;
    }
    return places;
  }
}

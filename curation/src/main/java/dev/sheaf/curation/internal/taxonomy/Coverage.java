package dev.sheaf.curation.internal.taxonomy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How well samples cover a taxonomy, and which tags of different modalities go together. Fed sample
 * by sample; not safe for use by several threads. Memory grows with the pairs of tags that occur.
 */
public final class Coverage {
  private final Taxonomy taxonomy;
  private final Map<String, Map<String, Long>> byTag = new LinkedHashMap<>();
  private final Map<String, Long> byFacet = new LinkedHashMap<>();
  private final Map<List<String>, Long> pairs = new TreeMap<>(Coverage::compare);
  private long samples;

  /**
   * The samples that have one tag.
   *
   * @param facet its facet
   * @param tag the tag
   * @param depth how many tags are above it
   * @param byModality the samples by modality
   */
  public record TagCount(String facet, String tag, int depth, Map<String, Long> byModality) {
    /** Copies the counts. */
    public TagCount {
      byModality = Map.copyOf(byModality);
    }

    /** Returns the samples in the modality that has most. */
    public long most() {
      return byModality.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }
  }

  /**
   * How two tags of different modalities go together.
   *
   * @param tag the one
   * @param modality where it was seen
   * @param otherTag the other
   * @param otherModality where that was seen
   * @param together samples that have both
   * @param lift how many times more often than if they were independent: 1 is no relation
   * @param phi the correlation of the two as 0 and 1, from -1 to 1
   * @param contradiction whether the taxonomy says that they exclude each other
   */
  public record Correlation(
      String tag,
      String modality,
      String otherTag,
      String otherModality,
      long together,
      double lift,
      double phi,
      boolean contradiction) {}

  /** Begins with no samples. */
  public Coverage(Taxonomy taxonomy) {
    this.taxonomy = taxonomy;
    taxonomy.tags().forEach(tag -> byTag.put(tag, new TreeMap<>()));
    taxonomy.facets().forEach(facet -> byFacet.put(facet, 0L));
  }

  private static int compare(List<String> a, List<String> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order = a.get(i).compareTo(b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  /** Takes one sample into account. Tags that the taxonomy does not know are not counted. */
  public void add(List<Assignment> tags) {
    samples++;
    Set<List<String>> distinct = new TreeSet<>(Coverage::compare);
    Set<String> facets = new TreeSet<>();
    for (Assignment tag : tags) {
      if (taxonomy.contains(tag.tag())) {
        distinct.add(List.of(tag.modality(), tag.tag()));
        facets.add(taxonomy.facet(tag.tag()));
      }
    }
    facets.forEach(facet -> byFacet.merge(facet, 1L, Long::sum));
    List<List<String>> all = List.copyOf(distinct);
    for (int i = 0; i < all.size(); i++) {
      byTag.get(all.get(i).get(1)).merge(all.get(i).get(0), 1L, Long::sum);
      for (int j = i + 1; j < all.size(); j++) {
        if (!all.get(i).get(0).equals(all.get(j).get(0))) {
          List<String> pair = new ArrayList<>(all.get(i));
          pair.addAll(all.get(j));
          pairs.merge(List.copyOf(pair), 1L, Long::sum);
        }
      }
    }
  }

  /** Returns the number of samples. */
  public long samples() {
    return samples;
  }

  /** Returns for each facet how many samples have a tag of it. */
  public Map<String, Long> facets() {
    return Map.copyOf(byFacet);
  }

  /** Returns the counts of all tags in the order of the taxonomy. */
  public List<TagCount> tags() {
    return byTag.entrySet().stream()
        .map(
            entry ->
                new TagCount(
                    taxonomy.facet(entry.getKey()),
                    entry.getKey(),
                    taxonomy.depth(entry.getKey()),
                    entry.getValue()))
        .toList();
  }

  /** Returns the tags with fewer than {@code least} samples: what to acquire next. */
  public List<TagCount> gaps(long least) {
    return tags().stream().filter(tag -> tag.most() < least).toList();
  }

  /** Returns the relations of tags of different modalities, the strongest first. */
  public List<Correlation> correlations() {
    Map<List<String>, Long> singles = new HashMap<>();
    byTag.forEach(
        (tag, counts) ->
            counts.forEach((modality, count) -> singles.put(List.of(modality, tag), count)));
    List<Correlation> all = new ArrayList<>();
    pairs.forEach(
        (pair, together) -> {
          double a = singles.get(pair.subList(0, 2));
          double b = singles.get(pair.subList(2, 4));
          double n = samples;
          double both = together;
          double spread = Math.sqrt(a * (n - a) * b * (n - b));
          all.add(
              new Correlation(
                  pair.get(1),
                  pair.get(0),
                  pair.get(3),
                  pair.get(2),
                  together,
                  both * n / (a * b),
                  spread == 0 ? 0 : (n * both - a * b) / spread,
                  taxonomy.excludes(pair.get(1), pair.get(3))));
        });
    all.sort(
        Comparator.comparingDouble((Correlation c) -> -Math.abs(c.phi()))
            .thenComparing(Correlation::tag)
            .thenComparing(Correlation::otherTag));
    return List.copyOf(all);
  }
}

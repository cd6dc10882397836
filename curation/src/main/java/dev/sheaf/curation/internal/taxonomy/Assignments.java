package dev.sheaf.curation.internal.taxonomy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tags of one sample after the taxonomy was applied.
 *
 * @param tags sorted by modality, facet, place in the taxonomy
 * @param conflicts the assignments that were left out because a surer one excludes them, with that
 *     one, in words
 */
public record Assignments(List<Assignment> tags, List<String> conflicts) {
  private static final Comparator<Assignment> SURER =
      Comparator.comparingDouble(Assignment::confidence)
          .reversed()
          .thenComparing(Assignment::modality)
          .thenComparing(Assignment::tag)
          .thenComparing(Assignment::source);

  /** Copies the lists. */
  public Assignments {
    tags = List.copyOf(tags);
    conflicts = List.copyOf(conflicts);
  }

  /**
   * Applies a taxonomy: the surest assignment of a tag and modality stays; a tag that a surer tag
   * of the same modality excludes (or excludes by what it implies) is left out; what the rest
   * implies is added. The order of the input does not matter.
   */
  public static Assignments resolve(Taxonomy taxonomy, Collection<Assignment> raw) {
    Map<String, Assignment> kept = new LinkedHashMap<>();
    List<String> conflicts = new ArrayList<>();
    for (Assignment candidate : raw.stream().sorted(SURER).toList()) {
      String key = candidate.modality() + "/" + candidate.tag();
      boolean named = kept.containsKey(key) && !isImplied(kept.get(key));
      if (named) {
        continue;
      }
      Assignment against = conflict(taxonomy, kept.values(), candidate);
      if (against != null) {
        conflicts.add(candidate.modality() + ": " + candidate.tag() + " against " + against.tag());
        continue;
      }
      kept.put(key, candidate);
      for (String implied : taxonomy.implied(candidate.tag())) {
        kept.putIfAbsent(
            candidate.modality() + "/" + implied,
            new Assignment(
                implied,
                candidate.modality(),
                "implied:" + candidate.tag(),
                candidate.confidence()));
      }
    }
    List<String> order = taxonomy.tags();
    List<Assignment> tags = new ArrayList<>(kept.values());
    tags.sort(
        Comparator.comparing(Assignment::modality)
            .thenComparingInt(assignment -> order.indexOf(assignment.tag())));
    return new Assignments(tags, conflicts);
  }

  private static boolean isImplied(Assignment assignment) {
    return assignment.source().startsWith("implied:");
  }

  private static Assignment conflict(
      Taxonomy taxonomy, Collection<Assignment> kept, Assignment candidate) {
    List<String> with = new ArrayList<>(taxonomy.implied(candidate.tag()));
    with.add(candidate.tag());
    for (Assignment other : kept) {
      if (other.modality().equals(candidate.modality())
          && with.stream().anyMatch(tag -> taxonomy.excludes(tag, other.tag()))) {
        return other;
      }
    }
    return null;
  }
}

package dev.sheaf.curation;

import dev.sheaf.curation.internal.taxonomy.Assignment;
import dev.sheaf.curation.internal.taxonomy.Coverage;
import dev.sheaf.curation.internal.taxonomy.Taxonomy;
import dev.sheaf.format.Batch;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How well the samples of a version cover a taxonomy, and which tags of different modalities go
 * together.
 *
 * @param taxonomy the taxonomy's name
 * @param samples the number of samples
 * @param facets for each facet, how many samples have a tag of it
 * @param tags for each tag, how many samples have it, in the order of the taxonomy
 * @param pairs pairs of tags of different modalities, the strongest relation first
 */
public record TagCoverage(
    String taxonomy, long samples, List<Facet> facets, List<Tag> tags, List<Pair> pairs) {
  /** Copies the lists. */
  public TagCoverage {
    facets = List.copyOf(facets);
    tags = List.copyOf(tags);
    pairs = List.copyOf(pairs);
  }

  /** The samples that have a tag of a facet. */
  public record Facet(String name, long samples) {}

  /**
   * The samples that have a tag.
   *
   * @param depth how many tags are above it
   * @param samples the samples by modality; empty for a gap
   */
  public record Tag(String facet, String name, int depth, Map<String, Long> samples) {
    /** Copies the counts. */
    public Tag {
      samples = Map.copyOf(samples);
    }

    /** Returns the samples in the modality that has most. */
    public long most() {
      return samples.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }
  }

  /**
   * Two tags that were seen together.
   *
   * @param together samples that have both
   * @param lift how many times more often than if they were independent
   * @param phi their correlation, from -1 to 1
   * @param contradiction whether the taxonomy says that they exclude each other
   */
  public record Pair(
      String modality,
      String tag,
      String otherModality,
      String otherTag,
      long together,
      double lift,
      double phi,
      boolean contradiction) {}

  /**
   * Counts the tags of a version.
   *
   * @param column the column that a {@code tag} step made
   * @param taxonomyFile the taxonomy
   */
  public static TagCoverage of(Version version, String column, Path taxonomyFile) {
    Taxonomy taxonomy = Taxonomy.read(taxonomyFile);
    Coverage coverage = new Coverage(taxonomy);
    version.schema().column(column);
    for (Batch batch : version.select(column).scan()) {
      for (int row = 0; row < batch.size(); row++) {
        List<Assignment> tags = new ArrayList<>();
        if (batch.sample(row).value(column) instanceof List<?> cell) {
          cell.forEach(item -> tags.add(Assignment.of((Map<?, ?>) item)));
        }
        coverage.add(tags);
      }
    }
    return new TagCoverage(
        taxonomy.name(),
        coverage.samples(),
        taxonomy.facets().stream().map(f -> new Facet(f, coverage.facets().get(f))).toList(),
        coverage.tags().stream()
            .map(t -> new Tag(t.facet(), t.tag(), t.depth(), t.byModality()))
            .toList(),
        coverage.correlations().stream()
            .map(
                c ->
                    new Pair(
                        c.modality(),
                        c.tag(),
                        c.otherModality(),
                        c.otherTag(),
                        c.together(),
                        c.lift(),
                        c.phi(),
                        c.contradiction()))
            .toList());
  }
}

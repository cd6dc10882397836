package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.Table;
import dev.sheaf.curation.TagCoverage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Reports how well tags cover a taxonomy. */
final class TaxonomyCommand extends Command {
  private static final int PAIRS = 10;

  @Override
  void define(Options options) {
    options
        .example("sheaf taxonomy coverage pets.sheaf", "Count tags, show gaps")
        .example("sheaf taxonomy coverage pets.sheaf --least 50", "Tags with fewer are gaps")
        .synopsis("coverage [DATASET] --taxonomy FILE")
        .about(
            "Reports how many samples have each tag of a taxonomy, which tags have too few, and how "
                + "tags of different modalities go together.")
        .value("FILE", "The taxonomy (taxonomy.yaml)", "--taxonomy")
        .value("NAME", "The column of tags (tags)", "--column")
        .value("N", "Tags with fewer samples are gaps (1)", "--least");
  }

  @Override
  int run() {
    List<String> arguments = options().arguments();
    if (arguments.isEmpty() || !arguments.get(0).equals("coverage")) {
      throw usage("Expected \"coverage\"", "Write sheaf taxonomy coverage PATH.sheaf");
    }
    Target target =
        Target.first(
            "taxonomy", arguments.subList(1, arguments.size()), surroundings().directory());
    refuseMore(target, 0);
    String file = options().has("--taxonomy") ? options().value("--taxonomy") : "taxonomy.yaml";
    String column = options().has("--column") ? options().value("--column") : "tags";
    long least = options().number("--least", 0, 1);
    try (Opened opened = Opened.of(target, surroundings())) {
      TagCoverage coverage = TagCoverage.of(opened.version(), column, surroundings().path(file));
      if (json()) {
        print(json(coverage, least));
      } else {
        write(coverage, least);
      }
    }
    return 0;
  }

  private void write(TagCoverage coverage, long least) {
    long samples = Math.max(1, coverage.samples());
    out().line(coverage.taxonomy() + ": " + coverage.samples() + " samples");
    Table tags = new Table("facet / tag", ">samples", ">share", "by modality");
    for (TagCoverage.Facet facet : coverage.facets()) {
      tags.row(facet.name(), "" + facet.samples(), share(facet.samples(), samples), "");
      for (TagCoverage.Tag tag : coverage.tags()) {
        if (tag.facet().equals(facet.name())) {
          String name = "  ".repeat(tag.depth() + 1) + tag.name();
          List<String> parts = new ArrayList<>();
          new TreeMap<>(tag.samples()).forEach((modality, n) -> parts.add(modality + " " + n));
          tags.row(name, "" + tag.most(), share(tag.most(), samples), String.join(", ", parts));
        }
      }
    }
    tags.writeTo(out(), style(), width());
    List<String> gaps = gaps(coverage, least);
    out().line(gaps.isEmpty() ? "no gaps" : "gaps: " + String.join(", ", gaps));
    if (!coverage.pairs().isEmpty()) {
      out().line("tags of different modalities:");
      Table pairs = new Table("tag", "with", ">together", ">lift", ">phi", "");
      coverage.pairs().stream()
          .limit(PAIRS)
          .forEach(
              pair ->
                  pairs.row(
                      pair.modality() + ":" + pair.tag(),
                      pair.otherModality() + ":" + pair.otherTag(),
                      "" + pair.together(),
                      String.format(Locale.ROOT, "%.2f", pair.lift()),
                      String.format(Locale.ROOT, "%.2f", pair.phi()),
                      pair.contradiction() ? "contradiction" : ""));
      pairs.writeTo(out(), style(), width());
    }
  }

  private static String share(long count, long samples) {
    return String.format(Locale.ROOT, "%.1f%%", 100.0 * count / samples);
  }

  private static List<String> gaps(TagCoverage coverage, long least) {
    return coverage.tags().stream()
        .filter(tag -> tag.most() < least)
        .map(TagCoverage.Tag::name)
        .toList();
  }

  private static Object json(TagCoverage coverage, long least) {
    List<Object> facets = new ArrayList<>();
    coverage
        .facets()
        .forEach(f -> facets.add(Json.object("facet", f.name(), "samples", f.samples())));
    List<Object> tags = new ArrayList<>();
    coverage
        .tags()
        .forEach(
            t ->
                tags.add(
                    Json.object(
                        "facet",
                        t.facet(),
                        "tag",
                        t.name(),
                        "depth",
                        (long) t.depth(),
                        "samples",
                        new TreeMap<>(t.samples()))));
    List<Object> pairs = new ArrayList<>();
    coverage
        .pairs()
        .forEach(
            p ->
                pairs.add(
                    Json.object(
                        "modality", p.modality(),
                        "tag", p.tag(),
                        "other_modality", p.otherModality(),
                        "other_tag", p.otherTag(),
                        "together", p.together(),
                        "lift", p.lift(),
                        "phi", p.phi(),
                        "contradiction", p.contradiction())));
    return Json.object(
        "taxonomy",
        coverage.taxonomy(),
        "samples",
        coverage.samples(),
        "facets",
        facets,
        "tags",
        tags,
        "gaps",
        gaps(coverage, least),
        "pairs",
        pairs);
  }
}

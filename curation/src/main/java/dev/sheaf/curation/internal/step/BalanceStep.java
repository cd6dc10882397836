package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.balance.Quotas;
import dev.sheaf.curation.internal.recipe.Setting;
import dev.sheaf.curation.internal.recipe.Settings;
import dev.sheaf.curation.internal.recipe.StepType;
import dev.sheaf.curation.internal.taxonomy.Taxonomy;
import dev.sheaf.curation.internal.yaml.Yaml;
import dev.sheaf.curation.step.Feature;
import dev.sheaf.curation.step.Outcome;
import dev.sheaf.curation.step.Parameter;
import dev.sheaf.curation.step.Rows;
import dev.sheaf.curation.step.Step;
import dev.sheaf.format.Column;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Suggestion;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Chooses samples such that categories are as even as what is there allows. */
final class BalanceStep implements Step {
  private static final String NONE = "(none)";
  private static final int TOGETHER = 512;
  private static final long NO_LIMIT = Long.MAX_VALUE;

  static final StepType TYPE =
      new StepType(
          "balance",
          "Chooses samples such that categories are as even as what is there allows.",
          "total",
          List.of(
              Parameter.texts(
                      "by",
                      "columns, outer before inner; TAGS/FACET takes the tags of one facet only")
                  .asRequired(),
              Parameter.integer("total", 0, 0, NO_LIMIT, "how many samples; 0 is no limit"),
              Parameter.integer("max", 0, 0, NO_LIMIT, "most of one category; 0 is no limit"),
              Parameter.nested(
                  "minimum", "by category of the first column: COUNT or {count, hard: true}"),
              Parameter.text("taxonomy", "", "the file of tags, when by names a facet"),
              Parameter.integer("seed", 0, 0, NO_LIMIT, "the recipe's seed by default")),
          BalanceStep::new);

  private final String id;
  private final List<Level> levels;
  private final long total;
  private final long max;
  private final long seed;
  private final Map<String, Quotas.Bounds> bounds;
  private final Settings settings;

  /**
   * One level of categories.
   *
   * @param column where the values are
   * @param tags the tags that count, or none for all values
   */
  private record Level(String column, List<String> tags) {}

  private BalanceStep(Settings settings, Setting setting) {
    this.settings = settings;
    id = setting.id();
    levels = settings.texts("by").stream().map(name -> level(name, settings, setting)).toList();
    if (levels.isEmpty()) {
      throw settings.error("by", "by names no column", "Write by: [COLUMN]");
    }
    total = settings.integer("total") == 0 ? NO_LIMIT : settings.integer("total");
    max = settings.integer("max") == 0 ? NO_LIMIT : settings.integer("max");
    if (total == NO_LIMIT && max == NO_LIMIT) {
      throw settings.error(
          "total", "balance needs a total or a max", "Add total: COUNT, or max: COUNT");
    }
    seed = settings.has("seed") ? settings.integer("seed") : setting.seed();
    bounds = settings.nested("minimum").map(this::minima).orElse(Map.of());
  }

  private static Level level(String name, Settings settings, Setting setting) {
    int slash = name.indexOf('/');
    String column = slash < 0 ? name : name.substring(0, slash);
    List<String> names = setting.schema().columns().stream().map(Column::name).toList();
    if (!names.contains(column)) {
      throw settings.error(
          "by", "Unknown column \"" + column + "\"", Suggestion.of(column, names, "columns"));
    }
    if (slash < 0) {
      return new Level(column, List.of());
    }
    if (!settings.has("taxonomy")) {
      throw settings.error("by", "\"" + name + "\" names a facet", "Add taxonomy: FILE");
    }
    Taxonomy taxonomy = Taxonomy.read(setting.folder().resolve(settings.text("taxonomy")));
    String facet = name.substring(slash + 1);
    if (!taxonomy.facets().contains(facet)) {
      throw settings.error(
          "by",
          "Unknown facet \"" + facet + "\"",
          Suggestion.of(facet, taxonomy.facets(), "facets"));
    }
    return new Level(column, taxonomy.tagsOf(facet));
  }

  private Map<String, Quotas.Bounds> minima(Yaml yaml) {
    Map<String, Quotas.Bounds> minima = new LinkedHashMap<>();
    yaml.map()
        .forEach(
            (category, value) -> {
              if (value.isMap()) {
                value.allow(List.of("count", "hard"), "entry");
                long count =
                    value
                        .get("count")
                        .orElseThrow(
                            () -> value.error("No count", "Write {count: 100, hard: true}"))
                        .integer();
                boolean hard = value.get("hard").map(Yaml::truth).orElse(false);
                minima.put(category, new Quotas.Bounds(count, hard, max));
              } else {
                minima.put(category, new Quotas.Bounds(value.integer(), false, max));
              }
            });
    return minima;
  }

  @Override
  public List<String> inputs() {
    return List.of();
  }

  @Override
  public String featureCode() {
    return "";
  }

  @Override
  public List<Feature> features(List<Sample> batch) {
    throw new IllegalStateException("balance has no features");
  }

  @Override
  public List<Column> outputs() {
    return List.of();
  }

  @Override
  public Outcome decide(Rows rows) {
    List<List<String>> categories = categories(rows);
    List<SampleId> ids = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      ids.add(rows.id(row));
    }
    Quotas quotas;
    try {
      quotas =
          Quotas.choose(total, seed, categories, ids, bounds, new Quotas.Bounds(0, false, max));
    } catch (Quotas.UnmetException e) {
      throw settings.error(
          "minimum", "Cannot balance: " + e.getMessage(), "Lower it, or leave out hard: true");
    }
    return outcome(rows, categories, quotas);
  }

  private Outcome outcome(Rows rows, List<List<String>> categories, Quotas quotas) {
    Outcome.Builder outcome = new Outcome.Builder(id, rows.size());
    Map<List<String>, Quotas.Quota> byPath = new HashMap<>();
    for (Quotas.Quota quota : quotas.quotas()) {
      byPath.put(quota.path(), quota);
      String name = String.join("/", quota.path());
      outcome.count("quota:" + name, quota.quota());
      if (quota.missing() > 0) {
        outcome.note(name + ": " + quota.missing() + " short of its minimum");
      }
    }
    BitSet chosen = quotas.chosen();
    for (int row = 0; row < rows.size(); row++) {
      if (!chosen.get(row)) {
        Quotas.Quota quota = byPath.get(categories.get(row));
        String reason =
            "over the quota of "
                + String.join("/", quota.path())
                + ": "
                + quota.quota()
                + " of "
                + quota.available();
        outcome.drop(row, "quota", (double) quota.available(), (double) quota.quota(), reason);
      }
    }
    return outcome.build();
  }

  /** A sample of several values counts for the rarest, which needs it most. */
  private List<List<String>> categories(Rows rows) {
    List<List<List<String>>> values = new ArrayList<>();
    List<Map<String, Integer>> counts = new ArrayList<>();
    levels.forEach(level -> counts.add(new HashMap<>()));
    for (int from = 0; from < rows.size(); from += TOGETHER) {
      for (Sample sample : rows.samples(from, Math.min(rows.size(), from + TOGETHER))) {
        List<List<String>> ofSample = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
          List<String> found = values(sample.value(levels.get(i).column()), levels.get(i).tags());
          Map<String, Integer> count = counts.get(i);
          found.forEach(value -> count.merge(value, 1, Integer::sum));
          ofSample.add(found);
        }
        values.add(ofSample);
      }
    }
    List<List<String>> categories = new ArrayList<>();
    for (List<List<String>> ofSample : values) {
      List<String> path = new ArrayList<>();
      for (int i = 0; i < levels.size(); i++) {
        Map<String, Integer> count = counts.get(i);
        path.add(
            ofSample.get(i).stream()
                .min(Comparator.comparing((String v) -> count.get(v)).thenComparing(v -> v))
                .orElse(NONE));
      }
      categories.add(List.copyOf(path));
    }
    return categories;
  }

  private static List<String> values(Object cell, List<String> tags) {
    List<String> values = new ArrayList<>();
    if (cell instanceof List<?> list) {
      for (Object item : list) {
        Object value = item instanceof Map<?, ?> fields ? fields.get("tag") : item;
        if (value != null && !values.contains(value.toString())) {
          values.add(value.toString());
        }
      }
    } else if (cell != null) {
      values.add(cell.toString());
    }
    if (!tags.isEmpty()) {
      values.retainAll(tags);
    }
    return values.isEmpty() ? List.of(NONE) : values;
  }
}

package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.digest.InputDigest;
import dev.sheaf.curation.internal.recipe.Setting;
import dev.sheaf.curation.internal.recipe.Settings;
import dev.sheaf.curation.internal.recipe.StepType;
import dev.sheaf.curation.internal.taxonomy.Assignment;
import dev.sheaf.curation.internal.taxonomy.Assignments;
import dev.sheaf.curation.internal.taxonomy.Keywords;
import dev.sheaf.curation.internal.taxonomy.Taxonomy;
import dev.sheaf.curation.internal.yaml.Yaml;
import dev.sheaf.curation.step.Feature;
import dev.sheaf.curation.step.Outcome;
import dev.sheaf.curation.step.Parameter;
import dev.sheaf.curation.step.Rows;
import dev.sheaf.curation.step.Step;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Suggestion;
import dev.sheaf.format.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tags samples by the words of a taxonomy and by SQL rules. */
final class TagStep implements Step {
  static final StepType TYPE =
      new StepType(
          "tag",
          "Tags samples by the words of a taxonomy and by SQL rules.",
          "taxonomy",
          List.of(
              Parameter.text("taxonomy", "", "the file of tags, relative to the recipe")
                  .asRequired(),
              Parameter.nested(
                  "keywords",
                  "text columns to look for words in: a list, or column: modality (text)"),
              Parameter.nested("rules", "a list of {tag, where, modality, confidence}"),
              Parameter.text("output", "tags", "the column of assignments"),
              Parameter.integer("min_tags", 0, 0, 1000, "samples with fewer tags are dropped")),
          TagStep::new);

  private static final Type ASSIGNMENTS =
      Type.list(
          new Type.Struct(
              List.of(
                  new Type.Field("tag", Type.UTF8),
                  new Type.Field("modality", Type.UTF8),
                  new Type.Field("source", Type.UTF8),
                  new Type.Field("confidence", Type.scalar(DType.FLOAT32)))));

  private final String id;
  private final String output;
  private final long minTags;
  private final Taxonomy taxonomy;
  private final Keywords words;
  private final Map<String, String> modalityByColumn;
  private final List<Rule> rules;

  /** One SQL rule. */
  private record Rule(String tag, String where, String modality, double confidence) {}

  private TagStep(Settings settings, Setting setting) {
    id = setting.id();
    output = settings.text("output");
    minTags = settings.integer("min_tags");
    taxonomy = Taxonomy.read(setting.folder().resolve(settings.text("taxonomy")));
    words = new Keywords(taxonomy);
    modalityByColumn =
        settings.nested("keywords").map(yaml -> columns(yaml, setting)).orElse(Map.of());
    rules =
        settings
            .nested("rules")
            .map(yaml -> yaml.list().stream().map(this::rule).toList())
            .orElse(List.of());
    if (modalityByColumn.isEmpty() && rules.isEmpty()) {
      throw settings.error(
          "taxonomy", "tag has neither keywords nor rules", "Add keywords: [COLUMN] or rules:");
    }
  }

  private static Map<String, String> columns(Yaml yaml, Setting setting) {
    Map<String, String> columns = new LinkedHashMap<>();
    if (yaml.isMap()) {
      yaml.map().forEach((column, modality) -> columns.put(column, modality.text()));
    } else {
      yaml.texts().forEach(column -> columns.put(column, "text"));
    }
    List<String> names = setting.schema().columns().stream().map(Column::name).toList();
    for (String column : columns.keySet()) {
      if (!names.contains(column)) {
        throw yaml.error(
            "Unknown column \"" + column + "\"", Suggestion.of(column, names, "columns"));
      }
      Type type = setting.schema().column(column).type();
      if (!Settings.isText(type)) {
        throw yaml.error(
            "Column \"" + column + "\" is " + type + ", not text", "Use rules: for it");
      }
    }
    return columns;
  }

  private Rule rule(Yaml yaml) {
    yaml.allow(List.of("tag", "where", "modality", "confidence"), "entry");
    Yaml tag =
        yaml.get("tag").orElseThrow(() -> yaml.error("The rule has no tag", "Add tag: NAME"));
    if (!taxonomy.contains(tag.text())) {
      throw tag.error(
          "Unknown tag \"" + tag.text() + "\"", Suggestion.of(tag.text(), taxonomy.tags(), "tags"));
    }
    Yaml where =
        yaml.get("where")
            .orElseThrow(() -> yaml.error("The rule has no condition", "Add where: CONDITION"));
    double confidence = yaml.get("confidence").map(Yaml::number).orElse(1.0);
    if (!(confidence >= 0 && confidence <= 1)) {
      throw yaml.error("confidence is " + confidence, "Give a number from 0 to 1");
    }
    String modality = yaml.get("modality").map(Yaml::text).orElse("metadata");
    return new Rule(tag.text(), where.text(), modality, confidence);
  }

  @Override
  public List<String> inputs() {
    return List.copyOf(modalityByColumn.keySet());
  }

  @Override
  public String featureCode() {
    return "tag/1 " + modalityByColumn.values() + " " + InputDigest.ofText(taxonomy.canonical());
  }

  /** The words that were found, a line each: tag, modality, word. */
  @Override
  public List<Feature> features(List<Sample> batch) {
    List<Feature> features = new ArrayList<>();
    for (Sample sample : batch) {
      StringBuilder found = new StringBuilder();
      modalityByColumn.forEach(
          (column, modality) -> {
            String text = sample.text(column);
            if (text != null) {
              for (Keywords.Match match : words.find(text)) {
                found.append(match.tag()).append('\t').append(modality).append('\t');
                found.append(match.word()).append('\n');
              }
            }
          });
      features.add(Feature.of(found.toString().getBytes(StandardCharsets.UTF_8)));
    }
    return features;
  }

  @Override
  public List<Column> outputs() {
    return List.of(Columns.derived(output, ASSIGNMENTS, inputs(), "tag/1"));
  }

  @Override
  public Outcome decide(Rows rows) {
    List<BitSet> matching = rules.stream().map(rule -> rows.matching(rule.where())).toList();
    Outcome.Builder outcome = new Outcome.Builder(id, rows.size());
    Object[] cells = new Object[rows.size()];
    Map<String, Long> counts = new TreeMap<>();
    long conflicts = 0;
    for (int row = 0; row < rows.size(); row++) {
      List<Assignment> raw = found(rows, row);
      for (int i = 0; i < rules.size(); i++) {
        if (matching.get(i).get(row)) {
          Rule rule = rules.get(i);
          raw.add(
              new Assignment(rule.tag(), rule.modality(), "rule:" + (i + 1), rule.confidence()));
        }
      }
      Assignments resolved = Assignments.resolve(taxonomy, raw);
      conflicts += resolved.conflicts().size();
      cells[row] = resolved.tags().stream().map(Assignment::toMap).toList();
      resolved.tags().stream()
          .map(Assignment::tag)
          .distinct()
          .forEach(tag -> counts.merge(tag, 1L, Long::sum));
      if (resolved.tags().size() < minTags) {
        int tags = resolved.tags().size();
        outcome.drop(row, "min_tags", tags, (double) minTags, tags + " tags < " + minTags);
      }
    }
    outcome.column(output, cells).count("conflicts", conflicts);
    counts.forEach((tag, count) -> outcome.count("tag:" + tag, count));
    return outcome.build();
  }

  private List<Assignment> found(Rows rows, int row) {
    List<Assignment> raw = new ArrayList<>();
    if (modalityByColumn.isEmpty()) {
      return raw;
    }
    String lines = new String(rows.feature(row).bytes(), StandardCharsets.UTF_8);
    lines
        .lines()
        .forEach(
            line -> {
              String[] parts = line.split("\t", 3);
              raw.add(new Assignment(parts[0], parts[1], "keyword:" + parts[2], 1));
            });
    return raw;
  }
}

package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.recipe.Setting;
import dev.sheaf.curation.internal.recipe.Settings;
import dev.sheaf.curation.internal.recipe.StepType;
import dev.sheaf.curation.internal.text.Language;
import dev.sheaf.curation.internal.text.TextQuality;
import dev.sheaf.curation.internal.text.TextRule;
import dev.sheaf.curation.step.Feature;
import dev.sheaf.curation.step.Outcome;
import dev.sheaf.curation.step.Parameter;
import dev.sheaf.curation.step.Rows;
import dev.sheaf.curation.step.Step;
import dev.sheaf.format.Column;
import dev.sheaf.format.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Drops texts by the rules of Gopher and FineWeb. */
final class TextQualityStep implements Step {
  private static final String[] GROUPS =
      Arrays.stream(TextRule.Group.values()).map(TextRule.Group::id).toArray(String[]::new);
  private static final List<String> NAMES = TextQuality.RULES.stream().map(TextRule::id).toList();

  static final StepType TYPE =
      new StepType(
          "text_quality",
          "Drops texts by the rules of Gopher and FineWeb, each with its reason.",
          "min_words",
          parameters(),
          TextQualityStep::new);

  private final String id;
  private final String column;
  private final String output;
  private final String language;
  private final List<String> groups;
  private final double[] thresholds;

  private static List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(Parameter.text("column", "", "the texts; the only such column by default"));
    parameters.add(
        Parameter.text("output", "", "the column of measures; the step's id by default"));
    parameters.add(
        Parameter.text(
            "language",
            "auto",
            "the language; auto tells it by the script",
            "auto",
            "en",
            "zh",
            "und"));
    parameters.add(Parameter.texts("rules", "the sets of rules, all by default", GROUPS));
    for (TextRule rule : TextQuality.RULES) {
      parameters.add(Parameter.number(rule.id(), rule.threshold(), 0, rule.most(), rule.about()));
    }
    return parameters;
  }

  private TextQualityStep(Settings settings, Setting setting) {
    id = setting.id();
    column = settings.column("column", setting, "text", Settings::isText);
    output = settings.has("output") ? settings.text("output") : id;
    language = settings.text("language");
    groups = settings.has("rules") ? settings.texts("rules") : List.of(GROUPS);
    thresholds = NAMES.stream().mapToDouble(settings::number).toArray();
  }

  @Override
  public List<String> inputs() {
    return List.of(column);
  }

  @Override
  public String featureCode() {
    return "text_quality/1 language=" + language;
  }

  @Override
  public List<Feature> features(List<Sample> batch) {
    Language known =
        language.equals("auto") ? null : Language.valueOf(language.toUpperCase(Locale.ROOT));
    List<Feature> features = new ArrayList<>();
    for (Sample sample : batch) {
      String text = sample.text(column);
      features.add(
          text == null
              ? Feature.failed("no text")
              : Feature.of(Numbers.toBytes(TextQuality.measure(text, known))));
    }
    return features;
  }

  @Override
  public List<Column> outputs() {
    return List.of(
        Columns.derived(output, Columns.measures(NAMES), List.of(column), featureCode()));
  }

  @Override
  public Outcome decide(Rows rows) {
    Outcome.Builder outcome = new Outcome.Builder(id, rows.size());
    Object[] cells = new Object[rows.size()];
    for (int row = 0; row < rows.size(); row++) {
      Feature feature = rows.feature(row);
      if (feature.isFailed()) {
        outcome.failed(row, feature.failure());
        continue;
      }
      double[] values = Numbers.doubles(feature.bytes());
      cells[row] = Numbers.struct(NAMES, values);
      List<String> reasons = new ArrayList<>();
      int first = -1;
      for (int i = 0; i < values.length; i++) {
        TextRule rule = TextQuality.RULES.get(i);
        boolean broken =
            groups.contains(rule.group().id())
                && !Double.isNaN(values[i])
                && !rule.passes(values[i], thresholds[i]);
        if (broken) {
          first = first < 0 ? i : first;
          reasons.add(rule.reason(values[i], thresholds[i]));
        }
      }
      if (first >= 0) {
        String reason = String.join("; ", reasons);
        outcome.drop(row, NAMES.get(first), values[first], thresholds[first], reason);
      }
    }
    return outcome.column(output, cells).build();
  }
}

package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.recipe.Setting;
import dev.sheaf.curation.internal.recipe.Settings;
import dev.sheaf.curation.internal.recipe.StepType;
import dev.sheaf.curation.step.Feature;
import dev.sheaf.curation.step.Outcome;
import dev.sheaf.curation.step.Parameter;
import dev.sheaf.curation.step.Rows;
import dev.sheaf.curation.step.Step;
import dev.sheaf.format.Column;
import dev.sheaf.format.Sample;
import java.util.BitSet;
import java.util.List;

/** Keeps the samples for which an SQL condition is true. */
final class FilterStep implements Step {
  static final StepType TYPE =
      new StepType(
          "filter",
          "Keeps the samples for which an SQL condition is true.",
          "where",
          List.of(Parameter.text("where", "", "the condition, as after WHERE").asRequired()),
          FilterStep::new);

  private final String id;
  private final String where;

  private FilterStep(Settings settings, Setting setting) {
    id = setting.id();
    where = settings.text("where");
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
    throw new IllegalStateException("a filter has no features");
  }

  @Override
  public List<Column> outputs() {
    return List.of();
  }

  @Override
  public Outcome decide(Rows rows) {
    BitSet wanted = rows.matching(where);
    Outcome.Builder outcome = new Outcome.Builder(id, rows.size());
    for (int row = 0; row < rows.size(); row++) {
      if (wanted.get(row)) {
        outcome.keep(row, "where", 1, 1);
      } else {
        outcome.drop(row, "where", 0, 1, "not true: " + where);
      }
    }
    return outcome.build();
  }
}

package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.image.ImageQuality;
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
import java.util.List;

/** Drops blurred, badly exposed, flat and nearly blank pictures. */
final class ImageQualityStep implements Step {
  private static final List<Limit> LIMITS =
      List.of(
          new Limit("min_sharpness", 0, true, 20, 1e6, "variance of the Laplacian at 512 pixels"),
          new Limit("min_brightness", 1, true, 0.04, 1, "mean luminance, 0 is black"),
          new Limit("max_brightness", 1, false, 0.97, 1, "mean luminance, 1 is white"),
          new Limit("min_contrast", 2, true, 0.04, 0.5, "deviation of the luminance"),
          new Limit("max_clipped", 3, false, 0.9, 1, "share of black and white pixels"),
          new Limit(
              "min_detail", 4, true, 1.5, 6, "entropy of the luminance in bits; low is blank"));

  static final StepType TYPE =
      new StepType(
          "image_quality",
          "Drops blurred, badly exposed, flat and nearly blank pictures.",
          "min_sharpness",
          parameters(),
          ImageQualityStep::new);

  private final String id;
  private final String column;
  private final String output;
  private final double[] thresholds;

  /** A threshold on one measure. */
  private record Limit(
      String name, int measure, boolean atLeast, double value, double most, String about) {}

  private static List<Parameter> parameters() {
    List<Parameter> parameters = new java.util.ArrayList<>();
    parameters.add(Parameter.text("column", "", "the pictures; the only such column by default"));
    parameters.add(
        Parameter.text("output", "", "the column of measures; the step's id by default"));
    for (Limit limit : LIMITS) {
      parameters.add(Parameter.number(limit.name(), limit.value(), 0, limit.most(), limit.about()));
    }
    return parameters;
  }

  private ImageQualityStep(Settings settings, Setting setting) {
    id = setting.id();
    column = settings.column("column", setting, "pictures (media<image>)", Settings::isImage);
    output = settings.has("output") ? settings.text("output") : id;
    thresholds = LIMITS.stream().mapToDouble(limit -> settings.number(limit.name())).toArray();
  }

  @Override
  public List<String> inputs() {
    return List.of(column);
  }

  @Override
  public String featureCode() {
    return "image_quality/1";
  }

  @Override
  public List<Feature> features(List<Sample> batch) {
    return Pictures.features(
        batch,
        column,
        ImageQuality.SIDE,
        picture -> Numbers.toBytes(ImageQuality.of(picture).values()));
  }

  @Override
  public List<Column> outputs() {
    return List.of(
        Columns.derived(
            output, Columns.measures(ImageQuality.NAMES), List.of(column), featureCode()));
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
      cells[row] = Numbers.struct(ImageQuality.NAMES, values);
      for (int i = 0; i < LIMITS.size(); i++) {
        Limit limit = LIMITS.get(i);
        double value = values[limit.measure()];
        if (limit.atLeast() ? value < thresholds[i] : value > thresholds[i]) {
          String name = ImageQuality.NAMES.get(limit.measure());
          String sign = limit.atLeast() ? " < " : " > ";
          String reason = name + " " + Numbers.shown(value) + sign + Numbers.shown(thresholds[i]);
          outcome.drop(row, limit.name(), value, thresholds[i], reason);
          break;
        }
      }
    }
    return outcome.column(output, cells).build();
  }
}

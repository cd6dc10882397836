package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.cluster.Clusters;
import dev.sheaf.curation.internal.digest.InputDigest;
import dev.sheaf.curation.internal.recipe.Setting;
import dev.sheaf.curation.internal.recipe.Settings;
import dev.sheaf.curation.internal.recipe.StepType;
import dev.sheaf.curation.internal.text.Words;
import dev.sheaf.curation.step.Feature;
import dev.sheaf.curation.step.Outcome;
import dev.sheaf.curation.step.Parameter;
import dev.sheaf.curation.step.Rows;
import dev.sheaf.curation.step.Step;
import dev.sheaf.format.Column;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Type;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Drops samples whose cells are equal to those of another. */
final class DedupeExactStep implements Step {
  static final StepType TYPE =
      new StepType(
          "dedupe_exact",
          "Drops samples whose cells equal those of another, byte for byte.",
          "columns",
          parameters(),
          DedupeExactStep::new);

  private final String id;
  private final List<String> columns;
  private final boolean fold;
  private final Preference preference;

  private static List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(Parameter.texts("columns", "what is compared; all data columns by default"));
    parameters.add(Parameter.truth("fold", false, "texts without regard to case, width, spaces"));
    parameters.addAll(Preference.PARAMETERS);
    return parameters;
  }

  private DedupeExactStep(Settings settings, Setting setting) {
    id = setting.id();
    columns =
        settings.has("columns")
            ? settings.columns("columns", setting, "a column", type -> true)
            : data(setting);
    fold = settings.truth("fold");
    preference = Preference.of(settings, setting);
  }

  private static List<String> data(Setting setting) {
    List<String> names = new ArrayList<>();
    for (Column column : setting.schema()) {
      if (!column.name().startsWith("_") && column.derived().isEmpty()) {
        names.add(column.name());
      }
    }
    return names;
  }

  @Override
  public List<String> inputs() {
    return columns;
  }

  @Override
  public String featureCode() {
    return "dedupe_exact/1 fold=" + fold + " columns=" + columns.size();
  }

  @Override
  public List<Feature> features(List<Sample> batch) {
    List<Feature> features = new ArrayList<>();
    for (Sample sample : batch) {
      if (!fold) {
        features.add(Feature.of(bytes(InputDigest.of(sample, columns))));
        continue;
      }
      StringBuilder folded = new StringBuilder();
      for (String column : columns) {
        boolean text = sample.schema().column(column).type().equals(Type.UTF8);
        String part =
            text && !sample.isNull(column)
                ? Words.folded(sample.text(column))
                : hex(sample, column);
        folded.append(part.length()).append(':').append(part);
      }
      features.add(
          Feature.of(
              InputDigest.ofText(folded.toString())
                  .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }
    return features;
  }

  private static String hex(Sample sample, String column) {
    return java.util.HexFormat.of().formatHex(bytes(InputDigest.of(sample, List.of(column))));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  @Override
  public List<Column> outputs() {
    return List.of();
  }

  @Override
  public Outcome decide(Rows rows) {
    int[] order = preference.order(rows, row -> 0);
    Clusters.Builder groups = new Clusters.Builder(order.length);
    Map<ByteBuffer, Integer> firsts = new HashMap<>();
    for (int member = 0; member < order.length; member++) {
      ByteBuffer digest = ByteBuffer.wrap(rows.feature(order[member]).bytes());
      Integer first = firsts.putIfAbsent(digest, member);
      if (first != null) {
        groups.pair(first, member, 1);
      }
    }
    Outcome.Builder outcome = new Outcome.Builder(id, rows.size());
    Duplicates.decide(
        outcome,
        rows,
        groups.build(),
        order,
        "equal",
        1,
        new Duplicates.Measure() {
          @Override
          public double score(double similarity) {
            return similarity;
          }

          @Override
          public String words(double score) {
            return "equal to";
          }
        });
    return outcome.build();
  }
}

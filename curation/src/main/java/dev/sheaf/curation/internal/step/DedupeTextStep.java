package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.cluster.Clusters;
import dev.sheaf.curation.internal.cluster.NearTexts;
import dev.sheaf.curation.internal.recipe.Setting;
import dev.sheaf.curation.internal.recipe.Settings;
import dev.sheaf.curation.internal.recipe.StepType;
import dev.sheaf.curation.internal.text.MinHashLsh;
import dev.sheaf.curation.internal.text.Shingles;
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
import java.util.stream.IntStream;

/** Drops texts that are nearly the same as another. */
final class DedupeTextStep implements Step {
  /** How likely a pair exactly at the threshold becomes a candidate. More similar ones: more. */
  private static final double CERTAINTY = 0.98;

  static final StepType TYPE =
      new StepType(
          "dedupe_text",
          "Drops texts that are nearly the same as another (MinHash-LSH, verified exactly).",
          "threshold",
          parameters(),
          DedupeTextStep::new);

  private final String id;
  private final String column;
  private final double threshold;
  private final int ngram;
  private final int hashes;
  private final Preference preference;

  private static List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(Parameter.text("column", "", "the texts; the only such column by default"));
    parameters.add(
        Parameter.number("threshold", 0.5, 0.05, 1, "least Jaccard similarity of duplicates"));
    parameters.add(
        Parameter.integer("ngram", 2, 1, 50, "longest run of words that is compared as one"));
    parameters.add(
        Parameter.integer("hashes", 256, 16, 2048, "MinHash components; bands follow from them"));
    parameters.addAll(Preference.PARAMETERS);
    return parameters;
  }

  private DedupeTextStep(Settings settings, Setting setting) {
    id = setting.id();
    column = settings.column("column", setting, "text", Settings::isText);
    threshold = settings.number("threshold");
    ngram = Math.toIntExact(settings.integer("ngram"));
    hashes = Math.toIntExact(settings.integer("hashes"));
    preference = Preference.of(settings, setting);
  }

  @Override
  public List<String> inputs() {
    return List.of(column);
  }

  @Override
  public String featureCode() {
    return "dedupe_text/1 ngram=" + ngram;
  }

  /** The set itself is kept: verification needs it, and any signature follows from it. */
  @Override
  public List<Feature> features(List<Sample> batch) {
    List<Feature> features = new ArrayList<>();
    for (Sample sample : batch) {
      String text = sample.text(column);
      features.add(
          text == null
              ? Feature.failed("no text")
              : Feature.of(Numbers.toBytes(Shingles.of(text, ngram))));
    }
    return features;
  }

  @Override
  public List<Column> outputs() {
    return List.of();
  }

  @Override
  public Outcome decide(Rows rows) {
    Outcome.Builder outcome = new Outcome.Builder(id, rows.size());
    long[][] shingles = new long[rows.size()][];
    for (int row = 0; row < shingles.length; row++) {
      Feature feature = rows.feature(row);
      if (feature.isFailed()) {
        outcome.failed(row, feature.failure());
      }
      shingles[row] = Numbers.longs(feature.bytes());
    }
    int[] order = preference.order(rows, row -> shingles[row].length);
    long[][] ordered = Arrays.stream(order).mapToObj(row -> shingles[row]).toArray(long[][]::new);
    MinHashLsh scheme = MinHashLsh.tuned(threshold, hashes, CERTAINTY);
    long[][] bands =
        IntStream.range(0, ordered.length)
            .parallel() // a pure function of each set; the result does not depend on the threads
            .mapToObj(i -> ordered[i].length == 0 ? new long[0] : scheme.bandHashes(ordered[i]))
            .toArray(long[][]::new);
    Clusters clusters = NearTexts.group(ordered, bands, threshold);
    Duplicates.decide(outcome, rows, clusters, order, "threshold", threshold, MEASURE);
    return outcome.note(scheme.bands() + " bands of " + scheme.rows() + " hashes").build();
  }

  private static final Duplicates.Measure MEASURE =
      new Duplicates.Measure() {
        @Override
        public double score(double similarity) {
          return similarity;
        }

        @Override
        public String words(double score) {
          return "similarity " + Numbers.shown(score) + " to";
        }
      };
}

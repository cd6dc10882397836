package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.cluster.Clusters;
import dev.sheaf.curation.internal.cluster.NearImages;
import dev.sheaf.curation.internal.image.PdqHash;
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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Drops pictures that look like another. */
final class DedupeImageStep implements Step {
  /** Above this, decimation only makes hashing faster. */
  private static final int ENOUGH = 512;

  static final StepType TYPE =
      new StepType(
          "dedupe_image",
          "Drops pictures that look like another (PDQ hash of 256 bits).",
          "distance",
          parameters(),
          DedupeImageStep::new);

  private final String id;
  private final String column;
  private final int distance;
  private final int minQuality;
  private final Preference preference;

  private static List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(Parameter.text("column", "", "the pictures; the only such column by default"));
    parameters.add(
        Parameter.integer("distance", 31, 0, 90, "greatest number of differing bits, of 256"));
    parameters.add(
        Parameter.integer(
            "min_quality", 50, 0, 100, "hashes below say too little and match nothing"));
    parameters.addAll(Preference.PARAMETERS);
    return parameters;
  }

  private DedupeImageStep(Settings settings, Setting setting) {
    id = setting.id();
    column = settings.column("column", setting, "pictures (media<image>)", Settings::isImage);
    distance = Math.toIntExact(settings.integer("distance"));
    minQuality = Math.toIntExact(settings.integer("min_quality"));
    preference = Preference.of(settings, setting);
  }

  @Override
  public List<String> inputs() {
    return List.of(column);
  }

  @Override
  public String featureCode() {
    return "dedupe_image/1";
  }

  /** The hash, and after it the pixels that were hashed, for {@code keep: largest}. */
  @Override
  public List<Feature> features(List<Sample> batch) {
    List<Feature> features = new ArrayList<>();
    List<Feature> hashes =
        Pictures.features(batch, column, ENOUGH, picture -> PdqHash.of(picture).toBytes());
    for (int i = 0; i < batch.size(); i++) {
      Feature hash = hashes.get(i);
      if (hash.isFailed()) {
        features.add(hash);
        continue;
      }
      var media = batch.get(i).media(column);
      long pixels = (long) media.width() * media.height();
      features.add(
          Feature.of(
              ByteBuffer.allocate(PdqHash.BYTES + Long.BYTES)
                  .put(hash.bytes())
                  .putLong(pixels)
                  .array()));
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
    PdqHash[] hashes = new PdqHash[rows.size()];
    long[] pixels = new long[rows.size()];
    int plain = 0;
    for (int row = 0; row < hashes.length; row++) {
      Feature feature = rows.feature(row);
      if (feature.isFailed()) {
        outcome.failed(row, feature.failure());
        continue;
      }
      PdqHash hash = PdqHash.of(feature.bytes());
      pixels[row] = ByteBuffer.wrap(feature.bytes()).getLong(PdqHash.BYTES);
      if (hash.quality() >= minQuality) {
        hashes[row] = hash;
      } else {
        plain++;
      }
    }
    int[] order = preference.order(rows, row -> pixels[row]);
    PdqHash[] ordered = Arrays.stream(order).mapToObj(r -> hashes[r]).toArray(PdqHash[]::new);
    Clusters clusters = NearImages.group(ordered, distance);
    Duplicates.decide(outcome, rows, clusters, order, "distance", distance, MEASURE);
    if (plain > 0) {
      outcome.note(plain + " pictures are too plain to compare (quality below " + minQuality + ")");
    }
    return outcome.build();
  }

  private static final Duplicates.Measure MEASURE =
      new Duplicates.Measure() {
        @Override
        public double score(double similarity) {
          return Math.rint((1 - similarity) * PdqHash.BITS);
        }

        @Override
        public String words(double score) {
          return "differs in " + (int) score + " of 256 bits from";
        }
      };
}

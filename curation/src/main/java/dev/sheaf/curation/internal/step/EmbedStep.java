package dev.sheaf.curation.internal.step;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.sheaf.curation.internal.embed.Embedding;
import dev.sheaf.curation.internal.embed.HashedText;
import dev.sheaf.curation.internal.embed.LatentText;
import dev.sheaf.curation.internal.embed.PcaVector;
import dev.sheaf.curation.internal.embed.SparseText;
import dev.sheaf.curation.internal.image.ImageDescriptor;
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
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Makes vectors of texts and pictures without a model, by a fit on the data itself. */
final class EmbedStep implements Step {
  static final StepType TYPE =
      new StepType(
          "embed",
          "Makes vectors of texts, of pictures, or by an ONNX model of yours.",
          "column",
          List.of(
              Parameter.text("column", "", "texts, pictures or tensors").asRequired(),
              Parameter.text(
                  "method",
                  "auto",
                  "hash: words, random projection; lsa: words, fitted; pca: pictures, fitted; onnx",
                  "auto",
                  "hash",
                  "lsa",
                  "pca",
                  "onnx"),
              Parameter.integer(
                  "dimensions", 128, 2, 4096, "components of a vector; onnx has its own"),
              Parameter.integer(
                  "fit_samples", 50_000, 10, 1_000_000, "most samples that a fit looks at"),
              Parameter.text("output", "", "the column of vectors; the step's id by default"),
              Parameter.text("model", "", "the ONNX file, relative to the recipe"),
              Parameter.text(
                  "scale",
                  "unit",
                  "pictures for a model: 0 to 1, or imagenet's mean and deviation",
                  "unit",
                  "imagenet")),
          EmbedStep::create);

  private final String id;
  private final String column;
  private final String method;
  private final String output;
  private final int dimensions;
  private final int fitSamples;
  private final long seed;

  private EmbedStep(Settings settings, Setting setting, String column, String method) {
    id = setting.id();
    this.column = column;
    this.method = method;
    output = settings.has("output") ? settings.text("output") : id;
    dimensions = Math.toIntExact(settings.integer("dimensions"));
    fitSamples = Math.toIntExact(settings.integer("fit_samples"));
    seed = setting.seed();
  }

  private static Step create(Settings settings, Setting setting) {
    String method = settings.text("method");
    String column =
        settings.column("column", setting, "text, pictures or tensors", EmbedStep::isEmbeddable);
    Type type = setting.schema().column(column).type();
    if (settings.has("model") || method.equals("onnx")) {
      return new OnnxStep(settings, setting, column, type);
    }
    boolean image = Settings.isImage(type);
    if (type instanceof Type.Tensor) {
      throw settings.error(
          "column", "Tensors are embedded by a model only", "Add model: FILE.onnx");
    }
    if (method.equals("auto")) {
      method = image ? "pca" : "lsa";
    }
    if (image != method.equals("pca")) {
      throw settings.error(
          "method",
          method + " does not go with " + type,
          image ? "Write pca" : "Write hash or lsa");
    }
    return new EmbedStep(settings, setting, column, method);
  }

  private static boolean isEmbeddable(Type type) {
    return Settings.isText(type) || Settings.isImage(type) || type instanceof Type.Tensor;
  }

  @Override
  public List<String> inputs() {
    return List.of(column);
  }

  @Override
  public String featureCode() {
    return method.equals("pca") ? "image_descriptor/1" : "sparse_text/1";
  }

  @Override
  public List<Feature> features(List<Sample> batch) {
    if (method.equals("pca")) {
      return Pictures.features(
          batch, column, 256, picture -> Numbers.toBytes(ImageDescriptor.of(picture)));
    }
    List<Feature> features = new ArrayList<>();
    for (Sample sample : batch) {
      String text = sample.text(column);
      features.add(
          text == null ? Feature.failed("no text") : Feature.of(SparseText.of(text).toBytes()));
    }
    return features;
  }

  @Override
  public List<Column> outputs() {
    String code = "embed/1 " + method + " " + dimensions + " " + seed;
    return List.of(Columns.derived(output, Columns.vector(dimensions), List.of(column), code));
  }

  @Override
  public Outcome decide(Rows rows) {
    return method.equals("pca")
        ? embed(
            rows,
            Numbers::floats,
            sample -> PcaVector.fit(sample, dimensions).toBytes(),
            PcaVector::of)
        : embed(
            rows,
            SparseText::of,
            sample ->
                method.equals("lsa")
                    ? LatentText.fit(sample, dimensions, seed).toBytes()
                    : HashedText.fit(sample, dimensions, seed).toBytes(),
            bytes -> method.equals("lsa") ? LatentText.of(bytes) : HashedText.of(bytes));
  }

  private <T> Outcome embed(
      Rows rows,
      Function<byte[], T> reader,
      Function<List<T>, byte[]> fit,
      Function<byte[], Embedding<T>> loader) {
    String digest = id + " " + method + " " + dimensions + " " + seed + " " + fitSamples;
    byte[] stored =
        rows.fits()
            .get(
                digest,
                () ->
                    fit.apply(
                        fitted(rows).stream()
                            .map(row -> reader.apply(rows.feature(row).bytes()))
                            .toList()));
    Embedding<T> embedding = loader.apply(stored);
    Outcome.Builder outcome = new Outcome.Builder(id, rows.size());
    Object[] cells = new Object[rows.size()];
    IntStream.range(0, cells.length)
        .parallel() // each cell depends on its own feature and the fit alone
        .filter(row -> !rows.feature(row).isFailed())
        .forEach(
            row -> {
              T features = reader.apply(rows.feature(row).bytes());
              cells[row] = Tensor.ofFloats(embedding.embed(features));
            });
    for (int row = 0; row < cells.length; row++) {
      if (rows.feature(row).isFailed()) {
        outcome.failed(row, rows.feature(row).failure());
      }
    }
    return outcome.column(output, cells).build();
  }

  /** Chosen by identity, in that order: neither threads nor the order of the version matter. */
  private List<Integer> fitted(Rows rows) {
    return IntStream.range(0, rows.size())
        .filter(row -> !rows.feature(row).isFailed())
        .boxed()
        .sorted(
            Comparator.comparingLong((Integer row) -> rank(rows.id(row))).thenComparing(rows::id))
        .limit(fitSamples)
        .toList();
  }

  private long rank(SampleId sample) {
    return Hashing.xxh3_64().hashLongLongLongToLong(seed, sample.run(), sample.ordinal());
  }
}

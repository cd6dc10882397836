package dev.sheaf.curation.internal.step;

import dev.sheaf.curation.internal.digest.InputDigest;
import dev.sheaf.curation.internal.embed.OnnxModel;
import dev.sheaf.curation.internal.image.Picture;
import dev.sheaf.curation.internal.recipe.Setting;
import dev.sheaf.curation.internal.recipe.Settings;
import dev.sheaf.curation.step.Feature;
import dev.sheaf.curation.step.Outcome;
import dev.sheaf.curation.step.Rows;
import dev.sheaf.curation.step.Step;
import dev.sheaf.format.Column;
import dev.sheaf.format.DType;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Tensor;
import dev.sheaf.format.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Vectors by an ONNX model: of pictures, as {@code [1, 3, height, width]} after scaling to the
 * model's size, or of float32 tensors, as {@code [1, …]}.
 */
final class OnnxStep implements Step {
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  private final String id;
  private final String column;
  private final String output;
  private final boolean pictures;
  private final boolean imagenet;
  private final OnnxModel model;
  private final String digest;
  private final int height;
  private final int width;
  private final int dimensions;

  OnnxStep(Settings settings, Setting setting, String column, Type type) {
    if (!settings.has("model")) {
      throw settings.error("method", "onnx needs a model", "Add model: FILE.onnx");
    }
    Path file = setting.folder().resolve(settings.text("model"));
    id = setting.id();
    this.column = column;
    output = settings.has("output") ? settings.text("output") : id;
    pictures = Settings.isImage(type);
    imagenet = settings.text("scale").equals("imagenet");
    if (!pictures && !(type instanceof Type.Tensor tensor && tensor.dtype() == DType.FLOAT32)) {
      throw settings.error(
          "column",
          "A model takes pictures or float32 tensors, not " + type,
          "Name another column");
    }
    model = OnnxModel.load(file);
    long[] shape = model.inputShape();
    if (pictures && (shape.length != 4 || shape[1] != 3)) {
      model.close();
      throw settings.error(
          "model",
          "The model's input has the axes "
              + java.util.Arrays.toString(shape)
              + ", expected [n, 3, height, width]",
          "Export it so, or embed a tensor column");
    }
    height = pictures ? side(shape[2]) : 0;
    width = pictures ? side(shape[3]) : 0;
    digest = digest(file);
    dimensions = dimensions(settings, type);
  }

  private static int side(long axis) {
    return axis > 0 ? Math.toIntExact(axis) : 224;
  }

  private static String digest(Path file) {
    try {
      return InputDigest.ofText(Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int dimensions(Settings settings, Type type) {
    long[] axes = pictures ? new long[] {3, height, width} : ((Type.Tensor) type).shape().dims();
    int length = 1;
    for (long axis : axes) {
      if (axis < 0) {
        model.close();
        throw settings.error(
            "column", "The tensors differ in shape: " + type, "Name a column of one fixed shape");
      }
      length = Math.multiplyExact(length, Math.toIntExact(axis));
    }
    return model.run(List.of(new float[length]), axes).get(0).length;
  }

  @Override
  public List<String> inputs() {
    return List.of(column);
  }

  @Override
  public String featureCode() {
    return "onnx/1 " + digest + " " + (imagenet ? "imagenet" : "unit");
  }

  @Override
  public List<Feature> features(List<Sample> batch) {
    if (pictures) {
      return Pictures.features(
          batch,
          column,
          2 * Math.max(width, height),
          picture ->
              Numbers.toBytes(
                  model
                      .run(List.of(planes(picture.resized(width, height))), 3, height, width)
                      .get(0)));
    }
    List<Feature> features = new ArrayList<>();
    for (Sample sample : batch) {
      Tensor tensor = sample.tensor(column);
      features.add(
          tensor == null
              ? Feature.failed("no tensor")
              : Feature.of(
                  Numbers.toBytes(
                      model.run(List.of(tensor.toFloats()), tensor.shape().dims()).get(0))));
    }
    return features;
  }

  private float[] planes(Picture picture) {
    float[] values = new float[3 * height * width];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          float value = picture.channel(x, y, c) / 255f;
          values[(c * height + y) * width + x] =
              imagenet ? (value - MEAN[c]) / DEVIATION[c] : value;
        }
      }
    }
    return values;
  }

  @Override
  public List<Column> outputs() {
    return List.of(
        Columns.derived(output, Columns.vector(dimensions), List.of(column), featureCode()));
  }

  @Override
  public Outcome decide(Rows rows) {
    Outcome.Builder outcome = new Outcome.Builder(id, rows.size());
    Object[] cells = new Object[rows.size()];
    for (int row = 0; row < cells.length; row++) {
      Feature feature = rows.feature(row);
      if (feature.isFailed()) {
        outcome.failed(row, feature.failure());
      } else {
        cells[row] = Tensor.ofFloats(Numbers.floats(feature.bytes()));
      }
    }
    return outcome.column(output, cells).build();
  }

  @Override
  public void close() {
    model.close();
  }
}

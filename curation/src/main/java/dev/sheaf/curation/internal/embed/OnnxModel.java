package dev.sheaf.curation.internal.embed;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A model of the user's in the ONNX format, with one float32 input whose first axis is the batch,
 * and whose first output is taken. Thread-safe; each run uses one thread, so that sums have one
 * order.
 */
public final class OnnxModel implements AutoCloseable {
  private final Path file;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String input;
  private final long[] inputShape;

  private OnnxModel(
      Path file, OrtEnvironment environment, OrtSession session, String input, long[] inputShape) {
    this.file = file;
    this.environment = environment;
    this.session = session;
    this.input = input;
    this.inputShape = inputShape;
  }

  /**
   * Loads a model.
   *
   * @throws InvalidInputException if the file is missing or no such model, or ONNX Runtime is not
   *     installed
   */
  public static OnnxModel load(Path file) {
    if (!Files.isRegularFile(file)) {
      throw error(
          file, "There is no such model", "Paths are relative to the recipe's folder", null);
    }
    try {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      OrtSession session = environment.createSession(Files.readAllBytes(file), options);
      Map<String, NodeInfo> inputs = session.getInputInfo();
      NodeInfo only = inputs.values().iterator().next();
      if (inputs.size() != 1 || !(only.getInfo() instanceof TensorInfo info)) {
        session.close();
        throw error(
            file, "The model has " + inputs.size() + " inputs, expected one", "Export it so", null);
      }
      return new OnnxModel(file, environment, session, only.getName(), info.getShape());
    } catch (OrtException e) {
      throw error(file, "Not a model that can be run: " + e.getMessage(), "Export it again", e);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (LinkageError e) {
      throw error(
          file,
          "ONNX Runtime is not installed",
          "Add com.microsoft.onnxruntime:onnxruntime to the class path",
          e);
    }
  }

  private static InvalidInputException error(
      Path file, String headline, String hint, Throwable cause) {
    return new InvalidInputException("SHEAF-RCP-004", headline, Location.of(file), hint, cause);
  }

  /** Returns the axes of the input; -1 where any length goes. */
  public long[] inputShape() {
    return inputShape.clone();
  }

  /**
   * Runs the model on samples one at a time, so that a result does not depend on its neighbours.
   *
   * @param samples the values of each sample in C order
   * @param shape the axes of one sample, without the batch
   * @return the first output of each sample, flattened
   */
  public List<float[]> run(List<float[]> samples, long... shape) {
    long[] axes = new long[shape.length + 1];
    axes[0] = 1;
    System.arraycopy(shape, 0, axes, 1, shape.length);
    List<float[]> results = new ArrayList<>();
    for (float[] sample : samples) {
      try (OnnxTensor tensor =
              OnnxTensor.createTensor(environment, FloatBuffer.wrap(sample), axes);
          OrtSession.Result result = session.run(Map.of(input, tensor))) {
        FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
        if (values == null) {
          throw error(
              file, "The model's output is not float", "Export it with a float output", null);
        }
        float[] flat = new float[values.remaining()];
        values.get(flat);
        results.add(flat);
      } catch (OrtException e) {
        throw error(file, "The model failed: " + e.getMessage(), "Check its input", e);
      }
    }
    return results;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw error(file, "The model could not be closed: " + e.getMessage(), "", e);
    }
  }
}

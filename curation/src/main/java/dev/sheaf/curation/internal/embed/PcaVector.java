package dev.sheaf.curation.internal.embed;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Principal components of descriptors whose entries were first brought to mean 0 and deviation 1
 * (Pearson 1901). Fitted on descriptors in a fixed order.
 */
public final class PcaVector implements Embedding<float[]> {
  private final int dimensions;
  private final double[] mean;
  private final double[] scale;
  private final double[] components;

  private PcaVector(int dimensions, double[] mean, double[] scale, double[] components) {
    this.dimensions = dimensions;
    this.mean = mean;
    this.scale = scale;
    this.components = components;
  }

  /**
   * Fits on descriptors of one length.
   *
   * @param dimensions the number of components; those beyond the rank are zero
   */
  public static PcaVector fit(List<float[]> descriptors, int dimensions) {
    int length = descriptors.isEmpty() ? 0 : descriptors.get(0).length;
    double[] mean = new double[length];
    double[] scale = new double[length];
    for (float[] descriptor : descriptors) {
      for (int i = 0; i < length; i++) {
        mean[i] += descriptor[i] / descriptors.size();
      }
    }
    for (float[] descriptor : descriptors) {
      for (int i = 0; i < length; i++) {
        scale[i] += (descriptor[i] - mean[i]) * (descriptor[i] - mean[i]) / descriptors.size();
      }
    }
    for (int i = 0; i < length; i++) {
      scale[i] = scale[i] < 1e-12 ? 0 : 1 / Math.sqrt(scale[i]);
    }
    double[] components = new double[length * dimensions];
    if (length > 0) {
      fill(components, dimensions, covariance(descriptors, mean, scale));
    }
    return new PcaVector(dimensions, mean, scale, components);
  }

  private static DMatrixRMaj covariance(List<float[]> descriptors, double[] mean, double[] scale) {
    int length = mean.length;
    DMatrixRMaj covariance = new DMatrixRMaj(length, length);
    double[] centred = new double[length];
    for (float[] descriptor : descriptors) {
      for (int i = 0; i < length; i++) {
        centred[i] = (descriptor[i] - mean[i]) * scale[i];
      }
      for (int i = 0; i < length; i++) {
        for (int j = 0; j < length; j++) {
          covariance.data[i * length + j] += centred[i] * centred[j] / descriptors.size();
        }
      }
    }
    return covariance;
  }

  private static void fill(double[] components, int dimensions, DMatrixRMaj covariance) {
    int length = covariance.getNumRows();
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(length, true, true);
    eigen.decompose(covariance);
    List<Integer> order =
        IntStream.range(0, length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).getReal()))
            .limit(dimensions)
            .toList();
    for (int k = 0; k < order.size(); k++) {
      DMatrixRMaj vector = eigen.getEigenVector(order.get(k));
      double largest = 0;
      for (int i = 0; i < length; i++) {
        largest = Math.abs(vector.get(i)) > Math.abs(largest) ? vector.get(i) : largest;
      }
      for (int i = 0; i < length; i++) {
        components[i * dimensions + k] = largest < 0 ? -vector.get(i) : vector.get(i);
      }
    }
  }

  /** Reads a stored fit. */
  public static PcaVector of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int dimensions = in.getInt();
    int length = in.getInt();
    double[] mean = new double[length];
    double[] scale = new double[length];
    double[] components = new double[length * dimensions];
    in.asDoubleBuffer().get(mean).get(scale).get(components);
    return new PcaVector(dimensions, mean, scale, components);
  }

  @Override
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(8 + 8 * (mean.length + scale.length + components.length));
    out.putInt(dimensions).putInt(mean.length);
    out.asDoubleBuffer().put(mean).put(scale).put(components);
    return out.array();
  }

  @Override
  public int dimensions() {
    return dimensions;
  }

  @Override
  public float[] embed(float[] descriptor) {
    if (mean.length > 0 && descriptor.length != mean.length) {
      throw new IllegalArgumentException(
          "expected a descriptor of " + mean.length + ", got " + descriptor.length);
    }
    double[] vector = new double[dimensions];
    for (int i = 0; i < mean.length; i++) {
      double value = (descriptor[i] - mean[i]) * scale[i];
      for (int k = 0; k < dimensions; k++) {
        vector[k] += value * components[i * dimensions + k];
      }
    }
    return Embedding.normalised(vector);
  }
}

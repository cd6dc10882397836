package dev.sheaf.curation.internal.embed;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;

/**
 * Latent semantic analysis: the leading right singular vectors of the matrix of texts by words with
 * IDF weights, found by a randomised decomposition with a seed.
 *
 * <p>Sources: Deerwester et al., "Indexing by Latent Semantic Analysis", 1990; Halko, Martinsson,
 * Tropp, "Finding structure with randomness", 2011 (algorithm 4.4 with two power iterations and ten
 * extra directions). The fit depends on the order of the texts in the last bits only, so callers
 * give them in a fixed order.
 */
public final class LatentText implements Embedding<SparseText> {
  private static final int EXTRA = 10;
  private static final int POWER_ITERATIONS = 2;
  private static final int MOST_WORDS = 50_000;

  private final Idf idf;
  private final int dimensions;
  private final int[] rowOfBucket;
  private final float[] components;

  private LatentText(Idf idf, int dimensions, int[] rowOfBucket, float[] components) {
    this.idf = idf;
    this.dimensions = dimensions;
    this.rowOfBucket = rowOfBucket;
    this.components = components;
  }

  /**
   * Fits on texts in a fixed order.
   *
   * @param dimensions the number of components; those beyond the rank of the texts are zero
   */
  public static LatentText fit(List<SparseText> texts, int dimensions, long seed) {
    Idf idf = Idf.fit(texts);
    int[] words = vocabulary(idf, texts.size());
    int[] rowOfBucket = inverse(words);
    Matrix matrix = new Matrix(idf, texts, rowOfBucket, words.length);
    int rank = Math.min(dimensions + EXTRA, Math.min(texts.size(), words.length));
    float[] components = new float[words.length * dimensions];
    if (rank > 0) {
      DMatrixRMaj basis = range(matrix, words.length, rank, seed);
      fill(components, dimensions, matrix.transposedTimes(basis));
    }
    return new LatentText(idf, dimensions, rowOfBucket, components);
  }

  /** Words of one text alone say nothing about other texts. */
  private static int[] vocabulary(Idf idf, int texts) {
    int least = texts < 4 ? 1 : 2;
    return IntStream.range(0, SparseText.BUCKETS)
        .filter(bucket -> idf.frequency(bucket) >= least)
        .boxed()
        .sorted(Comparator.comparingInt((Integer b) -> -idf.frequency(b)).thenComparing(b -> b))
        .limit(MOST_WORDS)
        .sorted()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int[] inverse(int[] words) {
    int[] rows = new int[SparseText.BUCKETS];
    java.util.Arrays.fill(rows, -1);
    for (int i = 0; i < words.length; i++) {
      rows[words[i]] = i;
    }
    return rows;
  }

  /** Returns an orthonormal basis, a column each, of the space that the texts mostly lie in. */
  private static DMatrixRMaj range(Matrix matrix, int words, int rank, long seed) {
    Random random = new Random(seed);
    DMatrixRMaj directions = new DMatrixRMaj(words, rank);
    for (int i = 0; i < directions.getNumElements(); i++) {
      directions.set(i, random.nextGaussian());
    }
    DMatrixRMaj basis = orthonormal(matrix.times(directions));
    for (int i = 0; i < POWER_ITERATIONS; i++) {
      basis = orthonormal(matrix.times(orthonormal(matrix.transposedTimes(basis))));
    }
    return basis;
  }

  private static DMatrixRMaj orthonormal(DMatrixRMaj matrix) {
    QRDecomposition<DMatrixRMaj> qr =
        DecompositionFactory_DDRM.qr(matrix.getNumRows(), matrix.getNumCols());
    qr.decompose(matrix);
    return qr.getQ(null, true);
  }

  /**
   * The right singular vectors of the small matrix {@code B = (Bt)'}: with {@code B B' = U S^2 U'}
   * they are {@code Bt U / S}.
   */
  private static void fill(float[] components, int dimensions, DMatrixRMaj transposed) {
    int rank = transposed.getNumCols();
    DMatrixRMaj square = new DMatrixRMaj(rank, rank);
    CommonOps_DDRM.multTransA(transposed, transposed, square);
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(rank, true, true);
    eigen.decompose(square);
    List<Integer> order =
        IntStream.range(0, rank)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -eigen.getEigenvalue(i).getReal()))
            .toList();
    double largest = eigen.getEigenvalue(order.get(0)).getReal();
    DMatrixRMaj vector = new DMatrixRMaj(transposed.getNumRows(), 1);
    for (int k = 0; k < Math.min(dimensions, rank); k++) {
      double value = eigen.getEigenvalue(order.get(k)).getReal();
      if (value <= largest * 1e-12) {
        return; // the rest is noise: the texts span no more dimensions
      }
      CommonOps_DDRM.mult(transposed, eigen.getEigenVector(order.get(k)), vector);
      double scale = sign(vector) / Math.sqrt(value);
      for (int row = 0; row < vector.getNumRows(); row++) {
        components[row * dimensions + k] = (float) (vector.get(row) * scale);
      }
    }
  }

  /** Either sign solves; the one that makes the largest element positive is taken. */
  private static double sign(DMatrixRMaj vector) {
    double largest = 0;
    for (int i = 0; i < vector.getNumElements(); i++) {
      largest = Math.abs(vector.get(i)) > Math.abs(largest) ? vector.get(i) : largest;
    }
    return largest < 0 ? -1 : 1;
  }

  /** Reads a stored fit. */
  public static LatentText of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int dimensions = in.getInt();
    int words = in.getInt();
    Idf idf = Idf.readFrom(in);
    int[] vocabulary = new int[words];
    for (int i = 0; i < words; i++) {
      vocabulary[i] = in.getInt();
    }
    float[] components = new float[words * dimensions];
    in.asFloatBuffer().get(components);
    return new LatentText(idf, dimensions, inverse(vocabulary), components);
  }

  @Override
  public byte[] toBytes() {
    int words = components.length / dimensions;
    ByteBuffer out = ByteBuffer.allocate(8 + Idf.bytes() + 4 * words + 4 * components.length);
    out.putInt(dimensions).putInt(words);
    idf.writeTo(out);
    for (int bucket = 0; bucket < rowOfBucket.length; bucket++) {
      if (rowOfBucket[bucket] >= 0) {
        out.putInt(bucket);
      }
    }
    out.asFloatBuffer().put(components);
    return out.array();
  }

  @Override
  public int dimensions() {
    return dimensions;
  }

  @Override
  public float[] embed(SparseText text) {
    double[] weights = idf.weights(text);
    double[] vector = new double[dimensions];
    for (int i = 0; i < weights.length; i++) {
      int row = rowOfBucket[text.bucket(i)];
      for (int k = 0; row >= 0 && k < dimensions; k++) {
        vector[k] += weights[i] * components[row * dimensions + k];
      }
    }
    return Embedding.normalised(vector);
  }

  /** The sparse matrix of texts by words. */
  private static final class Matrix {
    private final int[][] columns;
    private final double[][] values;
    private final int words;

    Matrix(Idf idf, List<SparseText> texts, int[] rowOfBucket, int words) {
      this.words = words;
      columns = new int[texts.size()][];
      values = new double[texts.size()][];
      for (int t = 0; t < texts.size(); t++) {
        SparseText text = texts.get(t);
        double[] weights = idf.weights(text);
        int[] known =
            IntStream.range(0, text.size()).filter(i -> rowOfBucket[text.bucket(i)] >= 0).toArray();
        columns[t] = IntStream.of(known).map(i -> rowOfBucket[text.bucket(i)]).toArray();
        values[t] = IntStream.of(known).mapToDouble(i -> weights[i]).toArray();
      }
    }

    DMatrixRMaj times(DMatrixRMaj right) {
      int width = right.getNumCols();
      DMatrixRMaj product = new DMatrixRMaj(columns.length, width);
      for (int t = 0; t < columns.length; t++) {
        for (int i = 0; i < columns[t].length; i++) {
          for (int k = 0; k < width; k++) {
            product.data[t * width + k] += values[t][i] * right.data[columns[t][i] * width + k];
          }
        }
      }
      return product;
    }

    DMatrixRMaj transposedTimes(DMatrixRMaj right) {
      int width = right.getNumCols();
      DMatrixRMaj product = new DMatrixRMaj(words, width);
      for (int t = 0; t < columns.length; t++) {
        for (int i = 0; i < columns[t].length; i++) {
          for (int k = 0; k < width; k++) {
            product.data[columns[t][i] * width + k] += values[t][i] * right.data[t * width + k];
          }
        }
      }
      return product;
    }
  }
}

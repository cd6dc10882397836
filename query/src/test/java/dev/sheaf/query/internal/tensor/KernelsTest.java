package dev.sheaf.query.internal.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KernelsTest {
  /** The order as {@link LaneOrder} words it, one element at a time. */
  private static float ordered(float[] x, int from, int n) {
    float[] partial = new float[32];
    for (int i = 0; i < n; i++) {
      partial[i % 32] += x[from + i];
    }
    for (int w = 16; w >= 1; w /= 2) {
      for (int l = 0; l < w; l++) {
        partial[l] = partial[l] + partial[l + w];
      }
    }
    return partial[0];
  }

  @Test
  void sumsInTheDocumentedOrder() {
    Random random = new Random(7);
    float[] x = new float[3000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.exp(random.nextGaussian() * 8);
    }
    Kernels vector = KernelSearch.vector().orElseThrow();
    for (int n = 0; n < 200; n++) {
      float expected = ordered(x, 3, n);
      for (Kernels kernels : new Kernels[] {new Kernels(), vector, new AdaptiveKernels()}) {
        float[] partial = new float[LaneOrder.LANES];
        kernels.sum(x, 3, n, partial);
        assertThat(LaneOrder.sum(partial)).as("%s n=%d", kernels.name(), n).isEqualTo(expected);
      }
    }
    // The order matters for these numbers, or the test would prove nothing.
    float forward = 0;
    for (int i = 0; i < 199; i++) {
      forward += x[3 + i];
    }
    assertThat(forward).isNotEqualTo(ordered(x, 3, 199));
  }

  @Test
  void piecesGiveWhatTheWholeGives() {
    float[] x = new float[1000];
    Random random = new Random(8);
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat() - 0.4f;
    }
    Reducer reducer = Reducer.of(Reduction.SUM, dev.sheaf.format.DType.FLOAT32, new Kernels());
    Tile tile = Tile.allocate(Lane.FLOAT, x.length);
    System.arraycopy(x, 0, tile.floats, 0, x.length);
    reducer.reset();
    reducer.accept(tile, 0, 320);
    reducer.accept(tile, 320, 640);
    reducer.accept(tile, 960, 40);
    Tile sum = Tile.allocate(Lane.FLOAT, 1);
    reducer.finish(sum, 0);
    assertThat(sum.floats[0]).isEqualTo(ordered(x, 0, 1000));
  }

  @Test
  void selfCheckFindsWrongKernels() {
    assertThat(new SelfCheck(new Kernels(), KernelSearch.vector().orElseThrow()).agree()).isTrue();
    Kernels wrong =
        new Kernels() {
          @Override
          public void sum(float[] x, int at, int n, float[] partial) {
            for (int i = 0; i < n; i++) {
              partial[i % 16] += x[at + i];
            }
          }
        };
    assertThat(new SelfCheck(new Kernels(), wrong).agree()).isFalse();
    Kernels careless =
        new Kernels() {
          @Override
          public double least(double start, double[] x, int at, int n) {
            double best = start;
            for (int i = 0; i < n; i++) {
              best = x[at + i] < best ? x[at + i] : best;
            }
            return best;
          }
        };
    assertThat(new SelfCheck(new Kernels(), careless).agree()).isFalse();
  }

  @Test
  void trialEndsWithAReason() {
    AdaptiveKernels kernels = new AdaptiveKernels();
    assertThat(kernels.name()).isEqualTo("scalar");
    assertThat(kernels.reason()).startsWith("too little work");
    kernels.decide();
    assertThat(kernels.reason()).doesNotContain("too little work").doesNotContain("under way");
    assertThat(kernels.name()).isEqualTo(kernels.bits() > 0 ? "vector" : "scalar");
  }

  @Test
  void triesAgainWhereTheMachineWasTooBusy() {
    Kernels vector = KernelSearch.vector().orElseThrow();
    Iterator<KernelSearch.Found> answers =
        List.of(
                new KernelSearch.Found(new Kernels(), "too busy", false),
                new KernelSearch.Found(vector, "faster", true))
            .iterator();
    AdaptiveKernels kernels = new AdaptiveKernels(answers::next);
    kernels.decide();
    assertThat(kernels.reason()).isEqualTo("too busy");
    float[] x = new float[1 << 20];
    float[] partial = new float[LaneOrder.LANES];
    for (int i = 0; i < 200; i++) {
      kernels.sum(x, 0, x.length, partial);
    }
    assertThat(kernels.name()).isEqualTo("scalar");

    long end = System.nanoTime() + 60_000_000_000L;
    while (kernels.name().equals("scalar") && System.nanoTime() < end) {
      kernels.sum(x, 0, x.length, partial);
    }

    assertThat(kernels.reason()).isEqualTo("faster");
    assertThat(answers).isExhausted();
  }
}

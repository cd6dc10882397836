package dev.sheaf.query.internal.tensor;

import java.util.function.Supplier;

/**
 * Begins with the scalar kernels and goes over to faster ones once enough has been computed to pay
 * for the trial, which runs in a thread of its own. All kernels give the same bits, so the change
 * is visible in nothing but time. Safe for use by several threads.
 */
public final class AdaptiveKernels extends Kernels {
  /** Elements reduced before the trial: some 20 ms of work, which short commands never do. */
  private static final long TRIAL_AFTER = 1 << 25;

  /** Each trial that settles nothing makes the next one wait for so many times the work. */
  private static final long TRIAL_FACTOR = 8;

  private static final long LAST_TRIAL_AFTER = 1L << 36;

  private final Supplier<KernelSearch.Found> search;
  private final Kernels scalar = new Kernels();
  private volatile Kernels current = scalar;
  private volatile String reason = "too little work so far for a trial of the vector kernels";

  /** Whether nothing is to be tried: it is settled, or a trial is under way. */
  private volatile boolean quiet;

  private volatile long trialAfter = TRIAL_AFTER;

  /** Only a trigger: updates that threads lose to each other do not matter. */
  private long reduced;

  /** Creates kernels that have not been tried. */
  public AdaptiveKernels() {
    this(KernelSearch::measured);
  }

  /** Creates kernels that a search decides. */
  AdaptiveKernels(Supplier<KernelSearch.Found> search) {
    this.search = search;
  }

  /** Returns why the current kernels are used, for people. */
  public String reason() {
    return reason;
  }

  @Override
  public String name() {
    return current.name();
  }

  @Override
  public int bits() {
    return current.bits();
  }

  private Kernels kernels(int n) {
    if (!quiet) {
      reduced += n;
      if (reduced > trialAfter) {
        startTrial();
      }
    }
    return current;
  }

  private synchronized void startTrial() {
    if (quiet) {
      return;
    }
    quiet = true;
    reason = "the trial of the vector kernels is under way";
    Thread trial = new Thread(this::decide, "sheaf-tensor-trial");
    trial.setDaemon(true);
    trial.start();
  }

  /** Runs the trial now, in this thread, and returns once it is decided. */
  public void decide() {
    quiet = true;
    KernelSearch.Found found = search.get();
    current = found.kernels();
    reason = found.reason();
    if (!found.settled()) {
      // The machine may have been too busy for C2: once more, when eight times the work was done.
      reduced = 0;
      trialAfter = Math.multiplyExact(trialAfter, TRIAL_FACTOR);
      quiet = trialAfter > LAST_TRIAL_AFTER;
    }
  }

  @Override
  public void sum(float[] x, int at, int n, float[] partial) {
    kernels(n).sum(x, at, n, partial);
  }

  @Override
  public void product(float[] x, int at, int n, float[] partial) {
    kernels(n).product(x, at, n, partial);
  }

  @Override
  public void dot(float[] a, int ao, float[] b, int bo, int n, float[] partial) {
    kernels(n).dot(a, ao, b, bo, n, partial);
  }

  @Override
  public void squaredDistance(float[] a, int ao, float[] b, int bo, int n, float[] partial) {
    kernels(n).squaredDistance(a, ao, b, bo, n, partial);
  }

  @Override
  public float sumOfSquares(float[] a, int ao, float[] b, int bo, int n, float[] scratch) {
    return kernels(n).sumOfSquares(a, ao, b, bo, n, scratch);
  }

  @Override
  public float sumOfProducts(float[] a, int ao, float[] b, int bo, int n, float[] scratch) {
    return kernels(n).sumOfProducts(a, ao, b, bo, n, scratch);
  }

  @Override
  public void sumsOfSquares(float[] rows, int at, int count, float[] vector, int n, float[] sums) {
    kernels(n * count).sumsOfSquares(rows, at, count, vector, n, sums);
  }

  @Override
  public void sumsOfProducts(float[] rows, int at, int count, float[] vector, int n, float[] sums) {
    kernels(n * count).sumsOfProducts(rows, at, count, vector, n, sums);
  }

  @Override
  public float least(float start, float[] x, int at, int n) {
    return kernels(n).least(start, x, at, n);
  }

  @Override
  public float greatest(float start, float[] x, int at, int n) {
    return kernels(n).greatest(start, x, at, n);
  }

  @Override
  public void sum(double[] x, int at, int n, double[] partial) {
    kernels(n).sum(x, at, n, partial);
  }

  @Override
  public void product(double[] x, int at, int n, double[] partial) {
    kernels(n).product(x, at, n, partial);
  }

  @Override
  public void dot(double[] a, int ao, double[] b, int bo, int n, double[] partial) {
    kernels(n).dot(a, ao, b, bo, n, partial);
  }

  @Override
  public void squaredDistance(double[] a, int ao, double[] b, int bo, int n, double[] partial) {
    kernels(n).squaredDistance(a, ao, b, bo, n, partial);
  }

  @Override
  public double least(double start, double[] x, int at, int n) {
    return kernels(n).least(start, x, at, n);
  }

  @Override
  public double greatest(double start, double[] x, int at, int n) {
    return kernels(n).greatest(start, x, at, n);
  }
}

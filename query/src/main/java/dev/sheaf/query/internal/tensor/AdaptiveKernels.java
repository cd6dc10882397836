package dev.sheaf.query.internal.tensor;

/**
 * Begins with the scalar kernels and goes over to faster ones once enough has been computed to pay
 * for the trial, which runs in a thread of its own. All kernels give the same bits, so the change
 * is visible in nothing but time. Safe for use by several threads.
 */
public final class AdaptiveKernels extends Kernels {
  /** Elements reduced before the trial: some 20 ms of work, which short commands never do. */
  private static final long TRIAL_AFTER = 1 << 25;

  private final Kernels scalar = new Kernels();
  private volatile Kernels current = scalar;
  private volatile String reason = "too little work so far for a trial of the vector kernels";
  private volatile boolean tried;

  /** Only a trigger: updates that threads lose to each other do not matter. */
  private long reduced;

  /** Creates kernels that have not been tried. */
  public AdaptiveKernels() {}

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
    if (!tried) {
      reduced += n;
      if (reduced > TRIAL_AFTER) {
        startTrial();
      }
    }
    return current;
  }

  private synchronized void startTrial() {
    if (tried) {
      return;
    }
    tried = true;
    reason = "the trial of the vector kernels is under way";
    Thread trial = new Thread(this::decide, "sheaf-tensor-trial");
    trial.setDaemon(true);
    trial.start();
  }

  /** Runs the trial now, in this thread, and returns once it is decided. */
  public void decide() {
    tried = true;
    KernelSearch.Found found = KernelSearch.measured();
    current = found.kernels();
    reason = found.reason();
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

package dev.sheaf.curation.step;

import dev.sheaf.format.Column;
import dev.sheaf.format.Sample;
import java.util.List;

/** One step of a recipe with its parameters. Immutable and thread-safe. */
public interface Step extends AutoCloseable {
  /** Returns the names of the columns that {@link #features} reads; none if it is not needed. */
  List<String> inputs();

  /**
   * Returns what a feature depends on beside the inputs, as text: the operation, the version of its
   * code, the parameters that matter. Thresholds of {@link #decide} are not among them.
   */
  String featureCode();

  /**
   * Computes the features of some samples, each from its own inputs alone: the result does not
   * depend on which samples stand together, nor on the thread. Not called when {@link #inputs} is
   * empty.
   *
   * @return one feature for each sample, in order
   * @throws dev.sheaf.format.DatasetException if the run cannot go on; what was computed before is
   *     kept
   */
  List<Feature> features(List<Sample> batch);

  /** Returns the columns that {@link #decide} fills. */
  List<Column> outputs();

  /** Decides about all samples that reached the step. Deterministic. */
  Outcome decide(Rows rows);

  /** Ends what the step started, for example a process. */
  @Override
  default void close() {}
}

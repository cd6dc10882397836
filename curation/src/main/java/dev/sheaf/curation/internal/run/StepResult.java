package dev.sheaf.curation.internal.run;

import dev.sheaf.curation.step.Decision;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one step did.
 *
 * @param id the step
 * @param op its operation
 * @param in samples that reached it
 * @param kept samples that went on
 * @param dropped samples that did not
 * @param failed samples that it could not judge, whether they went on or not
 * @param computed features that were computed
 * @param reused features that an earlier run had computed
 * @param counts the step's own numbers
 * @param notes the step's remarks
 * @param decisions by index, null where the sample did not reach the step; not to be changed
 * @param thresholds the thresholds that hold, by parameter
 * @param columns the columns that it made
 * @param nanos how long it took
 */
public record StepResult(
    String id,
    String op,
    long in,
    long kept,
    long dropped,
    long failed,
    long computed,
    long reused,
    Map<String, Long> counts,
    List<String> notes,
    List<Decision> decisions,
    Map<String, Double> thresholds,
    List<String> columns,
    long nanos) {
  /** Returns the decision about a sample, if it reached the step. */
  public Optional<Decision> decision(long index) {
    return Optional.ofNullable(decisions.get((int) index));
  }
}

package dev.sheaf.curation.step;

import java.util.Objects;

/**
 * The outcome of one step for one sample.
 *
 * @param step the id of the step in its recipe
 * @param verdict what is to happen
 * @param rule the rule that decided, or the empty string when none had to
 * @param score what was measured, NaN if the rule measures nothing
 * @param threshold what it was compared with, NaN if nothing
 * @param witness the sample that shows why (of which this is a duplicate), as {@link
 *     dev.sheaf.format.SampleId#toString()} writes it, or the empty string
 * @param reason why, in words for people, or the empty string
 */
public record Decision(
    String step,
    Verdict verdict,
    String rule,
    double score,
    double threshold,
    String witness,
    String reason) {
  /** Requires all texts. */
  public Decision {
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(witness, "witness");
    Objects.requireNonNull(reason, "reason");
  }

  /** Returns the decision to keep a sample to which no rule objected. */
  public static Decision keep(String step) {
    return new Decision(step, Verdict.KEEP, "", Double.NaN, Double.NaN, "", "");
  }

  /** Returns this decision with another verdict. */
  public Decision with(Verdict other) {
    return new Decision(step, other, rule, score, threshold, witness, reason);
  }
}

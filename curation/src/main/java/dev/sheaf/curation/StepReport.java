package dev.sheaf.curation;

import dev.sheaf.curation.internal.run.StepResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one step did.
 *
 * @param id the step's id
 * @param op its operation
 * @param in samples that reached it
 * @param kept samples that went on
 * @param dropped samples that did not
 * @param failed samples that it could not judge
 * @param duplicates samples dropped as duplicates, 0 for other steps
 * @param clusters groups of duplicates, 0 for other steps
 * @param computed samples that were looked at
 * @param reused samples that an earlier run had looked at
 * @param rules dropped samples by rule
 * @param notes remarks
 * @param seconds how long it took
 */
public record StepReport(
    String id,
    String op,
    long in,
    long kept,
    long dropped,
    long failed,
    long duplicates,
    long clusters,
    long computed,
    long reused,
    Map<String, Long> rules,
    List<String> notes,
    double seconds) {
  /** Copies the collections. */
  public StepReport {
    rules = Map.copyOf(rules);
    notes = List.copyOf(notes);
  }

  static StepReport of(StepResult step) {
    Map<String, Long> rules =
        step.decisions().stream()
            .filter(decision -> decision != null && !decision.rule().isEmpty())
            .filter(decision -> decision.verdict() == dev.sheaf.curation.step.Verdict.DROP)
            .collect(Collectors.groupingBy(d -> d.rule(), Collectors.counting()));
    return new StepReport(
        step.id(),
        step.op(),
        step.in(),
        step.kept(),
        step.dropped(),
        step.failed(),
        step.counts().getOrDefault("duplicates", 0L),
        step.counts().getOrDefault("clusters", 0L),
        step.computed(),
        step.reused(),
        rules,
        step.notes(),
        step.nanos() / 1e9);
  }

  /**
   * Returns the line of the step, for example {@code dedupe_text: 20 duplicates in 20 clusters,
   * 2480 kept}.
   */
  public String line() {
    String what =
        op.startsWith("dedupe")
            ? count(duplicates, "duplicate") + " in " + count(clusters, "cluster")
            : number(dropped) + " dropped";
    String failures = failed == 0 ? "" : ", " + number(failed) + " could not be judged";
    return id + ": " + what + failures + ", " + number(kept) + " kept";
  }

  private static String count(long n, String noun) {
    return number(n) + " " + noun + (n == 1 ? "" : "s");
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%d", n);
  }
}

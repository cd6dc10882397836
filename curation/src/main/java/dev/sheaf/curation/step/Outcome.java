package dev.sheaf.curation.step;

import dev.sheaf.format.SampleId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a step says: a decision for every row, cells of new columns, and numbers for its report.
 * Immutable once built; the arrays given to the builder are not copied.
 */
public final class Outcome {
  private final List<Decision> decisions;
  private final Map<String, List<Object>> columns;
  private final Map<String, Long> counts;
  private final List<String> notes;

  private Outcome(Builder builder) {
    decisions = List.of(builder.decisions);
    columns = builder.columns;
    counts = builder.counts;
    notes = List.copyOf(builder.notes);
  }

  /** Returns the decision of a row. */
  public Decision decision(int row) {
    return decisions.get(row);
  }

  /** Returns the cells of the step's columns by name, one for each row; null for null. */
  public Map<String, List<Object>> columns() {
    return columns;
  }

  /** Returns numbers for the report by name, for example {@code duplicates}. */
  public Map<String, Long> counts() {
    return counts;
  }

  /** Returns remarks for the report. */
  public List<String> notes() {
    return notes;
  }

  /** Builds an outcome. Rows that nothing is said about are kept. One thread. */
  public static final class Builder {
    private final String step;
    private final Decision[] decisions;
    private final Map<String, List<Object>> columns = new LinkedHashMap<>();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * Begins.
     *
     * @param step the id of the step
     * @param rows how many rows there are
     */
    public Builder(String step, int rows) {
      this.step = step;
      decisions = new Decision[rows];
      Arrays.fill(decisions, Decision.keep(step));
    }

    /** Keeps a row and says what was measured. */
    public Builder keep(int row, String rule, double score, double threshold) {
      decisions[row] = new Decision(step, Verdict.KEEP, rule, score, threshold, "", "");
      return this;
    }

    /** Drops a row. */
    public Builder drop(int row, String rule, double score, double threshold, String reason) {
      decisions[row] = new Decision(step, Verdict.DROP, rule, score, threshold, "", reason);
      return this;
    }

    /** Drops a row because of another sample. */
    public Builder drop(
        int row, String rule, double score, double threshold, SampleId witness, String reason) {
      String id = witness.toString();
      decisions[row] = new Decision(step, Verdict.DROP, rule, score, threshold, id, reason);
      return this;
    }

    /** Says that a row could not be judged. */
    public Builder failed(int row, String why) {
      decisions[row] =
          new Decision(step, Verdict.FAILED, "failed", Double.NaN, Double.NaN, "", why);
      return this;
    }

    /** Sets the cells of one of the step's columns, one for each row; null for null. */
    public Builder column(String name, Object[] cells) {
      columns.put(name, Arrays.asList(cells));
      return this;
    }

    /** Adds a number to the report. */
    public Builder count(String name, long value) {
      counts.put(name, value);
      return this;
    }

    /** Adds a remark to the report. */
    public Builder note(String text) {
      notes.add(text);
      return this;
    }

    /** Returns the outcome. */
    public Outcome build() {
      return new Outcome(this);
    }
  }
}

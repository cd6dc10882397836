package dev.sheaf.curation;

import dev.sheaf.curation.internal.page.ReportPage;
import dev.sheaf.curation.internal.run.RunResult;
import dev.sheaf.curation.internal.run.StepResult;
import dev.sheaf.curation.step.Decision;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The outcome of a recipe over a version, not committed yet. Immutable. */
public final class CurationResult {
  private final Recipe recipe;
  private final RunResult run;
  private final BitSet rescued;

  CurationResult(Recipe recipe, RunResult run, BitSet rescued) {
    this.recipe = recipe;
    this.run = run;
    this.rescued = rescued;
  }

  /** Returns the recipe. */
  public Recipe recipe() {
    return recipe;
  }

  /** Returns the curated version with the columns that the steps made. */
  public Version version() {
    return run.version();
  }

  /** Returns what each step did, in order. */
  public List<StepReport> steps() {
    return run.steps().stream().map(StepReport::of).toList();
  }

  /** Returns the indices of the selected samples: those that all steps kept, and the rescued. */
  public BitSet selected() {
    BitSet selected = (BitSet) run.kept().clone();
    selected.or(rescued);
    return selected;
  }

  /** Returns the indices of the samples that people wanted kept whatever the steps say. */
  public BitSet rescued() {
    return (BitSet) rescued.clone();
  }

  /** Returns the decisions about a sample, one for each step that it reached, in order. */
  public List<Decision> decisions(long index) {
    List<Decision> decisions = new ArrayList<>();
    for (StepResult step : run.steps()) {
      step.decision(index).ifPresent(decisions::add);
    }
    if (rescued.get((int) index)) {
      decisions.add(Curation.RESCUE);
    }
    return decisions;
  }

  /**
   * Returns the report as one HTML page that needs nothing else: what each step did, histograms
   * with thresholds, examples with previews and witnesses.
   *
   * @param dataset the dataset's name
   */
  public String toHtml(String dataset) {
    return new ReportPage(run.version(), run.steps())
        .write(dataset, recipe.name(), recipe.text(), selected().cardinality());
  }

  RunResult run() {
    return run;
  }
}

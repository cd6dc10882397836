package dev.sheaf.curation.internal.run;

import dev.sheaf.curation.internal.recipe.RecipeParser;
import dev.sheaf.curation.internal.recipe.Setting;
import dev.sheaf.curation.step.Decision;
import dev.sheaf.curation.step.Feature;
import dev.sheaf.curation.step.Outcome;
import dev.sheaf.curation.step.Parameter;
import dev.sheaf.curation.step.Predicates;
import dev.sheaf.curation.step.Step;
import dev.sheaf.curation.step.Verdict;
import dev.sheaf.format.Batch;
import dev.sheaf.format.Column;
import dev.sheaf.format.Progress;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Schema;
import dev.sheaf.format.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the steps of a recipe one after the other, each on what the ones before it kept. */
public final class Runner {
  private final Version base;
  private final RecipeParser.Parsed recipe;
  private final Path recipeFolder;
  private final Path state;
  private final Predicates predicates;
  private final int threads;
  private final boolean refit;
  private final Progress progress;
  private final Map<Column, List<Object>> columns = new LinkedHashMap<>();
  private Overlay version;
  private SampleId[] ids;
  private BitSet kept;

  /**
   * Prepares a run.
   *
   * @param base what is curated
   * @param recipeFolder what paths in the recipe are relative to
   * @param state where features and fits are kept
   * @param predicates evaluates SQL
   * @param threads how many threads compute features
   * @param refit whether stored fits are replaced
   * @param progress is told how far it is
   */
  public Runner(
      Version base,
      RecipeParser.Parsed recipe,
      Path recipeFolder,
      Path state,
      Predicates predicates,
      int threads,
      boolean refit,
      Progress progress) {
    this.base = base;
    this.recipe = recipe;
    this.recipeFolder = recipeFolder;
    this.state = state;
    this.predicates = predicates;
    this.threads = threads;
    this.refit = refit;
    this.progress = progress;
  }

  /** Runs. All steps are checked before the first one begins. One use. */
  public RunResult run() {
    List<Step> steps = new ArrayList<>();
    try {
      create(steps);
      version = Overlay.of(base);
      ids = ids();
      kept = new BitSet();
      kept.set(0, ids.length);
      List<StepResult> results = new ArrayList<>();
      for (int i = 0; i < steps.size(); i++) {
        results.add(run(recipe.steps().get(i), steps.get(i)));
      }
      return new RunResult(version, List.copyOf(results), kept, columns);
    } finally {
      steps.forEach(Step::close);
    }
  }

  private void create(List<Step> steps) {
    Schema schema = base.schema();
    for (RecipeParser.Line line : recipe.steps()) {
      Setting setting =
          new Setting(line.id(), line.type().op(), schema, recipeFolder, recipe.seed());
      Step step = line.type().factory().create(line.settings(), setting);
      steps.add(step);
      for (Column output : step.outputs()) {
        checkFree(line, output);
        schema = Overlay.extended(schema, output);
      }
    }
  }

  /** A step may replace what a step made, never data. */
  private void checkFree(RecipeParser.Line line, Column output) {
    boolean data =
        base.schema().contains(output.name())
            && base.schema().column(output.name()).derived().isEmpty();
    if (data || output.name().startsWith("_") || output.name().isEmpty()) {
      throw line.settings()
          .error(
              "output",
              "Step \""
                  + line.id()
                  + "\" would write into the column \""
                  + output.name()
                  + "\", which is data",
              "Give another name with output: or id:");
    }
  }

  private SampleId[] ids() {
    SampleId[] all = new SampleId[Math.toIntExact(base.size())];
    for (Batch batch : base.scan()) {
      for (int row = 0; row < batch.size(); row++) {
        all[(int) batch.firstIndex() + row] = batch.sample(row).id();
      }
    }
    return all;
  }

  private StepResult run(RecipeParser.Line line, Step step) {
    long begun = System.nanoTime();
    long[] indices = kept.stream().asLongStream().toArray();
    Feature[] features = new Feature[0];
    long computed = 0;
    if (!step.inputs().isEmpty()) {
      Path folder = state.resolve("features");
      Features computing = new Features(version, step, folder, threads, progress);
      features = computing.of(indices, line.id());
      computed = computing.computed();
    }
    FitStore fits = new FitStore(state.resolve("fits").resolve(recipe.name()), refit);
    Outcome outcome = step.decide(new RunRows(version, indices, ids, features, predicates, fits));
    long failed = 0;
    Decision[] decisions = new Decision[ids.length];
    for (int row = 0; row < indices.length; row++) {
      Decision decision = outcome.decision(row);
      int index = (int) indices[row];
      if (decision.verdict() == Verdict.FAILED) {
        failed++;
        decision = judged(line, decision, index);
      }
      decisions[index] = decision;
      if (decision.verdict() == Verdict.DROP || isDroppedFailure(line, decision)) {
        kept.clear(index);
      }
    }
    for (Column column : step.outputs()) {
      add(column, indices, outcome.columns().get(column.name()));
    }
    return new StepResult(
        line.id(),
        line.type().op(),
        indices.length,
        kept.cardinality(),
        indices.length - kept.cardinality(),
        failed,
        computed,
        features.length - computed,
        outcome.counts(),
        outcome.notes(),
        Collections.unmodifiableList(Arrays.asList(decisions)),
        thresholds(line),
        step.outputs().stream().map(Column::name).toList(),
        System.nanoTime() - begun);
  }

  private static boolean isDroppedFailure(RecipeParser.Line line, Decision decision) {
    return decision.verdict() == Verdict.FAILED && line.onError().equals("drop");
  }

  private static Decision judged(RecipeParser.Line line, Decision decision, int index) {
    if (line.onError().equals("stop")) {
      throw line.settings()
          .error(
              "on_error",
              "Step \"" + line.id() + "\" cannot judge sample " + index + ": " + decision.reason(),
              "Correct or drop the sample, or write on_error: keep");
    }
    return decision;
  }

  private void add(Column column, long[] indices, List<Object> cells) {
    Object[] all = new Object[ids.length];
    for (int row = 0; row < indices.length; row++) {
      all[(int) indices[row]] = cells.get(row);
    }
    List<Object> list = Collections.unmodifiableList(Arrays.asList(all));
    columns.put(column, list);
    version = version.with(column, list);
  }

  private static Map<String, Double> thresholds(RecipeParser.Line line) {
    Map<String, Double> thresholds = new LinkedHashMap<>();
    for (Parameter parameter : line.type().parameters()) {
      boolean number =
          parameter.kind() == Parameter.Kind.NUMBER || parameter.kind() == Parameter.Kind.INTEGER;
      if (number) {
        thresholds.put(parameter.name(), line.settings().number(parameter.name()));
      }
    }
    return thresholds;
  }
}

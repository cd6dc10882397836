package dev.sheaf.curation;

import dev.sheaf.curation.internal.decision.DecisionCells;
import dev.sheaf.curation.internal.decision.RecipeStore;
import dev.sheaf.curation.internal.run.Runner;
import dev.sheaf.curation.internal.run.SqlPredicates;
import dev.sheaf.curation.step.Decision;
import dev.sheaf.curation.step.Predicates;
import dev.sheaf.curation.step.Verdict;
import dev.sheaf.format.Batch;
import dev.sheaf.format.Column;
import dev.sheaf.format.CommitConflictException;
import dev.sheaf.format.Dataset;
import dev.sheaf.format.InvalidInputException;
import dev.sheaf.format.Location;
import dev.sheaf.format.Progress;
import dev.sheaf.format.Sample;
import dev.sheaf.format.Transaction;
import dev.sheaf.format.Version;
import dev.sheaf.query.Views;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Runs recipes over versions of a dataset.
 *
 * <pre>{@code
 * Curation curation = Curation.of(dataset);
 * CurationResult result = curation.run(dataset.head(), Recipe.read(Path.of("clean.yaml")));
 * Version curated = curation.commit(result, "main");
 * }</pre>
 *
 * <p>Features that steps compute are kept in the dataset's {@code local/} folder: an interrupted
 * run goes on where it was, and a later one looks only at samples that are new or changed. The
 * result is the same with and without them. Not safe for use by several threads; two processes may
 * curate one dataset, of which the second recomputes.
 */
public final class Curation {
  /** The decision that keeps a sample whatever the steps say. */
  static final Decision RESCUE =
      new Decision(
          DecisionCells.RESCUE, Verdict.KEEP, "person", Double.NaN, Double.NaN, "", "rescued");

  private final Dataset dataset;
  private final Path state;
  private Predicates predicates;
  private int threads = Runtime.getRuntime().availableProcessors();
  private boolean refit;
  private Progress progress = Progress.NONE;

  private Curation(Dataset dataset) {
    this.dataset = dataset;
    this.predicates = new SqlPredicates(dataset);
    this.state = dataset.path().resolve("local").resolve("curation");
  }

  /** Returns the curation of a dataset. */
  public static Curation of(Dataset dataset) {
    return new Curation(dataset);
  }

  /** Sets what evaluates SQL conditions, instead of Sheaf's own SQL. */
  public Curation predicates(Predicates sql) {
    this.predicates = Objects.requireNonNull(sql, "sql");
    return this;
  }

  /** Sets how many threads compute features; all cores by default. The result is the same. */
  public Curation threads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads=" + count);
    }
    this.threads = count;
    return this;
  }

  /** Makes steps fit anew instead of using stored fits. */
  public Curation refit() {
    this.refit = true;
    return this;
  }

  /** Sets what is told how far a run is. */
  public Curation progress(Progress listener) {
    this.progress = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /**
   * Runs a recipe. Nothing is committed.
   *
   * @throws InvalidInputException if the recipe does not fit the version, or a step cannot go on;
   *     the features that were computed are kept
   */
  public CurationResult run(Version version, Recipe recipe) {
    Runner runner =
        new Runner(
            version, recipe.parsed(), recipe.folder(), state, predicates, threads, refit, progress);
    return new CurationResult(recipe, runner.run(), rescued(version, recipe.name()));
  }

  private static BitSet rescued(Version version, String recipe) {
    BitSet rescued = new BitSet();
    Column column = DecisionCells.decisions(recipe);
    if (version.schema().contains(column.name())) {
      for (Batch batch : version.scan()) {
        for (int row = 0; row < batch.size(); row++) {
          List<Decision> decisions =
              DecisionCells.decisions(batch.sample(row).value(column.name()));
          if (decisions.stream().anyMatch(d -> d.step().equals(DecisionCells.RESCUE))) {
            rescued.set((int) batch.firstIndex() + row);
          }
        }
      }
    }
    return rescued;
  }

  /**
   * Commits what a run made: the columns of its steps, the decisions and the selection. Cells that
   * are there already stay untouched, so a run that changed nothing makes no commit.
   *
   * @param branch an existing branch that is at the curated version, or a new name
   * @return the new version, or the curated one if nothing changed
   * @throws CommitConflictException if the branch is not at the curated version
   */
  public Version commit(CurationResult result, String branch) {
    Version base = result.version();
    if (!dataset.branches().contains(branch)) {
      dataset.createBranch(branch, base.commit().id());
    }
    try (Transaction change = dataset.begin(branch)) {
      if (!change.base().commit().id().equals(base.commit().id())) {
        throw new CommitConflictException(
            "SHEAF-CON-041",
            "Branch \"" + branch + "\" is not at the version that was curated",
            Location.of(dataset.path()).with("version", base.commit().id()),
            "Curate the branch's newest version again; what was computed is reused");
      }
      Map<Column, List<Object>> columns = new LinkedHashMap<>(result.run().columns());
      String recipe = result.recipe().name();
      columns.put(DecisionCells.decisions(recipe), decisions(result));
      columns.put(DecisionCells.selected(recipe), selection(result));
      declare(change, columns.keySet());
      update(change, columns);
      long selected = result.selected().cardinality();
      String message =
          "Curate with "
              + recipe
              + ": "
              + selected
              + " of "
              + base.size()
              + " selected\n\nRecipe: "
              + recipe
              + "\nRecipe-Digest: "
              + result.recipe().digest();
      change.putDocument(
          "recipes/" + recipe + ".yaml", result.recipe().text().getBytes(StandardCharsets.UTF_8));
      change.putDocument(Views.path(recipe), Views.definition(selection(recipe)));
      Version committed = change.commit(message);
      // Neither rows nor their order have changed, so the indices still stand.
      Version rows = committed.pick(result.selected().stream().asLongStream().toArray());
      dataset.storeView(committed, recipe, rows);
      new RecipeStore(state).put(recipe, result.recipe().folder(), result.recipe().text());
      return committed;
    }
  }

  private static List<Object> decisions(CurationResult result) {
    List<Object> cells = new ArrayList<>();
    for (long index = 0; index < result.version().size(); index++) {
      cells.add(DecisionCells.cell(result.decisions(index)));
    }
    return cells;
  }

  private static List<Object> selection(CurationResult result) {
    BitSet selected = result.selected();
    List<Object> cells = new ArrayList<>();
    for (int index = 0; index < result.version().size(); index++) {
      cells.add(selected.get(index));
    }
    return cells;
  }

  private static void declare(Transaction change, Collection<Column> columns) {
    for (Column column : columns) {
      if (change.base().schema().contains(column.name())) {
        if (change.base().schema().column(column.name()).type().equals(column.type())) {
          continue;
        }
        change.dropColumn(column.name());
      }
      change.addColumn(column);
    }
  }

  private static void update(Transaction change, Map<Column, List<Object>> columns) {
    Version base = change.base();
    for (Batch batch : base.scan()) {
      for (int row = 0; row < batch.size(); row++) {
        Sample sample = batch.sample(row);
        int index = (int) batch.firstIndex() + row;
        Map<String, Object> cells = new LinkedHashMap<>();
        columns.forEach(
            (column, values) -> {
              if (differs(base, sample, column, values.get(index))) {
                cells.put(column.name(), values.get(index));
              }
            });
        if (!cells.isEmpty()) {
          change.update(sample.id(), cells);
        }
      }
    }
  }

  private static boolean differs(Version base, Sample sample, Column column, Object value) {
    boolean there =
        base.schema().contains(column.name())
            && base.schema().column(column.name()).type().equals(column.type());
    if (!there) {
      return value != null;
    }
    return !Objects.equals(sample.value(column.name()), value) || sample.isStale(column.name());
  }

  /** Returns the names of the recipes that a version was curated with. */
  public static List<String> recipes(Version version) {
    List<String> recipes = new ArrayList<>();
    for (Column column : version.schema()) {
      String recipe = DecisionCells.recipe(column);
      if (!recipe.isEmpty()) {
        recipes.add(recipe);
      }
    }
    return recipes;
  }

  /**
   * Returns the committed decisions of a recipe about a sample, in the order of its steps; none if
   * there are none.
   */
  public static List<Decision> decisions(Sample sample, String recipe) {
    String column = DecisionCells.decisions(recipe).name();
    return sample.schema().contains(column)
        ? DecisionCells.decisions(sample.value(column))
        : List.of();
  }

  /** Tells whether a recipe selected a sample. */
  public static boolean isSelected(Sample sample, String recipe) {
    return Boolean.TRUE.equals(sample.value(DecisionCells.selected(recipe).name()));
  }

  /** Returns the SQL query of a recipe's selection. */
  public static String selection(String recipe) {
    return "SELECT * FROM samples WHERE " + DecisionCells.selected(recipe).name();
  }

  /**
   * Keeps samples whatever the steps of a recipe say, from now on, and commits.
   *
   * @param indices in the newest version of the branch
   * @return the new version, or the present one if nothing changed
   */
  public Version rescue(String branch, String recipe, long... indices) {
    String decisions = DecisionCells.decisions(recipe).name();
    try (Transaction change = dataset.begin(branch)) {
      change.base().schema().indexOf(decisions);
      for (Sample sample : change.base().take(indices)) {
        List<Decision> all = new ArrayList<>(DecisionCells.decisions(sample.value(decisions)));
        if (all.stream().noneMatch(d -> d.step().equals(DecisionCells.RESCUE))) {
          all.add(RESCUE);
          Map<String, Object> cells = new LinkedHashMap<>();
          cells.put(decisions, DecisionCells.cell(all));
          cells.put(DecisionCells.selected(recipe).name(), true);
          change.update(sample.id(), cells);
        }
      }
      String what = indices.length == 1 ? "a sample" : indices.length + " samples";
      return change.commit("Rescue " + what + " from " + recipe + "\n\nRecipe: " + recipe);
    }
  }

  /** Returns a recipe as it was last committed from this machine. */
  public Optional<Recipe> recipe(String name) {
    return new RecipeStore(state)
        .get(name)
        .map(stored -> Recipe.parse(name, stored.text(), stored.folder()));
  }
}

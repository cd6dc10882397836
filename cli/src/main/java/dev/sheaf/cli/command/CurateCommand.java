package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.ProgressLine;
import dev.sheaf.curation.Curation;
import dev.sheaf.curation.CurationResult;
import dev.sheaf.curation.Recipe;
import dev.sheaf.curation.StepReport;
import dev.sheaf.format.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs a recipe. */
final class CurateCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf curate pets.sheaf clean.yaml", "Run a recipe and commit the outcome")
        .example("sheaf curate pets.sheaf clean.yaml --dry-run", "Only say what it would do")
        .synopsis("[DATASET] RECIPE")
        .about(
            "Runs the steps of a recipe (docs/recipes.md) and commits scores, tags, vectors, "
                + "decisions and the selection. Nothing is deleted. A later run looks at new and "
                + "changed samples only.")
        .flag("Change nothing", "--dry-run")
        .value("NAME", "Commit to this branch (the current one); made if it is not there", "-b")
        .value("FILE", "Write the report here, as one HTML page", "--report")
        .value("N", "Threads (all cores); the result is the same", "--threads")
        .flag("Fit embeddings anew instead of using stored fits", "--refit")
        .committing();
  }

  @Override
  int run() throws IOException {
    Target target = target();
    if (target.rest().isEmpty()) {
      throw usage("No recipe is given", "Name it: sheaf curate " + target.shown() + " RECIPE.yaml");
    }
    refuseMore(target, 1);
    Recipe recipe = Recipe.read(surroundings().path(target.rest().get(0)));
    boolean dry = options().has("--dry-run");
    try (Opened opened = Opened.of(target, surroundings(), checkPolicy())) {
      String branch = options().has("-b") ? options().value("-b") : opened.branch();
      if (!dry && branch.isEmpty()) {
        throw usage("\"" + opened.rev() + "\" is no branch", "Name one to commit to: -b NAME");
      }
      Curation curation = Curation.of(opened.dataset());
      long cores = Runtime.getRuntime().availableProcessors();
      curation.threads((int) options().number("--threads", 1, cores));
      if (options().has("--refit")) {
        curation.refit();
      }
      CurationResult result;
      try (ProgressLine progress = progress()) {
        result = curation.progress(progress).run(opened.version(), recipe);
      }
      String report = options().value("--report");
      if (report != null) {
        Path file = surroundings().path(report);
        Files.writeString(file, result.toHtml(target.shown()));
      }
      Version committed = dry ? result.version() : curation.commit(result, branch);
      if (json()) {
        print(json(result, dry, branch, committed, report));
      } else {
        write(target, result, dry, branch, committed, report);
      }
    }
    return 0;
  }

  private void write(
      Target target,
      CurationResult result,
      boolean dry,
      String branch,
      Version committed,
      String report) {
    for (StepReport step : result.steps()) {
      out().line(step.line());
      step.notes().forEach(remark -> note("  " + remark));
    }
    long selected = result.selected().cardinality();
    String end = dry ? " (dry run: nothing was committed)" : "";
    out()
        .line(
            result.recipe().name()
                + ": "
                + selected
                + " of "
                + result.version().size()
                + " selected"
                + end);
    if (!dry && committed.commit().id().equals(result.version().commit().id())) {
      note("nothing changed, so nothing was committed");
    } else if (!dry) {
      out().line("committed " + Commits.brief(committed.commit()) + " to " + branch);
    }
    if (report != null) {
      out().line("wrote " + report);
    }
    if (!dry) {
      note(
          "next: sheaf sql "
              + target.shown()
              + " \""
              + Curation.selection(result.recipe().name())
              + "\", sheaf why "
              + target.shown()
              + " SAMPLE");
    }
  }

  private static Map<String, Object> json(
      CurationResult result, boolean dry, String branch, Version committed, String report) {
    List<Object> steps = new ArrayList<>();
    for (StepReport step : result.steps()) {
      steps.add(
          Json.object(
              "id", step.id(),
              "op", step.op(),
              "in", step.in(),
              "kept", step.kept(),
              "dropped", step.dropped(),
              "duplicates", step.duplicates(),
              "clusters", step.clusters(),
              "failed", step.failed(),
              "computed", step.computed(),
              "reused", step.reused(),
              "rules", new TreeMap<>(step.rules()),
              "notes", step.notes()));
    }
    return Json.object(
        "recipe",
        result.recipe().name(),
        "samples",
        result.version().size(),
        "selected",
        (long) result.selected().cardinality(),
        "steps",
        steps,
        "branch",
        dry ? null : branch,
        "commit",
        dry ? null : committed.commit().id(),
        "report",
        report);
  }
}

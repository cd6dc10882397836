package dev.sheaf.cli.command;

import dev.sheaf.cli.name.SampleName;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.curation.Curation;
import dev.sheaf.curation.step.Decision;
import dev.sheaf.curation.step.Verdict;
import dev.sheaf.format.Sample;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Says why samples were kept or dropped. */
final class WhyCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf why pets.sheaf 17", "Say what each step said about sample 17")
        .example("sheaf why pets.sheaf key:cats/a.jpg --json", "As JSON, by key")
        .synopsis("[DATASET] SAMPLE...")
        .about("Says what each step of each recipe decided about samples, and why.");
  }

  @Override
  int run() {
    Target target = target();
    if (target.rest().isEmpty()) {
      throw usage("No sample is named", "Name one: sheaf why " + target.shown() + " 0");
    }
    List<SampleName> names = target.rest().stream().map(SampleName::parse).toList();
    try (Opened opened = Opened.of(target, surroundings())) {
      Version version = opened.version();
      List<Long> positions = new Positions(version, target.shown()).check(names);
      List<String> recipes = Curation.recipes(version);
      List<Object> json = new ArrayList<>();
      for (long position : positions) {
        if (position < 0) {
          throw usage("A range is named", "Name samples one by one");
        }
        Sample sample = version.sample(position);
        if (json()) {
          json.add(json(version, sample, recipes));
        } else {
          write(target, version, sample, recipes);
        }
      }
      if (json()) {
        print(json);
      }
    }
    return 0;
  }

  private void write(Target target, Version version, Sample sample, List<String> recipes) {
    out().line(style().strong("[" + sample.index() + "] " + sample.key()));
    if (recipes.isEmpty()) {
      out().line("  no recipe has judged this version");
      note("next: sheaf curate " + target.shown() + " RECIPE.yaml");
    }
    for (String recipe : recipes) {
      List<Decision> decisions = Curation.decisions(sample, recipe);
      String outcome =
          decisions.isEmpty()
              ? "not judged yet"
              : Curation.isSelected(sample, recipe) ? "selected" : "not selected";
      out().line("  " + recipe + ": " + outcome);
      for (Decision decision : decisions) {
        String verdict = decision.verdict().id();
        boolean good = decision.verdict() == Verdict.KEEP;
        String shown = good ? style().good(verdict) : style().bad(verdict);
        String reason = decision.reason().isEmpty() ? "" : "  " + decision.reason();
        out().line("    " + decision.step() + "  " + shown + reason + witness(version, decision));
      }
    }
  }

  private static String witness(Version version, Decision decision) {
    OptionalLong index = index(version, decision);
    return index.isEmpty() ? "" : "  (sample " + index.getAsLong() + ")";
  }

  private static OptionalLong index(Version version, Decision decision) {
    return decision.witness().isEmpty()
        ? OptionalLong.empty()
        : version.indexOf(SampleId.parse(decision.witness()));
  }

  private static Object json(Version version, Sample sample, List<String> recipes) {
    List<Object> all = new ArrayList<>();
    for (String recipe : recipes) {
      List<Object> decisions = new ArrayList<>();
      for (Decision decision : Curation.decisions(sample, recipe)) {
        OptionalLong witness = index(version, decision);
        decisions.add(
            Json.object(
                "step", decision.step(),
                "verdict", decision.verdict().id(),
                "rule", decision.rule().isEmpty() ? null : decision.rule(),
                "score", Double.isNaN(decision.score()) ? null : decision.score(),
                "threshold", Double.isNaN(decision.threshold()) ? null : decision.threshold(),
                "witness", decision.witness().isEmpty() ? null : decision.witness(),
                "witness_index", witness.isEmpty() ? null : (Object) witness.getAsLong(),
                "reason", decision.reason().isEmpty() ? null : decision.reason()));
      }
      boolean selected = Curation.isSelected(sample, recipe);
      all.add(Json.object("recipe", recipe, "selected", selected, "decisions", decisions));
    }
    return Json.object(
        "index", sample.index(), "id", sample.id().toString(), "key", sample.key(), "recipes", all);
  }
}

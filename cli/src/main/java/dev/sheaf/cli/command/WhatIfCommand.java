package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.cli.output.ProgressLine;
import dev.sheaf.cli.output.Table;
import dev.sheaf.curation.Curation;
import dev.sheaf.curation.CurationResult;
import dev.sheaf.curation.Recipe;
import dev.sheaf.curation.StepReport;
import dev.sheaf.format.Location;
import dev.sheaf.format.NotFoundException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Says what other thresholds would select. */
final class WhatIfCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf what-if pets.sheaf dedupe_text=0.7", "Another threshold of one step")
        .example("sheaf what-if pets.sheaf image_quality.min_sharpness=50", "Another parameter")
        .synopsis("[DATASET] STEP[.PARAMETER]=VALUE...")
        .about(
            "Runs a recipe again with other thresholds on what is computed already, and says what "
                + "would change. Nothing is committed.")
        .value("NAME|FILE", "The recipe, where there are several", "--recipe");
  }

  @Override
  int run() {
    Target target = target();
    if (target.rest().isEmpty()) {
      throw usage(
          "No change is given", "Give one: sheaf what-if " + target.shown() + " STEP=THRESHOLD");
    }
    try (Opened opened = Opened.of(target, surroundings())) {
      Curation curation = Curation.of(opened.dataset());
      Recipe before = recipe(target, opened, curation);
      Recipe after = before;
      for (String change : target.rest()) {
        after = after.with(change);
      }
      CurationResult now;
      CurationResult then;
      try (ProgressLine progress = progress()) {
        curation.progress(progress);
        now = curation.run(opened.version(), before);
        then = curation.run(opened.version(), after);
      }
      write(now, then);
    }
    return 0;
  }

  private Recipe recipe(Target target, Opened opened, Curation curation) {
    List<String> known = Curation.recipes(opened.version());
    String wanted = options().value("--recipe");
    if (wanted != null && !known.contains(wanted)) {
      return Recipe.read(surroundings().path(wanted));
    }
    if (wanted == null && known.size() != 1) {
      throw usage(
          known.isEmpty()
              ? "This version was not curated"
              : "There are several recipes: " + String.join(", ", known),
          "Name one with --recipe");
    }
    String name = wanted == null ? known.get(0) : wanted;
    return curation
        .recipe(name)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "SHEAF-NF-043",
                    "The recipe \"" + name + "\" was committed from another machine",
                    Location.of(target.path()),
                    "Give its file with --recipe FILE"));
  }

  private void write(CurationResult now, CurationResult then) {
    BitSet added = then.selected();
    added.andNot(now.selected());
    BitSet removed = now.selected();
    removed.andNot(then.selected());
    if (json()) {
      List<Object> steps = new ArrayList<>();
      for (int i = 0; i < now.steps().size(); i++) {
        StepReport a = now.steps().get(i);
        StepReport b = then.steps().get(i);
        steps.add(
            Json.object(
                "id", a.id(),
                "op", a.op(),
                "kept", a.kept(),
                "kept_then", b.kept(),
                "dropped", a.dropped(),
                "dropped_then", b.dropped(),
                "computed", b.computed()));
      }
      print(
          Json.object(
              "selected", (long) now.selected().cardinality(),
              "selected_then", (long) then.selected().cardinality(),
              "added", (long) added.cardinality(),
              "removed", (long) removed.cardinality(),
              "steps", steps));
      return;
    }
    Table table = new Table("step", ">dropped", ">then", ">kept", ">then");
    for (int i = 0; i < now.steps().size(); i++) {
      StepReport a = now.steps().get(i);
      StepReport b = then.steps().get(i);
      table.row(a.id(), "" + a.dropped(), "" + b.dropped(), "" + a.kept(), "" + b.kept());
    }
    table.writeTo(out(), style(), width());
    out()
        .line(
            now.selected().cardinality()
                + " selected now, "
                + then.selected().cardinality()
                + " then: "
                + added.cardinality()
                + " more, "
                + removed.cardinality()
                + " fewer");
    example("more", added);
    example("fewer", removed);
  }

  private void example(String what, BitSet samples) {
    if (!samples.isEmpty()) {
      List<String> first = samples.stream().limit(10).mapToObj(Integer::toString).toList();
      String rest = samples.cardinality() > 10 ? " …" : "";
      note(what + ": " + String.join(" ", first) + rest);
    }
  }
}

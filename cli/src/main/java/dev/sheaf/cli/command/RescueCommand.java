package dev.sheaf.cli.command;

import dev.sheaf.cli.name.SampleName;
import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.curation.Curation;
import dev.sheaf.format.Version;
import java.util.List;

/** Takes dropped samples back. */
final class RescueCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf rescue pets.sheaf 17", "Select sample 17 whatever the recipe says")
        .example("sheaf rescue pets.sheaf 17 23 --recipe clean", "Two, of one recipe of several")
        .synopsis("[DATASET] SAMPLE...")
        .about("Selects samples from now on, whatever the steps of a recipe say about them.")
        .value("NAME", "The recipe, where there are several", "--recipe")
        .committing();
  }

  @Override
  int run() {
    Target target = target();
    if (target.rest().isEmpty()) {
      throw usage("No sample is named", "Name one: sheaf rescue " + target.shown() + " 0");
    }
    List<SampleName> names = target.rest().stream().map(SampleName::parse).toList();
    try (Opened opened = Opened.of(target, surroundings(), checkPolicy())) {
      if (opened.branch().isEmpty()) {
        throw noBranch(opened, target);
      }
      Version version = opened.version();
      List<Long> positions = new Positions(version, target.shown()).check(names);
      if (positions.contains(-1L)) {
        throw usage("A range is named", "Name samples one by one");
      }
      String recipe = recipe(Curation.recipes(version));
      long[] indices = positions.stream().mapToLong(Long::longValue).toArray();
      Version committed = Curation.of(opened.dataset()).rescue(opened.branch(), recipe, indices);
      boolean changed = !committed.commit().id().equals(version.commit().id());
      if (json()) {
        print(
            Json.object(
                "recipe", recipe,
                "samples", positions,
                "changed", changed,
                "commit", committed.commit().id()));
      } else if (!quiet()) {
        String count = indices.length == 1 ? "1 sample" : indices.length + " samples";
        out()
            .line(
                changed
                    ? "Rescued " + count + " from " + recipe
                    : "Nothing changed: " + count + " rescued before");
      }
    }
    return 0;
  }

  private String recipe(List<String> known) {
    String wanted = options().value("--recipe");
    if (wanted == null && known.size() == 1) {
      return known.get(0);
    }
    if (wanted == null || !known.contains(wanted)) {
      String all = known.isEmpty() ? "none" : String.join(", ", known);
      throw usage(
          wanted == null ? "Which recipe?" : "No recipe \"" + wanted + "\" judged this version",
          "Give --recipe NAME; recipes: " + all);
    }
    return wanted;
  }
}

package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.CompactReport;

/** Folds the layers that edits left. */
final class CompactCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf compact pets.sheaf", "Fold the layers of the current branch")
        .example("sheaf compact pets.sheaf@dev", "Of another branch")
        .synopsis("[DATASET]")
        .about(
            "Folds the sparse layers that edits left into few, in a commit that changes no cell, so"
                + " that reads look into less. Layers with long values or payloads stay.");
  }

  @Override
  int run() {
    Target target = target();
    refuseMore(target, 0);
    try (Opened opened = Opened.of(target, surroundings())) {
      if (opened.branch().isEmpty() || !opened.view().isEmpty()) {
        throw noBranch(opened, target);
      }
      CompactReport report = opened.dataset().compact(opened.branch());
      if (json()) {
        print(
            Json.object(
                "branch", opened.branch(),
                "commit", report.commit().id(),
                "segments", report.segments(),
                "layers_before", report.before(),
                "layers_after", report.after()));
      } else if (!quiet()) {
        out()
            .line(
                report.segments() == 0
                    ? "Nothing to fold"
                    : "Folded "
                        + Amounts.count(report.before(), "layer")
                        + " of "
                        + Amounts.count(report.segments(), "segment")
                        + " into "
                        + Amounts.count(report.after()));
      }
    }
    return 0;
  }
}

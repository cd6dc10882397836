package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Amounts;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.SampleId;
import dev.sheaf.format.StagedEdits;
import java.util.List;
import java.util.Set;

/** Drops staged edits. */
final class RestoreCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf restore pets.sheaf", "Drop everything that is staged")
        .example("sheaf restore pets.sheaf 17 --columns label", "The edit of one cell alone")
        .synopsis("[DATASET] [SAMPLE...]")
        .about(
            "Drops edits that wait for sheaf commit: all, or those of some samples or columns."
                + " What is committed does not change; see sheaf reset for that.")
        .value("A,B", "The edits of these columns, their renaming and dropping too", "--columns")
        .flag("For the hands of Git's users: staged edits are all there is", "--staged");
    EditCommand.where(options);
  }

  @Override
  int run() {
    Target target = target();
    List<String> columns = EditCommand.words(options().value("--columns"));
    boolean byName = !target.rest().isEmpty() || options().value("--where") != null;
    try (Opened opened = Opened.of(target, surroundings())) {
      StagedEdits staged = EditCommand.staged(opened);
      boolean all = !byName && columns.isEmpty();
      boolean any = all && !staged.isEmpty();
      long dropped = 0;
      if (all) {
        staged.restore();
      } else {
        Set<SampleId> samples =
            byName ? EditCommand.samples(this, target, opened, target.rest()) : Set.of();
        if (!byName || !samples.isEmpty()) {
          dropped = staged.restore(samples, columns);
        }
      }
      if (json()) {
        print(Json.object("branch", staged.branch(), "all", all, "edits", all ? null : dropped));
      } else if (!quiet()) {
        out()
            .line(
                all
                    ? (any ? "Dropped all staged edits for " : "Nothing was staged for ")
                        + staged.branch()
                    : "Dropped " + Amounts.count(dropped, "staged edit"));
      }
    }
    return 0;
  }
}

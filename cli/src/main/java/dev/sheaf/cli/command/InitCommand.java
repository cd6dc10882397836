package dev.sheaf.cli.command;

import dev.sheaf.cli.name.Target;
import dev.sheaf.cli.output.Json;
import dev.sheaf.format.CommitInfo;
import dev.sheaf.format.Dataset;
import java.util.List;

/** Makes an empty dataset. */
final class InitCommand extends Command {
  @Override
  void define(Options options) {
    options
        .example("sheaf init pets.sheaf", "Make an empty dataset in this folder")
        .example("sheaf init /data/pets.sheaf -q", "Make it elsewhere, silently")
        .synopsis("DATASET")
        .about(
            "Makes an empty dataset with the branch main. `sheaf ingest` does so by " + "itself.");
  }

  @Override
  int run() {
    List<String> arguments = options().arguments();
    if (arguments.isEmpty()) {
      throw usage("No dataset is named", "Name it: sheaf init PATH.sheaf");
    }
    if (arguments.size() == 1 && !arguments.get(0).contains(".sheaf")) {
      throw usage(
          "Bad dataset name \"" + arguments.get(0) + "\"",
          "A dataset's name ends in .sheaf: sheaf init " + arguments.get(0) + ".sheaf");
    }
    Target target = target();
    refuseMore(target, 0);
    if (!target.name().rev().isEmpty() || !target.name().view().isEmpty()) {
      throw usage("A new dataset has no versions or views yet", "Leave @REV and :VIEW out");
    }
    try (Dataset dataset = Dataset.create(target.path())) {
      String branch = dataset.defaultBranch();
      CommitInfo commit = dataset.head().commit();
      if (json()) {
        print(
            Json.object(
                "dataset", target.path().toString(), "branch", branch, "commit", commit.id()));
      } else if (!quiet()) {
        out().line("Made the empty dataset " + target.name().path());
        note("next: sheaf ingest SOURCE " + target.name().path());
      }
    }
    return 0;
  }
}
